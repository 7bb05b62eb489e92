/* The areas of one gap answer, out of the page itself: for a map that is kept as a file and fetches nothing. Filled
   with the patterns of the legend; names and sentences are only ever set as text. */
(function () {
  "use strict";

  const [USUAL, LIT] = [{ color: "#1e2a32", weight: 1, opacity: 0.45 }, { color: "#f2a516", weight: 4, opacity: 1 }];
  const ABOVE = "edges";

  L.AreaShapes = L.GeoJSON.extend({
    initialize(id) {
      this.byCode = new Map();
      this.shapes = JSON.parse(document.getElementById(id).textContent);
      L.GeoJSON.prototype.initialize.call(this, this.shapes, {
        style: ({ properties }) => ({ ...USUAL, fillColor: `url(#fill-${properties.fill})`, fillOpacity: 1 }),
        onEachFeature: (shape, area) => this.name(shape, area),
      });
    },

    name({ id, properties }, area) {
      this.byCode.set(id, area);
      area.on("mouseover", () => { this.light(id); this.tell(id); });
      area.on("mousemove", ({ latlng }) => this.tip.show(id, L.titled(properties.name, properties.sentence), latlng));
      area.on("mouseout", () => this.leave());
    },

    onAdd(map) {
      L.GeoJSON.prototype.onAdd.call(this, map);
      this.tip = L.areaTip(map);
      this.addEdges(map);
      const container = map.getContainer();
      container.addEventListener("light-area", (event) => this.read(event.detail, false));
      container.addEventListener("read-area", (event) => this.read(event.detail, true));
      L.areaKeys(map, this);
      container.dataset.drawn = this.byCode.size;
      map.everything = this.getBounds();
      map.showFirst();
      return this;
    },

    /* Hatched over what they are filled with, and in nobody's way. */
    addEdges(map) {
      Object.assign(map.createPane(ABOVE).style, { zIndex: 410, pointerEvents: "none" });
      const atEdge = this.shapes.features.filter(({ properties }) => properties.at_edge);
      L.geoJSON(atEdge, {
        pane: ABOVE,
        renderer: L.svg({ pane: ABOVE }),
        interactive: false,
        style: { stroke: false, fillColor: "url(#fill-edge)", fillOpacity: 1 },
      }).addTo(map);
    },

    light(code) {
      if (this.lit) this.lit.setStyle(USUAL);
      this.lit = this.byCode.get(code);
      if (this.lit) this.lit.setStyle(LIT).bringToFront();
      this._map.getContainer().dataset.lit = this.lit ? code : "";
    },

    /* Light an area, and say what it is about; null ends both. */
    read(code, isSaid, at) {
      this.tip.hide();
      this.light(code);
      const area = isSaid && this.byCode.get(code);
      if (!area) return;
      const { name, sentence } = area.feature.properties;
      this.tip.show(code, L.titled(name, sentence), at || area.getCenter());
    },

    /* What lies at a place, for the keyboard (area_keys.js). */
    point({ latlng }, onRead) {
      const at = this._map.latLngToLayerPoint(latlng);
      const found = this.getLayers().find((area) => {
        const path = area.getElement();
        const spot = path.ownerSVGElement.createSVGPoint();
        Object.assign(spot, { x: at.x, y: at.y });
        return path.isPointInFill(spot);
      });
      const code = found ? found.feature.id : null;
      this.read(code, true, latlng);
      this.tell(code);
      if (found) onRead(L.saidOf(found.feature.properties.name, found.feature.properties.sentence));
    },

    leave() {
      this.read(null, false);
      this.tell(null);
    },

    tell(code) {
      this._map.getContainer().dispatchEvent(new CustomEvent("area-lit", { detail: code }));
    },
  });

  L.areaShapes = (id) => new L.AreaShapes(id);
})();
