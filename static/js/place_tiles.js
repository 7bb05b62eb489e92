/* Organisations, services and needs: one small JSON per tile, already clustered by the server; every item becomes a
   marker that the keyboard can reach. Filters work on what is here (place_filter.js). */
(function () {
  "use strict";

  const NOTHING = { n: 1, cells: [], hours: [] };
  const MOST_KEPT = 400;

  L.PlaceTiles = L.GridLayer.extend({
    options: { minZoom: 4, maxZoom: 18, minNativeZoom: 4, maxNativeZoom: 17, updateWhenZooming: false, keepBuffer: 1 },

    initialize(url, options) {
      L.setOptions(this, options);
      this.url = url;
      this.group = L.layerGroup();
      this.drawn = new Map();
      this.answers = new Map();
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
      this.group.addTo(map);
      this.on("tileunload", this.forget, this).on("load", this.settle, this);
      map.on("moveend", this.settle, this);
      this.asked = (event) => this.filter(event.detail);
      map.getContainer().addEventListener("filter-places", this.asked);
      L.GridLayer.prototype.onAdd.call(this, map);
    },

    onRemove(map) {
      this.off("load", this.settle, this);
      map.off("moveend", this.settle, this);
      L.GridLayer.prototype.onRemove.call(this, map);
      this.off("tileunload", this.forget, this);
      map.getContainer().removeEventListener("filter-places", this.asked);
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

    fetchOnce({ z, x, y }, query) {
      const last = 2 ** z;
      if (y < 0 || y >= last) return Promise.resolve(NOTHING);
      const url = `${this.url}${z}/${((x % last) + last) % last}/${y}.json${query.size ? `?${query}` : ""}`;
      if (!this.answers.has(url)) {
        const answer = this._map.fetchJson(url).then((tile) => tile || NOTHING);
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
        [...this.drawn.keys()].forEach((key) => this.drawTile(key));
        this.settle();
      }
    },

    drawTile(key) {
      this.clear(key);
      const tile = this.drawn.get(key);
      tile.markers = tile.answer.cells.map((cell) => this.drawCell(cell, tile)).filter(Boolean);
      tile.markers.forEach((marker) => this.group.addLayer(marker));
    },

    drawCell([column, row, lon, lat, groups, items], tile) {
      const hours = tile.answer.hours || [];
      const fits = ([kind, themes, , audiences, opening]) => L.placeFilter.fits(this.keep, hours, kind, themes, audiences, opening);
      const count = groups.filter(fits).reduce((sum, group) => sum + group[2], 0);
      if (!count) return null;
      const world = 360 * Math.floor(tile.coords.x / 2 ** tile.coords.z);
      const kept = items ? items.filter(([kind, themes, , , , , ...rest]) => fits([kind, themes, 1, ...rest])) : null;
      if (count === 1 && kept && kept.length === 1) return this.pin(kept[0], [kept[0][5], kept[0][4] + world], hours);
      return this.heap(count, this.insideCell(column, row, lon + world, lat, tile), [lat, lon + world], kept, tile.coords.z);
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

    /* No zoom takes apart what is at one spot, nor what the last tiles hold together. */
    heap(count, at, middle, items, zoom) {
      const words = this._map.words;
      const isLast = items && (zoom >= this.options.maxNativeZoom || this.sameSpot(items));
      const said = isLast ? words.list : count === 1 ? words.one : words.many;
      const marker = L.placeMarks.heap(count, at, said, items);
      return marker.on("click", () => {
        if (isLast) {
          this.cards.openList(items, count, at, marker.key);
        } else {
          this._map.getContainer().focus({ preventScroll: true });
          this._map.setView(middle, Math.min(this._map.getZoom() + 2, this.options.maxZoom));
        }
      });
    },

    sameSpot(items) {
      return items.every((item) => item[4] === items[0][4] && item[5] === items[0][5]);
    },

    /* Once everything asked for is drawn: drop what is left of another zoom, say how many there are. */
    settle() {
      if (!this._map || !this._noTilesToLoad()) return;
      this._pruneTiles();
      const shown = this.keys.take([...this.drawn.values()].flatMap((tile) => tile.markers));
      this._map.getContainer().dataset.drawn = shown;
      this._map.fire("markers-settled");
      this._map.say(this._map.words.drawn.replace("{n}", shown));
      this.openChosen();
    },

    /* The pin that the address names, once it is there. */
    openChosen() {
      const chosen = this.chosen && this.keys.markers.find(({ items }) => items.length === 1 && items[0][2] === this.chosen);
      if (!chosen) return;
      this.chosen = null;
      chosen.fire("click");
    },
  });

  L.placeTiles = (url, options) => new L.PlaceTiles(url, options);
})();
