/* The rows of a gap answer as areas: shapes come as tiles that hold numbers only and are kept for ever, values as one
   small file. Another question about the same areas paints the same tiles again and fetches none. */
(function () {
  "use strict";

  const SIDE = 256;
  const MOST_TILES_OF_AREAS = 24;
  const MOST_CANVAS_PX = 2048;
  const NOWHERE = L.latLngBounds([-85, -180], [-85, -180]);
  const DARK = /very_short|nearly_all_short|checked_none/;
  const [NUMBER, CODE, STATE, SHORTFALL, PEOPLE, NAME, SENTENCE] = [0, 1, 2, 3, 4, 5, 6];

  function sentenceBox(name, sentence) {
    const box = document.createElement("div");
    const title = document.createElement("b");
    title.textContent = name;
    box.append(title, sentence.replace(`${name}: `, ""));
    return box;
  }

  L.AreaTiles = L.GridLayer.extend({
    options: { tileSize: SIDE, minZoom: 0, maxNativeZoom: 16, updateWhenZooming: false, keepBuffer: 1, bounds: NOWHERE },

    initialize(url, options) {
      L.setOptions(this, options);
      this.url = url;
      this.values = { tiles: "", zooms: [], rows: [] };
      this.rowOf = new Map();
      this.groupsOf = new Map();
      this.tiles = new Map();
      this.told = new Map();
    },

    onAdd(map) {
      map.areas = this;
      L.GridLayer.prototype.onAdd.call(this, map);
      const container = map.getContainer();
      container.addEventListener("light-area", (event) => this.lightCode(event.detail));
      container.addEventListener("show-values", (event) => this.ask(event.detail));
      map.on("zoomend", this.paintAll, this);
      this.on("load", this.count, this);
      if (window.matchMedia("(hover: none)").matches) {
        map.on("click", this.openCard, this);
      } else {
        map.on("mousemove", this.point, this).on("mouseout", this.leave, this).on("click", this.follow, this);
      }
      L.whenColoursChange(() => this.paintAll());
      this.load(this.url).then(() => map.showFirst()).catch(() => undefined);
      this.once("load", () => { const code = L.view.get("area"); if (code) { this.lightCode(code); this.tell(code); } });
      return this;
    },

    /* Another question: what it is about comes into view when it is about somewhere else. */
    ask(url) {
      const before = this.options.bounds;
      this._map.getContainer().dataset.drawn = 0;
      this.load(url).then(() => { if (!before.equals(this.options.bounds)) this._map.showEverything(); }).catch(() => undefined);
    },

    /* Fetch the values of an answer; rejects when they cannot be had. */
    load(url) {
      this.url = url;
      return this._map.fetchJson(url).then((values) => {
        if (!values) throw new Error("no values");
        const isOther = values.tiles !== this.values.tiles;
        this.values = values;
        this.rowOf = new Map(values.rows.map((row) => [row[NUMBER], row]));
        this.codes = new Map(values.rows.map((row) => [row[CODE], row[NUMBER]]));
        this.groupsOf.clear();
        this.told.clear();
        const [west, south, east, north] = values.bounds;
        this.options.bounds = L.latLngBounds([south, west], [north, east]);
        if (isOther) {
          this.tiles.clear();
          this.levels = null;
        }
        this._map.everything = this.options.bounds;
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
      Promise.all([this.fetchTile(coords), this.fetchLevels(coords.z)]).then(([tile]) => {
        canvas.tile = tile;
        this.paint(canvas);
        done(null, canvas);
      }, (error) => { this._map.say(this._map.words.failed); done(error, canvas); });
      return canvas;
    },

    fetchTile({ z, x, y }) {
      const last = 2 ** z;
      const address = `${this.values.tiles}${z}/${((x % last) + last) % last}/${y}.mvt`;
      if (!this.tiles.has(address)) {
        const tile = fetch(address, { credentials: "same-origin" }).then((answer) => {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.status === 204 ? new ArrayBuffer(0) : answer.arrayBuffer();
        }).then((bytes) => L.readVectorTile(bytes, SIDE));
        tile.catch(() => this.tiles.delete(address));
        this.tiles.set(address, tile);
        if (this.tiles.size > 200) this.tiles.delete(this.tiles.keys().next().value);
      }
      return this.tiles.get(address);
    },

    levelAt(zoom) {
      const band = this.values.zooms.find(([first, last]) => zoom >= first && zoom <= last);
      return band ? band[2] : 0;
    },

    /* Which group each area is in, once somebody looks from so far that groups are drawn. */
    fetchLevels(zoom) {
      if (!this.levelAt(zoom)) return null;
      this.levels = this.levels || this._map.fetchJson(this.values.groups).then(({ levels }) => { this.levelsNow = levels; });
      return this.levels;
    },

    /* Groups of a level as rows of their own: people add up, and the shortfall is the mean over people. */
    groups(level) {
      if (!this.groupsOf.has(level)) {
        const of = this.levelsNow.find((each) => each.level === level).groups;
        const sums = new Map();
        this.values.rows.forEach((row) => {
          const sum = sums.get(of[row[NUMBER]]) || { areas: 0, people: 0, scored: 0, short: 0, states: {} };
          sum.areas += 1;
          sum.people += row[PEOPLE];
          sum.states[row[STATE]] = (sum.states[row[STATE]] || 0) + row[PEOPLE];
          if (row[SHORTFALL] !== null) { sum.scored += row[PEOPLE]; sum.short += row[PEOPLE] * row[SHORTFALL]; }
          sums.set(of[row[NUMBER]], sum);
        });
        this.groupsOf.set(level, new Map([...sums].map(([group, sum]) => {
          const most = Object.entries(sum.states).sort((a, b) => b[1] - a[1])[0][0];
          return [group, { row: [group, null, most, sum.scored ? sum.short / sum.scored : null, sum.people], areas: sum.areas }];
        })));
      }
      return this.groupsOf.get(level);
    },

    rowFor(number, level) {
      if (!level) return this.rowOf.get(number);
      const group = this.groups(level).get(number);
      return group && group.row;
    },

    /* The same rule as `fill` in app/routes/words.py. */
    fillOf(row) {
      const state = row[STATE];
      if (state === "checked_none" || state === "not_enough_data") return state;
      if (row[SHORTFALL] === null) return "unclear";
      const band = this.values.bands[this.values.breaks.filter((step) => row[SHORTFALL] >= step).length];
      return state === "unclear" ? `unclear-${band}` : band;
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
      const level = this.levelAt(coords.z);
      const shown = tile.features.map((feature) => ({ feature, row: this.rowFor(feature.number, level) })).filter(({ row }) => row);
      shown.forEach(({ feature, row }) => {
        brush.fillStyle = L.fillFor(this.fillOf(row), scale, coords.x * SIDE * scale, coords.y * SIDE * scale);
        brush.fill(feature.path, "evenodd");
      });
      const inks = window.getComputedStyle(this._map.getContainer());
      const ink = (name) => inks.getPropertyValue(name).trim();
      shown.forEach(({ feature, row }) => this.border(brush, feature, this.fillOf(row), scale, ink));
      const lit = shown.find(({ feature }) => feature.number === this.lit);
      if (lit) this.outline(brush, lit.feature, DARK.test(this.fillOf(lit.row)) ? ink("--marigold") : ink("--map-ink"), 3.5 / scale);
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

    /* What is painted at a place: {number, level, row, fill}, or null. */
    areaAt(place) {
      if (this._tileZoom === undefined) return null;
      const at = this._map.project(place, this._tileZoom);
      const [x, y] = [Math.floor(at.x / SIDE), Math.floor(at.y / SIDE)];
      const held = this._tiles[`${x}:${y}:${this._tileZoom}`];
      if (!held || !held.el.tile) return null;
      const [left, top] = [at.x - x * SIDE, at.y - y * SIDE];
      const brush = held.el.getContext("2d");
      brush.setTransform(1, 0, 0, 1, 0, 0);
      const level = this.levelAt(this._tileZoom);
      const found = held.el.tile.features.find(({ number, path, box }) => left >= box.left && left <= box.right
        && top >= box.top && top <= box.bottom && this.rowFor(number, level) && brush.isPointInPath(path, left, top, "evenodd"));
      if (!found) return null;
      const row = this.rowFor(found.number, level);
      return { number: found.number, level, row, fill: this.fillOf(row) };
    },

    lightCode(code) {
      const number = code === null || !this.codes ? undefined : this.codes.get(String(code));
      const level = this.levelAt(this._tileZoom);
      this.light(number !== undefined && level && this.levelsNow ? this.levelsNow.find((each) => each.level === level).groups[number] : number, code);
    },

    light(number, code) {
      if (number === this.lit) return;
      const before = this.lit;
      this.lit = number;
      this._map.getContainer().dataset.lit = number === undefined || !code ? "" : code;
      Object.values(this._tiles).forEach(({ el }) => {
        if (el.tile && el.tile.features.some((feature) => feature.number === number || feature.number === before)) this.paint(el);
      });
    },

    tell(code) {
      this._map.getContainer().dispatchEvent(new CustomEvent("area-lit", { detail: code }));
    },

    point({ latlng }) {
      const found = this.areaAt(latlng);
      this._map.getContainer().classList.toggle("over-area", Boolean(found));
      if (!found) { this.leave(); return; }
      if (found.number !== this.pointed) {
        this.pointed = found.number;
        this.light(found.number, found.row[CODE]);
        this.tell(found.row[CODE]);
      }
      this.describe(found).then((words) => {
        if (this.pointed !== found.number || !this._map) return;
        this.tip = this.tip || L.tooltip({ opacity: 1, offset: [14, 0] });
        if (this.tip.about !== found.row) this.tip.setContent(words);
        this.tip.about = found.row;
        this.tip.setLatLng(latlng);
        if (!this._map.hasLayer(this.tip)) this.tip.addTo(this._map);
      }, () => undefined);
    },

    leave() {
      if (this.pointed === undefined) return;
      this.pointed = undefined;
      this.light(undefined, null);
      this.tell(null);
      if (this.tip) this.tip.remove();
    },

    /* Name and sentence of an area, only ever set as text; of many areas they are fetched one by one. */
    describe({ row, number, level }) {
      if (level) {
        const words = this._map.words.together.replace("{n}", this.groups(level).get(number).areas);
        return Promise.resolve(document.createTextNode(words));
      }
      if (row[SENTENCE] !== undefined) return Promise.resolve(sentenceBox(row[NAME], row[SENTENCE]));
      if (!this.told.has(row[CODE])) {
        const url = `${this.url}&area=${encodeURIComponent(row[CODE])}`;
        this.told.set(row[CODE], this._map.fetchJson(url).then(({ rows }) => rows[0]));
        this.told.get(row[CODE]).catch(() => this.told.delete(row[CODE]));
      }
      return this.told.get(row[CODE]).then((full) => sentenceBox(full[NAME], full[SENTENCE]));
    },

    follow({ latlng }) {
      const found = this.areaAt(latlng);
      if (!found) return;
      if (found.level) this._map.setView(latlng, this._map.getZoom() + 2);
      else L.goTo(this.addressOf(found.row[CODE]));
    },

    openCard({ latlng }) {
      const found = this.areaAt(latlng);
      this.light(found ? found.number : undefined, found ? found.row[CODE] : null);
      L.view.set("area", found && found.row[CODE]);
      if (!found) return;
      this.describe(found).then((words) => {
        const box = document.createElement("div");
        box.append(words);
        if (!found.level) {
          const line = document.createElement("p");
          line.append(L.linkTo(this.addressOf(found.row[CODE]), this._map.words.profile));
          box.append(line);
        }
        L.popup({ maxWidth: 280 }).setLatLng(latlng).setContent(box).openOn(this._map);
      }, () => undefined);
    },

    /* As the row of the table says, where the table shows that row. */
    addressOf(code) {
      const link = document.querySelector(`tr[data-area="${CSS.escape(code)}"] th a`);
      return link ? link.href : `${this.options.profiles}/${encodeURIComponent(this.values.layer)}/${encodeURIComponent(code)}`;
    },
  });

  L.areaTiles = (url, options) => new L.AreaTiles(url, options);
})();
