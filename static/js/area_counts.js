/* Areas marked on a map, with a number in the middle of some: patches of a hub, how many members are where. They come
   with the page as shapes and numbers; what they mean is in the list beside the map. */
(function () {
  "use strict";

  function badge({ at, count, kind }) {
    const text = document.createElement("span");
    text.textContent = count;
    const icon = L.divIcon({ className: `count-badge ${kind}`, html: text, iconSize: [30, 30] });
    return L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: 1000 });
  }

  L.AreaCounts = L.GeoJSON.extend({
    initialize(id) {
      const shapes = JSON.parse(document.getElementById(id).textContent);
      L.GeoJSON.prototype.initialize.call(this, shapes, {
        interactive: false,
        style: ({ properties }) => ({ className: `marked ${properties.kind}` }),
      });
      this.badges = L.layerGroup(shapes.features.map(({ properties }) => properties).filter(({ count }) => count).map(badge));
    },

    onAdd(map) {
      L.GeoJSON.prototype.onAdd.call(this, map);
      this.badges.addTo(map);
      map.getContainer().dataset.marked = this.getLayers().length;
      map.fire("markers-settled");
      if (!this.getLayers().length) return;
      map.everything = this.getBounds().pad(0.1);
      map.showFirst();
    },

    onRemove(map) {
      this.badges.remove();
      L.GeoJSON.prototype.onRemove.call(this, map);
    },
  });

  L.areaCounts = (id) => new L.AreaCounts(id);
})();
