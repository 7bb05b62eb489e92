/* Map pictures of another site, where whoever runs this one has chosen that. When they do not come the map goes on
   without them, and says so. */
(function () {
  "use strict";

  const MOST_FAILURES = 4;

  L.OutsideTiles = L.TileLayer.extend({
    options: { maxZoom: 18, className: "outside" },

    onAdd(map) {
      this.failures = 0;
      map.getContainer().classList.add("with-pictures");
      this.on("tileload", () => { this.failures = -Infinity; });
      this.on("tileerror", () => {
        this.failures += 1;
        if (this.failures >= MOST_FAILURES && this._map) this.giveUp();
      });
      L.TileLayer.prototype.onAdd.call(this, map);
    },

    onRemove(map) {
      map.getContainer().classList.remove("with-pictures");
      L.TileLayer.prototype.onRemove.call(this, map);
    },

    giveUp() {
      const map = this._map;
      const said = map.getContainer().closest(".map-frame").querySelector("[data-pictures]");
      this.remove();
      if (said) said.textContent = map.words.no_pictures;
      map.tell(map.words.no_pictures);
    },
  });

  L.outsideTiles = (address) => new L.OutsideTiles(address);
})();
