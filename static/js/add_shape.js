/* A line drawn corner by corner: by pressing on the map, or by moving the map under the cross and pressing a button.
   The corners go into field-shape as "lon,lat lon,lat …". */
(function () {
  "use strict";

  const MOST = 60;
  const AROUND_M = 3_000;

  L.AddShape = L.Layer.extend({
    initialize(options) { L.setOptions(this, options); },

    onAdd(map) {
      this.field = document.getElementById("field-shape");
      this.corners = this.field.value.split(" ").filter(Boolean).map((pair) => {
        const [lon, lat] = pair.split(",").map(Number);
        return L.latLng(lat, lon);
      });
      this.line = L.polygon([], { className: "add-shape", interactive: false }).addTo(map);
      this.dots = L.layerGroup().addTo(map);
      if (this.options.lat !== null) {
        map.everything = L.latLng(this.options.lat, this.options.lon).toBounds(AROUND_M);
        map.showEverything();
      }
      const cross = document.createElement("span");
      cross.className = "map-cross";
      cross.setAttribute("aria-hidden", "true");
      map.getContainer().appendChild(cross);
      map.on("click", (event) => this.add(event.latlng));
      document.querySelector("[data-drawing]").addEventListener("toggle", () => {
        map.invalidateSize({ animate: false });
        map.showEverything();
      });
      this.addButtons();
      this.draw();
      return this;
    },

    add(corner) {
      if (this.corners.length >= MOST) return;
      this.corners.push(corner);
      this.keep();
    },

    keep() {
      this.field.value = this.corners.map((at) => `${at.lng.toFixed(6)},${at.lat.toFixed(6)}`).join(" ");
      const chosen = document.querySelector("input[name=reach][value=drawn]");
      if (chosen && this.corners.length) chosen.checked = true;
      this.draw();
      this._map.say(`${this._map.words.corners}${this.corners.length}`);
    },

    draw() {
      this.line.setLatLngs(this.corners);
      this.dots.clearLayers();
      this.corners.forEach((at) => this.dots.addLayer(L.circleMarker(at, { radius: 6, className: "add-corner", interactive: false })));
    },

    addButtons() {
      const box = document.querySelector("[data-shape-buttons]");
      const words = this._map.words;
      const add = (label, act) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button second";
        button.textContent = label;
        button.addEventListener("click", act);
        box.appendChild(button);
      };
      add(words.corner, () => this.add(this._map.getCenter()));
      add(words.undo, () => { this.corners.pop(); this.keep(); });
      add(words.clear, () => { this.corners = []; this.keep(); });
    },
  });

  L.addShape = (options) => new L.AddShape(options);
})();
