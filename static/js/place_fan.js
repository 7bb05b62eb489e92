/* Pins at one spot, fanned out in a ring around it with a line to each: Enter or a click on the heap opens the fan,
   arrow keys go round it, Escape or a click beside it folds it back. */
(function () {
  "use strict";

  const PIN_PX = 34;
  const LEAST_RADIUS_PX = 46;

  L.PlaceFan = L.LayerGroup.extend({
    statics: { MOST: 12 },

    /* ``pin(item, at)`` makes the marker of a record; ``onChange`` is told when markers come or go. */
    initialize(map, pin, onChange) {
      L.LayerGroup.prototype.initialize.call(this);
      this.fanned = [];
      this.map = map;
      this.pin = pin;
      this.onChange = onChange;
      this.listen = (event) => { if (event.key === "Escape" && this.heap) this.fold(event); };
      this.addTo(map);
      map.on("zoomstart click", this.fold, this);
      map.getContainer().addEventListener("keydown", this.listen);
    },

    end() {
      this.fold();
      this.map.off("zoomstart click", this.fold, this);
      this.map.getContainer().removeEventListener("keydown", this.listen);
      this.remove();
    },

    open(heap) {
      this.fold();
      this.heap = heap;
      const middle = this.map.latLngToLayerPoint(heap.getLatLng());
      const count = heap.items.length;
      const radius = Math.max(LEAST_RADIUS_PX, (count * PIN_PX) / (2 * Math.PI));
      this.fanned = heap.items.map((item, number) => {
        const turn = (2 * Math.PI * number) / count - Math.PI / 2;
        const at = this.map.layerPointToLatLng(middle.add([radius * Math.cos(turn), radius * Math.sin(turn)]));
        this.addLayer(L.polyline([heap.getLatLng(), at], { className: "fan-leg", interactive: false }));
        const marker = this.pin(item, at);
        this.addLayer(marker);
        return marker;
      });
      heap.getElement().setAttribute("aria-expanded", "true");
      heap.getElement().classList.add("fanned");
      this.map.panInside(heap.getLatLng(), { padding: [radius + PIN_PX, radius + PIN_PX] });
      this.onChange();
      this.fanned[0].getElement().focus({ preventScroll: true });
      this.map.say(this.map.words.fanned.replace("{n}", count));
    },

    /* Focus goes back to the heap when it was in the fan. */
    fold() {
      if (!this.heap) return;
      const [heap, fanned] = [this.heap, this.fanned];
      const hadFocus = fanned.some((marker) => marker.getElement() === document.activeElement);
      this.heap = null;
      this.fanned = [];
      this.clearLayers();
      if (heap.getElement()) {
        heap.getElement().setAttribute("aria-expanded", "false");
        heap.getElement().classList.remove("fanned");
        if (hadFocus) heap.getElement().focus({ preventScroll: true });
      }
      this.onChange();
    },
  });

  L.placeFan = (map, pin, onChange) => new L.PlaceFan(map, pin, onChange);
})();
