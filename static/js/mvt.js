/* Mapbox Vector Tiles as far as ours go: polygons with a number and nothing else, as paths that are drawn again and
   again. */
(function () {
  "use strict";

  const [MOVE, CLOSE] = [1, 7];

  class Reader {
    constructor(bytes, from = 0, end = bytes.length) {
      Object.assign(this, { bytes, at: from, end });
    }

    number() {
      let value = 0;
      for (let factor = 1; ; factor *= 128) {
        const byte = this.bytes[this.at++];
        value += (byte & 127) * factor;
        if (byte < 128) return value;
      }
    }

    signed() {
      const value = this.number();
      return value % 2 ? -(value + 1) / 2 : value / 2;
    }

    part() {
      const size = this.number();
      this.at += size;
      return new Reader(this.bytes, this.at - size, this.at);
    }

    /* Calls take[field]() for each field it names and steps over the rest. */
    fields(take) {
      while (this.at < this.end) {
        const tag = this.number();
        const [field, kind] = [Math.floor(tag / 8), tag % 8];
        if (take[field]) take[field]();
        else if (kind === 0) this.number();
        else if (kind === 2) this.part();
        else this.at += kind === 5 ? 4 : 8;
      }
    }
  }

  function shapeOf(reader, scale) {
    const path = new Path2D();
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    let [x, y] = [0, 0];
    while (reader.at < reader.end) {
      const command = reader.number();
      if (command % 8 === CLOSE) {
        path.closePath();
        continue;
      }
      for (let left = Math.floor(command / 8); left > 0; left -= 1) {
        x += reader.signed() * scale;
        y += reader.signed() * scale;
        if (command % 8 === MOVE) path.moveTo(x, y);
        else path.lineTo(x, y);
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x);
        box.top = Math.min(box.top, y);
        box.bottom = Math.max(box.bottom, y);
      }
    }
    return { path, box };
  }

  function featureOf(reader, scale) {
    let number = 0;
    let geometry = null;
    reader.fields({ 1: () => { number = reader.number(); }, 4: () => { geometry = reader.part(); } });
    return { number, ...shapeOf(geometry, scale) };
  }

  /* One tile: {name, features: [{number, path, box}]} in pixels of a tile of `side`. */
  L.readVectorTile = function (buffer, side) {
    const tile = new Reader(new Uint8Array(buffer));
    const found = { name: "", features: [] };
    tile.fields({
      3: () => {
        const layer = tile.part();
        const parts = [];
        let extent = 4096;
        layer.fields({
          1: () => { const { bytes, at, end } = layer.part(); found.name = new TextDecoder().decode(bytes.subarray(at, end)); },
          2: () => parts.push(layer.part()),
          5: () => { extent = layer.number(); },
        });
        found.features = parts.map((part) => featureOf(part, side / extent));
      },
    });
    return found;
  };
})();
