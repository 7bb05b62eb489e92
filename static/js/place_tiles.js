/* Organisations, services and needs: one small JSON per tile, already clustered by the server; every item becomes a
   marker that the keyboard can reach. Filters work on what is here, without asking the server again. */
(function () {
  "use strict";

  const KINDS = ["organisation", "service", "need"];
  const ADDRESSES = ["organisations", "services", "needs"];
  const SHAPES = [
    ["circle", { cx: 12, cy: 12, r: 9 }],
    ["rect", { x: 3.5, y: 3.5, width: 17, height: 17, rx: 4.5 }],
    ["path", { d: "M12 1.8 22.2 12 12 22.2 1.8 12z" }],
  ];
  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const MOST_LISTED = 40;
  const NOTHING = { n: 1, cells: [] };

  function drawing(kind) {
    const make = (name, values) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(values).forEach(([key, value]) => element.setAttribute(key, value));
      return element;
    };
    const svg = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    svg.append(make(...SHAPES[kind]));
    return svg;
  }

  function short(count) {
    if (count < 1000) return String(count);
    return count < 10000 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`;
  }

  L.PlaceTiles = L.GridLayer.extend({
    options: { minZoom: 4, maxZoom: 18, minNativeZoom: 4, maxNativeZoom: 17, updateWhenZooming: false, keepBuffer: 1 },

    initialize(url, options) {
      L.setOptions(this, options);
      this.url = url;
      this.keep = { kind: null, theme: null, words: "" };
      this.group = L.layerGroup();
      this.drawn = new Map();
      this.answers = new Map();
      this.chosen = L.view.get("pin");
    },

    onAdd(map) {
      this.keep = map.words.keep || this.keep;
      this.group.addTo(map);
      this.on("tileunload", this.forget, this);
      this.on("load", this.settle, this);
      map.on("moveend", this.settle, this);
      map.getContainer().addEventListener("keydown", (event) => this.move(event));
      map.getContainer().addEventListener("filter-places", (event) => this.filter(event.detail));
      L.GridLayer.prototype.onAdd.call(this, map);
    },

    onRemove(map) {
      this.off("tileunload", this.forget, this).off("load", this.settle, this);
      map.off("moveend", this.settle, this);
      L.GridLayer.prototype.onRemove.call(this, map);
      this.group.clearLayers().remove();
      this.drawn.clear();
    },

    /* Between two zooms take the tiles of the lower one: cells then only grow, and heaps never overlap. The tiles
       themselves are empty, so the transform that Leaflet makes of this zoom shows nowhere. */
    _setView(center, zoom, ...rest) {
      L.GridLayer.prototype._setView.call(this, center, zoom - 0.499, ...rest);
    },

    createTile(coords, done) {
      const tile = document.createElement("div");
      const key = this._tileCoordsToKey(coords);
      tile.setAttribute("aria-hidden", "true");
      this.fetchTile(coords).then((answer) => {
        if (this._tiles[key]) {
          this.drawn.set(key, { answer, coords, markers: [] });
          this.drawTile(key);
        }
        done(null, tile);
      }, (error) => done(error, tile));
      return tile;
    },

    fetchTile({ z, x, y }) {
      const last = 2 ** z;
      if (y < 0 || y >= last) return Promise.resolve(NOTHING);
      const query = this.keep.words ? `?q=${encodeURIComponent(this.keep.words)}` : "";
      const url = `${this.url}${z}/${((x % last) + last) % last}/${y}.json${query}`;
      if (!this.answers.has(url)) {
        const answer = this._map.fetchJson(url).then((tile) => tile || NOTHING);
        answer.catch(() => this.answers.delete(url));
        this.answers.set(url, answer);
        if (this.answers.size > 400) this.answers.delete(this.answers.keys().next().value);
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
      if (tile) tile.markers.forEach((marker) => this.group.removeLayer(marker));
    },

    /* kind: a number or null; theme: a bit position or null; words need new tiles. */
    filter(keep) {
      const newWords = keep.words !== this.keep.words;
      this.keep = keep;
      if (newWords) {
        this._removeAllTiles();  // redraw() would ask for tiles of a fractional zoom
        this._update();
      } else {
        [...this.drawn.keys()].forEach((key) => this.drawTile(key));
        this.settle();
      }
    },

    fits(kind, themes) {
      const { kind: wanted, theme } = this.keep;
      return (wanted === null || kind === wanted) && (theme === null || Math.floor(themes / 2 ** theme) % 2 === 1);
    },

    drawTile(key) {
      this.clear(key);
      const tile = this.drawn.get(key);
      tile.markers = tile.answer.cells.map((cell) => this.drawCell(cell, tile)).filter(Boolean);
      tile.markers.forEach((marker) => this.group.addLayer(marker));
    },

    drawCell([column, row, lon, lat, groups, items], tile) {
      const count = groups.filter(([kind, themes]) => this.fits(kind, themes)).reduce((sum, group) => sum + group[2], 0);
      if (!count) return null;
      const kept = items ? items.filter(([kind, themes]) => this.fits(kind, themes)) : null;
      if (count === 1 && kept && kept.length === 1) return this.pin(kept[0]);
      return this.heap(count, this.insideCell(column, row, lon, lat, tile), [lat, lon], kept);
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

    pin(item) {
      const [kind, , , name, lon, lat] = item;
      const words = this._map.words;
      const marker = L.marker([lat, lon], {
        icon: L.divIcon({ className: `pin ${KINDS[kind]}`, html: drawing(kind), iconSize: [26, 26] }),
        riseOnHover: true,
      });
      marker.on("add", () => marker.getElement().setAttribute("aria-label", `${name}, ${words.kinds[kind]}`));
      marker.bindPopup(() => this.card(item), { minWidth: 180, maxWidth: 280 });
      marker.bindTooltip(() => document.createTextNode(name), { direction: "top", offset: [0, -12], opacity: 1 });
      marker.on("popupopen", () => L.view.set("pin", item[2]));
      marker.on("popupclose", () => L.view.set("pin", null));
      marker.item = item;
      return this.reachable(marker);
    },

    heap(count, at, middle, items) {
      const words = this._map.words;
      const size = count < 10 ? 30 : count < 100 ? 36 : 42;
      const text = document.createElement("span");
      text.textContent = short(count);
      const marker = L.marker(at, { icon: L.divIcon({ className: "heap", html: text, iconSize: [size, size] }) });
      const isLast = () => items && (this._map.getZoom() >= this.options.maxZoom - 1 || this.sameSpot(items));
      marker.on("add", () => {
        const said = (isLast() ? words.list : words.many).replace("{n}", short(count));
        marker.getElement().setAttribute("aria-label", said);
      });
      marker.on("click", () => {
        if (isLast()) {
          this.openList(at, items, count);
        } else {
          this._map.getContainer().focus({ preventScroll: true });
          this._map.setView(middle, Math.min(this._map.getZoom() + 2, this.options.maxZoom));
        }
      });
      return this.reachable(marker);
    },

    sameSpot(items) {
      return items.every((item) => item[4] === items[0][4] && item[5] === items[0][5]);
    },

    openList(at, items, count) {
      const list = document.createElement("ul");
      items.slice(0, MOST_LISTED).forEach((item) => {
        const line = document.createElement("li");
        line.append(this.link(item, item[3]), ` (${this._map.words.kinds[item[0]]})`);
        list.append(line);
      });
      const box = document.createElement("div");
      box.append(list);
      if (count > MOST_LISTED) box.append(this._map.words.more.replace("{n}", count - MOST_LISTED));
      L.popup({ maxWidth: 300 }).setLatLng(at).setContent(box).openOn(this._map);
      this.focusPopup();
    },

    card(item) {
      const [kind, themes, , name] = item;
      const words = this._map.words;
      const box = document.createElement("div");
      const title = document.createElement("strong");
      title.textContent = name;
      const about = document.createElement("p");
      const named = words.themes.filter((_, bit) => Math.floor(themes / 2 ** bit) % 2 === 1);
      about.textContent = [words.kinds[kind], ...named.slice(0, 6)].join(" · ");
      const more = document.createElement("p");
      more.append(this.link(item, words.details));
      box.append(title, about, more);
      return box;
    },

    link([kind, , id], text) {
      return L.linkTo(`${this.options.pages}${ADDRESSES[kind]}/${encodeURIComponent(id)}`, text);
    },

    reachable(marker) {
      marker.on("popupopen", () => this.focusPopup());
      marker.on("popupclose", () => { if (marker.getElement()) marker.getElement().focus({ preventScroll: true }); });
      marker.on("keydown", (event) => { if (event.originalEvent.key === " ") { L.DomEvent.stop(event.originalEvent); marker.fire("click"); marker.openPopup(); } });
      return marker;
    },

    focusPopup() {
      window.setTimeout(() => {
        const popup = this._map.getPane("popupPane").querySelector(".leaflet-popup");
        if (!popup) return;
        popup.setAttribute("role", "dialog");
        popup.setAttribute("aria-label", popup.querySelector("strong, a").textContent);
        popup.addEventListener("keydown", (event) => { if (event.key === "Escape") this._map.closePopup(); });
        const first = popup.querySelector("a[href]:not(.leaflet-popup-close-button)");
        if (first) first.focus({ preventScroll: true });
      }, 0);
    },

    /* One Tab stop for all markers, in reading order; arrow keys go from one to the next. */
    settle() {
      if (!this._map) return;
      const inView = this._map.getBounds();
      this.sorted = [...this.drawn.values()].flatMap((tile) => tile.markers).filter((marker) => marker.getElement())
        .sort((a, b) => b.getLatLng().lat - a.getLatLng().lat || a.getLatLng().lng - b.getLatLng().lng);
      this.sorted.forEach((marker) => { marker.getElement().tabIndex = -1; });
      const focused = this.sorted.find((marker) => marker.getElement() === document.activeElement);
      const first = focused || this.sorted.find((marker) => inView.contains(marker.getLatLng()));
      if (first) first.getElement().tabIndex = 0;
      const shown = this.sorted.filter((marker) => inView.contains(marker.getLatLng())).length;
      this._map.getContainer().dataset.drawn = shown;
      this._map.fire("markers-settled");
      this.openChosen();
      this._map.say(this._map.words.drawn.replace("{n}", shown));
    },

    /* The pin that the address names, once it is there. */
    openChosen() {
      const chosen = this.chosen && this.sorted.find(({ item }) => item && item[2] === this.chosen);
      if (!chosen) return;
      this.chosen = null;
      chosen.openPopup();
    },

    move(event) {
      const direction = ARROWS[event.key];
      const current = direction && (this.sorted || []).find((marker) => marker.getElement() === event.target);
      if (!current) return;
      event.preventDefault();
      event.stopPropagation();
      const from = this._map.latLngToContainerPoint(current.getLatLng());
      const inView = this._map.getBounds();
      let best = null;
      let least = Infinity;
      this.sorted.forEach((marker) => {
        if (marker === current || !inView.contains(marker.getLatLng())) return;
        const way = this._map.latLngToContainerPoint(marker.getLatLng()).subtract(from);
        const ahead = way.x * direction[0] + way.y * direction[1];
        const aside = Math.abs(way.x * direction[1]) + Math.abs(way.y * direction[0]);
        if (ahead > 0 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = marker; }
      });
      if (!best) return;
      current.getElement().tabIndex = -1;
      best.getElement().tabIndex = 0;
      best.getElement().focus({ preventScroll: true });
    },
  });

  L.placeTiles = (url, options) => new L.PlaceTiles(url, options);
})();
