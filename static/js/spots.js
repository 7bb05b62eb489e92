/* The one or few places of a page: a mark where it is, a circle where it is only roughly there. */
(function () {
  "use strict";

  const AROUND_M = 2600;

  function markOf([lon, lat, isRough], within) {
    if (isRough) return L.circle([lat, lon], { radius: within, className: "rough-spot", interactive: false });
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    svg.setAttribute("viewBox", "0 0 24 24");
    Object.entries({ x: 3.5, y: 3.5, width: 17, height: 17, rx: 4.5 }).forEach(([name, value]) => shape.setAttribute(name, value));
    svg.append(shape);
    const icon = L.divIcon({ className: "pin service", html: svg, iconSize: [28, 28] });
    return L.marker([lat, lon], { icon, interactive: false, keyboard: false, alt: "" });
  }

  L.Spots = L.LayerGroup.extend({
    initialize(spots, within) {
      this.spots = spots;
      L.LayerGroup.prototype.initialize.call(this, spots.map((spot) => markOf(spot, within)));
    },

    onAdd(map) {
      const around = this.spots.map(([lon, lat]) => L.latLng(lat, lon).toBounds(AROUND_M));
      map.everything = around.reduce((all, one) => all.extend(one), L.latLngBounds([]));
      map.showFirst();
      L.LayerGroup.prototype.onAdd.call(this, map);
    },
  });

  L.spots = (spots, within) => new L.Spots(spots, within);
})();
