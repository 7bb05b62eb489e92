/* The pin of a place: dragged, moved by arrow keys when it has the focus, or by the buttons under the map.
   It stands where field-lon and field-lat say, and writes back where it was moved to. */
(function () {
  "use strict";

  const STEP_M = 15;
  const METRES_PER_DEGREE = 111_320;

  L.AddPin = L.Layer.extend({
    onAdd(map) {
      const lon = document.getElementById("field-lon");
      const lat = document.getElementById("field-lat");
      const start = L.latLng(Number(lat.value), Number(lon.value));
      this.fields = { lon, lat };
      const face = document.createElement("span");
      face.className = "pin-face";
      const icon = L.divIcon({ className: "add-pin", html: face, iconSize: [36, 36], iconAnchor: [18, 34] });
      this.pin = L.marker(start, { icon, draggable: true, autoPan: true, keyboard: true, alt: "" }).addTo(map);
      const element = this.pin.getElement();
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", map.words.pin);
      element.addEventListener("keydown", (event) => this.onKey(event));
      this.pin.on("dragend", () => this.keep());
      map.everything = start.toBounds(1_200);
      map.showEverything();
      this.addButtons();
      return this;
    },

    onKey(event) {
      const moves = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
      if (!moves[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(...moves[event.key]);
    },

    move(east, north) {
      const { lat, lng } = this.pin.getLatLng();
      const wide = Math.cos(lat * Math.PI / 180);
      this.pin.setLatLng([lat + north * STEP_M / METRES_PER_DEGREE, lng + east * STEP_M / METRES_PER_DEGREE / wide]);
      if (!this._map.getBounds().pad(-0.1).contains(this.pin.getLatLng())) this._map.panTo(this.pin.getLatLng(), { animate: false });
      this.keep();
    },

    keep() {
      const { lat, lng } = this.pin.getLatLng();
      this.fields.lon.value = lng.toFixed(6);
      this.fields.lat.value = lat.toFixed(6);
      this._map.say(this._map.words.moved);
    },

    addButtons() {
      const box = document.querySelector("[data-pin-buttons]");
      const words = this._map.words;
      const add = (sign, label, act) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button second";
        button.textContent = sign;
        button.setAttribute("aria-label", label);
        button.addEventListener("click", act);
        box.appendChild(button);
      };
      add("←", words.pin_left, () => this.move(-1, 0));
      add("↑", words.pin_up, () => this.move(0, 1));
      add("↓", words.pin_down, () => this.move(0, -1));
      add("→", words.pin_right, () => this.move(1, 0));
      add(words.pin_here, words.pin_here, () => {
        this.pin.setLatLng(this._map.getCenter());
        this.keep();
      });
    },
  });

  L.addPin = (options) => new L.AddPin(options);
})();
