/* A place shown on a map: one touch puts a pin, more draw a line round an area. The corners are kept in the form as
   text, "lon,lat lon,lat"; buttons do all of it from the keyboard, at the cross in the middle of the map. */
(function () {
  "use strict";

  const MOST = 60;
  const AROUND_M = 3_000;

  L.Corners = L.FeatureGroup.extend({
    initialize(options) {
      L.FeatureGroup.prototype.initialize.call(this);
      L.setOptions(this, options);
    },

    onAdd(map) {
      L.FeatureGroup.prototype.onAdd.call(this, map);
      this.box = map.getContainer().closest("[data-corners]");
      this.field = this.box.querySelector("input[type=hidden]");
      this.says = this.box.querySelector("[data-corners-says]");
      this.words = JSON.parse(this.box.dataset.corners);
      this.places = this.read();
      if (this.options.lat !== null) map.everything = L.latLng(this.options.lat, this.options.lon).toBounds(AROUND_M);
      else if (this.places.length > 2) map.everything = L.latLngBounds(this.places).pad(0.5);
      map.showFirst();
      this.addCross(map);
      map.on("click", (event) => this.put(event.latlng));
      this.button("put", () => this.put(map.getCenter()));
      this.button("back", () => { this.places.pop(); this.change(); });
      this.button("clear", () => { this.places = []; this.change(); });
      this.box.closest("form").querySelectorAll("[data-with-scripts]").forEach((part) => { part.hidden = false; });
      this.comeIntoView(map);
      this.draw();
      return this;
    },

    addCross(map) {
      const cross = L.DomUtil.create("span", "map-cross", map.getContainer());
      cross.setAttribute("aria-hidden", "true");
    },

    /* A map that was hidden has to learn its size. */
    comeIntoView(map) {
      const look = () => map.invalidateSize({ pan: false });
      look();
      this.box.closest("form").addEventListener("change", look);
      const fold = this.box.closest("details");
      if (fold) fold.addEventListener("toggle", () => { look(); map.showEverything(); });
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
      this.change();
    },

    /* What is drawn is what is meant: where another answer could be chosen, this one now is. */
    change() {
      const [name, value] = (this.box.dataset.picks || "").split("=");
      const choice = name && document.querySelector(`input[name="${name}"][value="${value}"]`);
      if (choice && this.places.length) choice.checked = true;
      this.field.value = this.places.map(({ lat, lng }) => `${lng.toFixed(5)},${lat.toFixed(5)}`).join(" ");
      this.draw();
    },

    draw() {
      this.clearLayers();
      if (this.places.length > 1) this.addLayer(L.polygon(this.places, { className: "drawn", interactive: false }));
      this.places.forEach((place) => this.addLayer(L.circleMarker(place, { radius: 8, className: "corner", interactive: false })));
      const many = this.places.length;
      const word = many < 3 ? ["none", "one", "two"][many] : "many";
      this.says.textContent = this.words[word].replace("{n}", many);
    },
  });

  L.corners = (options) => new L.Corners(options);
})();
