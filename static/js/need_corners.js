/* Showing a place on the map: one touch puts a pin, more touches draw round an area. The corners are kept in the
   form as text, "lon,lat lon,lat"; buttons do all of it from the keyboard, at the middle of the map. */
(function () {
  "use strict";

  const MOST = 60;

  L.Corners = L.FeatureGroup.extend({
    onAdd(map) {
      L.FeatureGroup.prototype.onAdd.call(this, map);
      this.box = map.getContainer().closest("[data-corners]");
      this.field = this.box.querySelector("input[name=corners]");
      this.says = this.box.querySelector("[data-corners-says]");
      this.words = JSON.parse(this.box.dataset.corners);
      this.places = this.read();
      map.on("click", (event) => this.put(event.latlng));
      this.button("put", () => this.put(map.getCenter()));
      this.button("back", () => { this.places.pop(); this.draw(); });
      this.button("clear", () => { this.places = []; this.draw(); });
      this.box.querySelectorAll("[data-with-scripts]").forEach((part) => { part.hidden = false; });
      map.invalidateSize({ pan: false });
      this.box.closest("form").addEventListener("change", () => map.invalidateSize({ pan: false }));
      this.draw();
      return this;
    },

    button(name, act) {
      this.box.querySelector(`[data-act=${name}]`).addEventListener("click", act);
    },

    read() {
      const numbers = this.field.value.split(/\s+/).filter(Boolean).map((pair) => pair.split(",").map(Number));
      return numbers.filter(([lon, lat]) => Number.isFinite(lon) && Number.isFinite(lat)).map(([lon, lat]) => L.latLng(lat, lon));
    },

    put(place) {
      if (this.places.length >= MOST) return;
      this.places.push(place.wrap());
      this.draw();
    },

    draw() {
      this.field.value = this.places.map(({ lat, lng }) => `${lng.toFixed(5)},${lat.toFixed(5)}`).join(" ");
      this.clearLayers();
      if (this.places.length > 1) this.addLayer(L.polygon(this.places, { className: "drawn", interactive: false }));
      this.places.forEach((place) => this.addLayer(L.circleMarker(place, { radius: 8, className: "corner", interactive: false })));
      const many = this.places.length;
      const word = many < 3 ? ["none", "one", "two"][many] : "many";
      this.says.textContent = this.words[word].replace("{n}", many);
    },
  });

  L.corners = () => new L.Corners();
})();
