/* The rows of a gap answer as areas: shapes come as tiles that hold numbers only and are kept for ever, values as one
   small file. Another question about the same areas paints the same tiles again and fetches none. */
(function () {
  "use strict";

  const SIDE = 256;
  const MOST_TILES_OF_AREAS = 24;
  const MOST_CANVAS_PX = 2048;
  const NOWHERE = L.latLngBounds([-85, -180], [-85, -180]);
  const DARK = /very_short|nearly_all_short|checked_none/;
  const keyOf = (level, number) => `${level}/${number}`;
  const [NUMBER, CODE, NAME, SENTENCE, GROUPS] = [0, 1, 2, 3, 4];

  L.AreaTiles = L.GridLayer.extend({
    options: { tileSize: SIDE, minZoom: 0, maxNativeZoom: 16, updateWhenZooming: false, keepBuffer: 1, bounds: NOWHERE },

    initialize(url, options) {
      L.setOptions(this, options);
      this.url = url;
      this.values = { tiles: "", zooms: [], levels: {} };
      this.rows = new Map();
      this.tiles = new Map();
      this.fetchBlocked = L.tileBlocks((block) => this.fetchBlock(block));
    },

    onAdd(map) {
      map.areas = this;
      this.tip = L.areaTip(map);
      L.GridLayer.prototype.onAdd.call(this, map);
      const container = map.getContainer();
      container.addEventListener("light-area", (event) => this.lightCode(event.detail));
      container.addEventListener("read-area", (event) => this.lightCode(event.detail, true));
      container.addEventListener("show-values", (event) => this.ask(event.detail));
      map.on("zoomend", this.paintAll, this);
      this.on("load", this.count, this);
      if (window.matchMedia("(hover: none)").matches) {
        map.on("click", this.openCard, this);
      } else if (this.options.is_under) {
        map.on("mousemove", this.point, this).on("mouseout", this.leave, this).on("click", this.openCard, this);
      } else {
        map.on("mousemove", this.point, this).on("mouseout", this.leave, this).on("click", this.follow, this);
      }
      L.areaKeys(map, this);
      L.whenColoursChange(() => this.paintAll());
      map.until(this.load(this.url).then(() => { if (!this.options.is_under) map.showFirst(); this.share(); })).catch(() => undefined);
      this.once("load", () => { const code = L.view.get("area"); if (code) { this.lightCode(code, true); this.tell(code); } });
      return this;
    },

    /* Another question, {url, values}, or its address alone: what it is about comes into view when it is about
       somewhere else. */
    ask(asked) {
      const { url, values } = typeof asked === "string" ? { url: asked } : asked;
      const before = this.options.bounds;
      this._map.getContainer().dataset.drawn = 0;
      this._map.until(this.load(url, values).then(() => {
        if (!before.equals(this.options.bounds)) this._map.showEverything();
        this.share();
      })).catch(() => undefined);
    },

    /* For who draws over the areas, once the map looks where it will. */
    share() {
      this._map.fire("values", this.values);
    },

    /* Show the values of an answer, fetched unless they are known; rejects when they cannot be had. */
    load(url, known) {
      this.url = url;
      return (known ? Promise.resolve(known) : this._map.fetchJson(url)).then((values) => {
        if (!values) throw new Error("no values");
        const isOther = values.tiles !== this.values.tiles;
        this.values = values;
        this.rows.clear();
        this.edges = new Set(values.edges);
        this.tip.forget();
        values.rows.forEach((row) => this.keep(row));
        const [west, south, east, north] = values.bounds;
        this.options.bounds = L.latLngBounds([south, west], [north, east]);
        if (isOther) this.tiles.clear();
        if (!this.options.is_under) this._map.everything = this.options.bounds;
        if (isOther) {
          this.redraw();
        } else {
          this.paintAll();
          this.count();
        }
      }).catch((error) => { this._map.say(this._map.words.failed); throw error; });
    },

    /* Areas themselves instead of groups of them, wherever the answer is small enough to fetch them. */
    _clampZoom(zoom) {
      const near = L.GridLayer.prototype._clampZoom.call(this, zoom);
      const areas = this.values.zooms.find(([, , level]) => level === 0);
      if (!areas || near >= areas[0]) return near;
      const corners = [this.options.bounds.getNorthWest(), this.options.bounds.getSouthEast()];
      const [first, last] = corners.map((corner) => this._map.project(corner, areas[0]).divideBy(SIDE).floor());
      return (last.x - first.x + 1) * (last.y - first.y + 1) <= MOST_TILES_OF_AREAS ? areas[0] : near;
    },

    redraw() {
      this._removeAllTiles();
      this._resetView();
      return this;
    },

    createTile(coords, done) {
      const canvas = document.createElement("canvas");
      canvas.setAttribute("aria-hidden", "true");
      canvas.coords = coords;
      this.fetchTile(coords).then((tile) => {
        canvas.tile = tile;
        this.paint(canvas);
        done(null, canvas);
      }, (error) => { this._map.say(this._map.words.failed); done(error, canvas); });
      return canvas;
    },

    fetchTile({ z, x, y }) {
      const last = 2 ** z;
      const at = { z, x: ((x % last) + last) % last, y };
      const address = `${this.values.tiles}${z}/${at.x}/${y}`;
      if (!this.tiles.has(address)) {
        const tile = this.fetchBlocked(at).then((bytes) => L.readVectorTile(bytes, SIDE));
        tile.catch(() => this.tiles.delete(address));
        this.tiles.set(address, tile);
        if (this.tiles.size > 200) this.tiles.delete(this.tiles.keys().next().value);
      }
      return this.tiles.get(address);
    },

    /* A block is the lengths of its tiles (32 bits each, the low byte first), then the tiles. */
    fetchBlock(block) {
      const count = block.split("/").pop().split("x").reduce((columns, rows) => columns * rows);
      return fetch(`${this.values.tiles}${block}.mvts`, { credentials: "same-origin" }).then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.arrayBuffer();
      }).then((bytes) => {
        let at = 4 * count;
        return [...new Uint32Array(bytes.slice(0, at))].map((length) => bytes.slice(at, at += length));
      });
    },

    levelAt(zoom) {
      const band = this.values.zooms.find(([first, last]) => zoom >= first && zoom <= last);
      return band ? band[2] : 0;
    },

    /* Which level a tile is of, as it says itself: one that would be too big is drawn as from farther away. */
    levelOf: ({ name }) => Number(name.replace("groups-", "")) || 0,

    /* The name of the fill of an area or group; nothing where nothing was asked. */
    fillOf(number, level) {
      return this.values.fills[(this.values.levels[level] || "")[number]];
    },

    keep(row) {
      this.rows.set(row[NUMBER], row).set(row[CODE], row);
      return row;
    },

    /* The row of an area by `area` (its code) or `number`. Where there are many areas, they are fetched one by one. */
    fetchRow(by, value) {
      if (this.rows.has(value)) return Promise.resolve(this.rows.get(value));
      if (this.values.rows.length) return Promise.reject(new Error("no such area"));
      return this._map.fetchJson(`${this.url}&${by}=${encodeURIComponent(value)}`).then(({ rows }) => this.keep(rows[0]));
    },

    paintAll() {
      Object.values(this._tiles || {}).forEach(({ el }) => this.paint(el));
    },

    paint(canvas) {
      if (!canvas.tile || !this._map) return;
      const { coords, tile } = canvas;
      const scale = this._map.getZoomScale(this._map.getZoom(), coords.z);
      const sharp = Math.min(MOST_CANVAS_PX / SIDE, scale * Math.min(window.devicePixelRatio || 1, 2));
      canvas.width = canvas.height = Math.ceil(SIDE * sharp);
      const brush = canvas.getContext("2d");
      brush.scale(canvas.width / SIDE, canvas.height / SIDE);
      const level = this.levelOf(tile);
      const shown = tile.features.map((feature) => ({ feature, fill: this.fillOf(feature.number, level) })).filter(({ fill }) => fill);
      shown.forEach(({ feature, fill }) => {
        brush.fillStyle = L.fillFor(fill, scale, coords.x * SIDE * scale, coords.y * SIDE * scale);
        brush.fill(feature.path, "evenodd");
      });
      shown.filter(({ feature }) => !level && this.edges.has(feature.number)).forEach(({ feature }) => {
        brush.fillStyle = L.fillFor("edge", scale, coords.x * SIDE * scale, coords.y * SIDE * scale);
        brush.fill(feature.path, "evenodd");
      });
      const inks = window.getComputedStyle(this._map.getContainer());
      const ink = (name) => inks.getPropertyValue(name).trim();
      shown.forEach(({ feature, fill }) => this.border(brush, feature, fill, scale, ink));
      const lit = shown.find(({ feature }) => keyOf(level, feature.number) === this.lit);
      if (lit) this.outline(brush, lit.feature, DARK.test(lit.fill) ? ink("--marigold") : ink("--map-ink"), 3.5 / scale);
    },

    border(brush, feature, fill, scale, ink) {
      const isDotted = fill === "checked_none";
      brush.globalAlpha = isDotted ? 0.8 : 0.42;
      brush.setLineDash(isDotted ? [1 / scale, 3 / scale] : []);
      this.outline(brush, feature, DARK.test(fill) ? ink("--gap-ring") : ink("--map-ink"), (isDotted ? 1.5 : 1) / scale);
      brush.setLineDash([]);
      brush.globalAlpha = 1;
    },

    outline(brush, feature, colour, width) {
      brush.strokeStyle = colour;
      brush.lineWidth = width;
      brush.lineJoin = "round";
      brush.stroke(feature.path);
    },

    /* Said when all is painted: how many shapes, at which zoom. */
    count() {
      const container = this._map.getContainer();
      container.dataset.drawn = Object.values(this._tiles).reduce((sum, { el }) => sum + (el.tile ? el.tile.features.length : 0), 0);
      container.dataset.tileZoom = this._tileZoom;
    },

    /* What is painted at a place: {key, number, level, fill, code}, or null; the code as far as it is known. */
    areaAt(place) {
      if (this._tileZoom === undefined || this._map.hidden.has("areas")) return null;
      const at = this._map.project(place, this._tileZoom);
      const [x, y] = [Math.floor(at.x / SIDE), Math.floor(at.y / SIDE)];
      const held = this._tiles[`${x}:${y}:${this._tileZoom}`];
      if (!held || !held.el.tile) return null;
      const [left, top] = [at.x - x * SIDE, at.y - y * SIDE];
      const brush = held.el.getContext("2d");
      brush.setTransform(1, 0, 0, 1, 0, 0);
      const level = this.levelOf(held.el.tile);
      const found = held.el.tile.features.find(({ number, path, box }) => left >= box.left && left <= box.right
        && top >= box.top && top <= box.bottom && this.fillOf(number, level) && brush.isPointInPath(path, left, top, "evenodd"));
      if (!found) return null;
      const { [CODE]: code } = (!level && this.rows.get(found.number)) || [];
      return { key: keyOf(level, found.number), number: found.number, level, fill: this.fillOf(found.number, level), code };
    },

    /* ``isRead``: with its name and sentence, if it is in view. */
    lightCode(code, isRead) {
      this.wanted = code;
      this.tip.hide();
      if (code === null) {
        this.light(undefined, null);
        return;
      }
      this.fetchRow("area", code).then((row) => {
        if (this.wanted !== code) return;
        const level = this.levelAt(this._tileZoom);
        const key = keyOf(level, level ? row[GROUPS][level - 1] : row[NUMBER]);
        this.light(key, code);
        const middle = isRead && this.middleOf(key);
        if (middle) this.tip.show(key, L.titled(row[NAME], row[SENTENCE]), middle);
      }, () => undefined);
    },

    /* About the middle of what is painted of an area, where the map shows that. */
    middleOf(key) {
      const size = ({ left, top, right, bottom }) => (right - left) * (bottom - top);
      const [found] = Object.values(this._tiles).filter(({ el }) => el.tile).flatMap(({ el }) => el.tile.features
        .filter(({ number }) => keyOf(this.levelOf(el.tile), number) === key).map(({ box }) => ({ box, coords: el.coords })))
        .sort((a, b) => size(b.box) - size(a.box));
      if (!found) return null;
      const [{ left, top, right, bottom }, { x, y, z }] = [found.box, found.coords];
      const middle = this._map.unproject(L.point(x * SIDE + (left + right) / 2, y * SIDE + (top + bottom) / 2), z);
      return this._map.getBounds().contains(middle) ? middle : null;
    },

    light(key, code) {
      this._map.getContainer().dataset.lit = code || "";
      if (key === this.lit) return;
      const changed = [key, this.lit];
      this.lit = key;
      Object.values(this._tiles).forEach(({ el }) => {
        if (el.tile && el.tile.features.some(({ number }) => changed.includes(keyOf(this.levelOf(el.tile), number)))) this.paint(el);
      });
    },

    tell(code) {
      this._map.getContainer().dispatchEvent(new CustomEvent("area-lit", { detail: code }));
    },

    /* ``onRead`` is told, as a text, what is shown of the area there. */
    point({ latlng }, onRead) {
      const found = this.areaAt(latlng);
      this._map.getContainer().classList.toggle("over-area", Boolean(found));
      if (!found) { this.leave(); return; }
      if (found.key !== this.pointed) {
        this.pointed = found.key;
        this.wanted = null;
        this.light(found.key, found.code);
      }
      this.describe(found).then(({ words, said, code }) => {
        if (this.pointed !== found.key || !this._map) return;
        if (this.tip.about !== found.key) {
          this.light(found.key, code);
          this.tell(code);
        }
        this.tip.show(found.key, words, latlng);
        if (typeof onRead === "function") onRead(said);
      }, () => undefined);
    },

    leave() {
      if (this.pointed === undefined) return;
      this.pointed = undefined;
      this.light(undefined, null);
      this.tell(null);
      this.tip.hide();
    },

    /* Name and sentence of an area, only ever set as text: {words, said, code}. */
    describe({ number, level }) {
      if (level) {
        const said = this._map.words.together.replace("{n}", this.values.together[level][number]);
        return Promise.resolve({ words: document.createTextNode(said), said, code: null });
      }
      return this.fetchRow("number", number).then((row) => ({
        words: L.titled(row[NAME], row[SENTENCE]), said: L.saidOf(row[NAME], row[SENTENCE]), code: row[CODE],
      }));
    },

    follow({ latlng }) {
      const found = this.areaAt(latlng);
      if (!found) return;
      if (found.level) this._map.setView(latlng, this._map.getZoom() + 2);
      else this.fetchRow("number", found.number).then((row) => L.goTo(this.addressOf(row[CODE])), () => undefined);
    },

    openCard({ latlng }) {
      const found = this.areaAt(latlng);
      this.light(found ? found.key : undefined, null);
      if (!found) { L.view.set("area", null); return; }
      this.describe(found).then(({ words, code }) => {
        this.light(found.key, code);
        L.view.set("area", code);
        const box = document.createElement("div");
        box.append(words);
        if (code) {
          const line = document.createElement("p");
          line.append(L.linkTo(this.addressOf(code), this._map.words.profile));
          box.append(line);
        }
        L.openCard(this._map, box, latlng, (isLost) => isLost && this._map.getContainer().focus({ preventScroll: true }), { maxWidth: 280 });
      }, () => undefined);
    },

    addressOf(code) {
      return this.values.profile.replace("{code}", encodeURIComponent(code));
    },
  });

  L.areaTiles = (url, options) => new L.AreaTiles(url, options);
})();
