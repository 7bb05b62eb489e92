/* Organisations, services and needs: one small JSON per tile, already clustered by the server; every item becomes a
   marker that the keyboard can reach. Filters work on what is here (place_filter.js). */
(function () {
  "use strict";

  const NOTHING = { n: 1, cells: [], hours: [] };
  const MOST_KEPT = 400;
  const MOST_LONE = 3;
  /* The kinds of pins that go with a part of the map that can be hidden. */
  const PARTS = { groups: [0, 1], needs: [2] };

  L.PlaceTiles = L.GridLayer.extend({
    options: { minZoom: 4, maxZoom: 18, minNativeZoom: 4, maxNativeZoom: 17, updateWhenZooming: false, keepBuffer: 1 },

    initialize(url, options) {
      L.setOptions(this, options);
      this.url = url;
      this.group = L.layerGroup();
      this.drawn = new Map();
      this.answers = new Map();
      this.fetchBlocked = L.tileBlocks((block) => this._map.fetchJson(`${this.url}${block}.json`));
      this.chosen = L.view.get("pin");
    },

    onAdd(map) {
      const asked = map.words.keep;
      this.keep = { ...L.placeFilter.ALL, ...asked, open: asked && asked.open ? L.placeFilter.minuteNow() : null };
      this.keys = L.markerKeys(map);
      this.cards = L.placeCards(map, this.options.pages, {
        onOpen: (item) => L.view.set("pin", item[2]),
        onClose: (key) => { L.view.set("pin", null); this.keys.takeBack(key); },
      });
      this.fan = L.placeFan(map, (item, at) => this.pin(item, at, this.fan.hours), () => this.take());
      this.group.addTo(map);
      this.on("tileunload", this.forget, this).on("load", this.settle, this);
      map.on("moveend", this.settle, this).on("parts", this.drawAll, this);
      this.asked = (event) => this.filter(event.detail);
      map.getContainer().addEventListener("filter-places", this.asked);
      L.GridLayer.prototype.onAdd.call(this, map);
    },

    onRemove(map) {
      this.off("load", this.settle, this);
      map.off("moveend", this.settle, this).off("parts", this.drawAll, this);
      L.GridLayer.prototype.onRemove.call(this, map);
      this.off("tileunload", this.forget, this);
      map.getContainer().removeEventListener("filter-places", this.asked);
      this.fan.end();
      this.keys.remove();
      this.group.clearLayers().remove();
      this.drawn.clear();
    },

    /* Between two zooms take the tiles of the lower one: cells then only grow, and heaps never overlap. The tiles
       themselves are empty, so the transform that Leaflet makes of this zoom shows nowhere. */
    _setView(center, zoom, ...rest) {
      L.GridLayer.prototype._setView.call(this, center, zoom - 0.499, ...rest);
    },

    /* A tile stays in the copy of the world it is asked for; only its address is the same in all of them. */
    _wrapCoords: (coords) => coords,

    createTile(coords, done) {
      const tile = document.createElement("div");
      const key = this._tileCoordsToKey(coords);
      tile.setAttribute("aria-hidden", "true");
      this.fetchTile(coords).then((answer) => {
        if (this._tiles[key] && this._tiles[key].el === tile) {
          this.drawn.set(key, { answer, coords, markers: [] });
          this.drawTile(key);
        }
        done(null, tile);
      }, (error) => done(error, tile));
      return tile;
    },

    /* The tile with the words; of one that does not say for whom and when, that which holds just those. */
    fetchTile(coords) {
      const words = this.keep.words ? { q: this.keep.words } : {};
      const others = L.placeFilter.query(this.keep, this._map.words.audiences);
      return this.fetchOnce(coords, new URLSearchParams(words)).then((tile) => {
        if (!tile.stacked || !others.size) return tile;
        return this.fetchOnce(coords, new URLSearchParams([...Object.entries(words), ...others]));
      });
    },

    /* A filtered tile costs the server much, so that several are better made at once by several workers. */
    fetchOnce(coords, query) {
      const { z, y } = coords;
      const last = 2 ** z;
      if (y < 0 || y >= last) return Promise.resolve(NOTHING);
      const x = ((coords.x % last) + last) % last;
      const url = `${this.url}${z}/${x}/${y}.json?${query}`;
      if (!this.answers.has(url)) {
        const asked = query.size ? this._map.fetchJson(url) : this.fetchBlocked({ z, x, y });
        const answer = asked.then((tile) => tile || NOTHING);
        answer.catch(() => this.answers.delete(url));
        this.answers.set(url, answer);
        if (this.answers.size > MOST_KEPT) this.answers.delete(this.answers.keys().next().value);
      }
      return this.answers.get(url);
    },

    forget(event) {
      const key = this._tileCoordsToKey(event.coords);
      this.clear(key);
      this.drawn.delete(key);
    },

    clear(key) {
      const tile = this.drawn.get(key);
      if (!tile) return;
      tile.markers.forEach((marker) => {
        if (marker === this.fan.heap) this.fan.fold();
        this.keys.leaving(marker);
        this.group.removeLayer(marker);
      });
    },

    /* Other words need other tiles, and so may for whom and when where a tile is stacked; else nothing is fetched. */
    filter(keep) {
      const before = this.keep;
      this.keep = { ...L.placeFilter.ALL, ...keep };
      const isOther = ["audience", "open"].some((name) => this.keep[name] !== before[name]);
      const hasStacked = [...this.drawn.values()].some(({ answer }) => answer.stacked);
      if (keep.words !== before.words || (isOther && (hasStacked || !this._noTilesToLoad()))) {
        this._removeAllTiles();  // redraw() would ask for tiles of a fractional zoom
        this._update();
      } else {
        this.drawAll();
      }
    },

    drawAll() {
      [...this.drawn.keys()].forEach((key) => this.drawTile(key));
      this.settle();
    },

    drawTile(key) {
      this.clear(key);
      const tile = this.drawn.get(key);
      tile.markers = tile.answer.cells.map((cell) => this.drawCell(cell, tile)).filter(Boolean);
      tile.markers.forEach((marker) => this.group.addLayer(marker));
    },

    /* What the filters leave of a cell: how many, and which as far as the tile says. */
    sift([, , , , groups, items], hours) {
      const hidden = [...this._map.hidden].flatMap((name) => PARTS[name] || []);
      const fits = ([kind, themes, , audiences, opening]) => !hidden.includes(kind)
        && L.placeFilter.fits(this.keep, hours, kind, themes, audiences, opening);
      const count = groups.filter(fits).reduce((sum, group) => sum + group[2], 0);
      const kept = items ? items.filter(([kind, themes, , , , , ...rest]) => fits([kind, themes, 1, ...rest])) : null;
      return { count, kept };
    },

    drawCell(cell, tile) {
      const [column, row, lon, lat] = cell;
      const hours = tile.answer.hours || [];
      const { count, kept } = this.sift(cell, hours);
      if (!count) return null;
      const world = 360 * Math.floor(tile.coords.x / 2 ** tile.coords.z);
      if (count === 1 && kept && kept.length === 1) return this.pin(kept[0], [kept[0][5], kept[0][4] + world], hours);
      const heap = this.heap(count, this.insideCell(column, row, lon + world, lat, tile), [lat, lon + world], kept, tile);
      if (count === 1) heap.lone = { tile, world, at: this.below(tile, column, row) };
      return heap;
    },

    /* The tile that a cell is by itself, nearer in. */
    below({ answer, coords: { z, x, y } }, column, row) {
      return { z: z + Math.log2(answer.n), x: x * answer.n + column, y: y * answer.n + row };
    },

    /* A heap of one, left over by the filters: no tile so far out says which it is. Where such are all there is to
       see, the tiles below are asked, and each becomes the pin that it is. */
    findLone() {
      const seen = this.keys.markers.filter((marker) => this._map.getBounds().contains(marker.getLatLng()));
      if (seen.length > MOST_LONE || !seen.every(({ lone }) => lone)) return;
      seen.forEach((heap) => {
        const { tile, world, at } = heap.lone;
        delete heap.lone;
        this._map.until(this.lookBelow(at).then((found) => {
          const position = tile.markers.indexOf(heap);
          if (!found || position < 0 || !this._map || !this.group.hasLayer(heap)) return;
          const pin = this.pin(found.item, [found.item[5], found.item[4] + world], found.hours);
          this.keys.leaving(heap);
          this.group.removeLayer(heap).addLayer(pin);
          tile.markers.splice(position, 1, pin);
          this.settle();
        })).catch(() => undefined);
      });
    },

    /* The one record under a tile and its hours, as far in as it takes; null when no tile says. */
    lookBelow(coords) {
      if (coords.z > this.options.maxNativeZoom) return Promise.resolve(null);
      return this.fetchTile(coords).then((answer) => {
        const hours = answer.hours || [];
        const cell = answer.cells.find((each) => this.sift(each, hours).count);
        if (!cell) return null;
        const [item] = this.sift(cell, hours).kept || [];
        return item ? { item, hours } : this.lookBelow(this.below({ answer, coords }, cell[0], cell[1]));
      });
    },

    /* Heaps stay clear of the edge of their cell, so that two of them never overlap. */
    insideCell(column, row, lon, lat, { answer, coords }) {
      const side = this.getTileSize().x / answer.n;
      const corner = L.point(coords.x * this.getTileSize().x + column * side, coords.y * this.getTileSize().y + row * side);
      const at = this._map.project([lat, lon], coords.z).subtract(corner);
      const margin = Math.min(22, side / 2);
      const clamp = (value) => Math.max(margin, Math.min(side - margin, value));
      return this._map.unproject(corner.add([clamp(at.x), clamp(at.y)]), coords.z);
    },

    pin(item, at, hours) {
      const marker = L.placeMarks.pin(item, at, this._map.words.kinds);
      return marker.on("click", () => this.cards.openCard(item, at, this.openingOf(item, hours)));
    },

    openingOf(item, hours) {
      return item[0] === 2 ? "" : L.placeFilter.opening(hours, item[7], L.placeFilter.minuteNow());
    },

    /* No zoom takes apart what is at one spot, nor what the last tiles hold together: few fan out, many are listed. */
    heap(count, at, middle, items, { answer, coords }) {
      const words = this._map.words;
      const isLast = coords.z >= this.options.maxNativeZoom || (items && this.sameSpot(items));
      const canFan = isLast && items && items.length === count && count <= L.PlaceFan.MOST;
      const said = canFan ? words.fan : isLast ? words.list : count === 1 ? words.one : words.many;
      const marker = L.placeMarks.heap(count, at, said, items);
      return marker.on("click", () => {
        if (canFan) {
          this.turnFan(marker, answer.hours);
        } else if (isLast) {
          this.cards.openList(items || [], count, at, marker.key);
        } else {
          this._map.getContainer().focus({ preventScroll: true });
          this._map.setView(middle, Math.min(this._map.getZoom() + 2, this.options.maxZoom));
        }
      });
    },

    turnFan(heap, hours) {
      if (this.fan.heap === heap) {
        this.fan.fold();
      } else {
        this.fan.hours = hours;
        this.fan.open(heap);
      }
    },

    sameSpot(items) {
      return items.every((item) => item[4] === items[0][4] && item[5] === items[0][5]);
    },

    /* Once everything asked for is drawn: drop what is left of another zoom, say how many there are. */
    settle() {
      if (!this._map || !this._noTilesToLoad()) return;
      this._pruneTiles();
      const shown = this.take();
      this._map.getContainer().dataset.drawn = shown;
      this._map.fire("markers-settled");
      if (!this._map.getContainer().classList.contains("reading")) this._map.say(this._map.words.drawn.replace("{n}", shown));
      this.openChosen();
      this.findLone();
    },

    /* Every marker by keyboard; how many are in view. */
    take() {
      return this.keys.take([...[...this.drawn.values()].flatMap((tile) => tile.markers), ...this.fan.fanned]);
    },

    /* The pin that the address names, once it is there. */
    openChosen() {
      const isChosen = (item) => item[2] === this.chosen;
      const marker = this.chosen && this.keys.markers.find(({ items }) => items.some(isChosen));
      if (!marker) return;
      if (marker.items.length > 1) {
        const item = marker.items.find(isChosen);
        this.cards.openCard(item, marker.getLatLng(), "", marker.key);
      } else {
        marker.fire("click");
      }
      this.chosen = null;
    },
  });

  L.placeTiles = (url, options) => new L.PlaceTiles(url, options);
})();
