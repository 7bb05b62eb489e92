/* Borders and names to find one's way by: under everything (ground) or over it (over). Never in the way of a click. */
(function () {
  "use strict";

  const CLASSES = { ground: "ground", over: "outline" };

  L.Outlines = L.GeoJSON.extend({
    initialize(url, options) {
      this.url = url;
      this.labels = L.layerGroup();
      L.GeoJSON.prototype.initialize.call(this, null, {
        ...options,
        interactive: false,
        style: (feature) => ({ className: feature.properties.here ? "this-area" : CLASSES[options.kind] }),
        onEachFeature: (feature, area) => feature.properties.name && this.labels.addLayer(this.label(feature, area)),
      });
    },

    onAdd(map) {
      const pane = map.getPane(this.options.kind) || map.createPane(this.options.kind);
      pane.style.zIndex = this.options.kind === "ground" ? 350 : 450;
      pane.style.pointerEvents = "none";
      this.options.pane = this.options.kind;
      this.options.renderer = L.svg({ padding: 1, pane: this.options.kind });
      L.GeoJSON.prototype.onAdd.call(this, map);
      this.labels.addTo(map);
      map.on("moveend zoomend markers-settled", this.thinLabels, this);
      map.until(map.fetchJson(this.url).then((shapes) => {
        this.addData(shapes);
        if (this.options.fit) {
          const here = this.getLayers().filter((area) => area.feature.properties.here);
          map.everything = (here.length ? L.featureGroup(here).getBounds().pad(0.35) : this.getBounds());
          map.showFirst();
        }
        if (!map.everything) {  // nothing else says what there is to see
          map.everything = this.getBounds();
          map.showFirst();
        }
        this.thinLabels();
      })).catch(() => undefined);
      return this;
    },

    onRemove(map) {
      map.off("moveend zoomend markers-settled", this.thinLabels, this);
      this.labels.remove();
      L.GeoJSON.prototype.onRemove.call(this, map);
    },

    label(feature, area) {
      const text = document.createElement("span");
      text.textContent = feature.properties.name;
      const icon = L.divIcon({ className: "place-name", html: text, iconSize: null });
      const label = L.marker(this.middle(area), { icon, interactive: false, keyboard: false, pane: "over-names" });
      label.area = area;
      return label;
    },

    /* The middle of the biggest part: an islet must not pull the name into the sea. */
    middle(area) {
      const parts = area.getLatLngs().map((rings) => L.polygon(rings));
      const size = (part) => { const b = part.getBounds(); return (b.getEast() - b.getWest()) * (b.getNorth() - b.getSouth()); };
      return parts.sort((a, b) => size(b) - size(a))[0].getBounds().getCenter();
    },

    widthOf(area) {
      const bounds = area.getBounds();
      return this._map.latLngToLayerPoint(bounds.getNorthEast()).x - this._map.latLngToLayerPoint(bounds.getSouthWest()).x;
    },

    /* Names that would cover another, a marker, or more than their own area are left out until there is room. */
    thinLabels() {
      const markers = this._map.getPane("markerPane").querySelectorAll(".leaflet-marker-icon");
      const taken = [...markers].map((marker) => marker.getBoundingClientRect());
      this.labels.eachLayer((label) => {
        const element = label.getElement();
        if (!element) return;
        element.hidden = false;
        const box = element.firstChild.getBoundingClientRect();
        const clash = box.width > 1.25 * this.widthOf(label.area) || taken.some((t) => box.left < t.right + 4 && box.right > t.left - 4 && box.top < t.bottom + 2 && box.bottom > t.top - 2);
        element.hidden = clash;
        if (!clash) taken.push(box);
      });
    },
  });

  L.Map.addInitHook(function () {
    const pane = this.createPane("over-names");
    pane.style.zIndex = 460;
    pane.style.pointerEvents = "none";
  });

  L.outlines = (url, options) => new L.Outlines(url, options);
})();
