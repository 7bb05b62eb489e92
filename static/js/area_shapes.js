/* The areas of one gap answer, out of the page itself: for a map that is kept as a file and fetches nothing. Filled
   with the patterns of the legend; names and sentences are only ever set as text. */
(function () {
  "use strict";

  const [USUAL, LIT] = [{ color: "#1e2a32", weight: 1, opacity: 0.45 }, { color: "#f2a516", weight: 4, opacity: 1 }];

  L.AreaShapes = L.GeoJSON.extend({
    initialize(id) {
      this.byCode = new Map();
      L.GeoJSON.prototype.initialize.call(this, JSON.parse(document.getElementById(id).textContent), {
        style: ({ properties }) => ({ ...USUAL, fillColor: `url(#fill-${properties.fill})`, fillOpacity: 1 }),
        onEachFeature: (shape, area) => this.name(shape, area),
      });
    },

    name({ id, properties }, area) {
      this.byCode.set(id, area);
      area.bindTooltip(() => L.titled(properties.name, properties.sentence), { sticky: true, opacity: 1 });
      area.on("mouseover", () => { this.light(id); this.tell(id); });
      area.on("mouseout", () => { this.light(null); this.tell(null); });
    },

    onAdd(map) {
      L.GeoJSON.prototype.onAdd.call(this, map);
      map.getContainer().addEventListener("light-area", (event) => this.light(event.detail));
      map.getContainer().dataset.drawn = this.byCode.size;
      map.everything = this.getBounds();
      map.showFirst();
      return this;
    },

    light(code) {
      if (this.lit) this.lit.setStyle(USUAL);
      this.lit = this.byCode.get(code);
      if (this.lit) this.lit.setStyle(LIT).bringToFront();
      this._map.getContainer().dataset.lit = this.lit ? code : "";
    },

    tell(code) {
      this._map.getContainer().dispatchEvent(new CustomEvent("area-lit", { detail: code }));
    },
  });

  L.areaShapes = (id) => new L.AreaShapes(id);
})();
