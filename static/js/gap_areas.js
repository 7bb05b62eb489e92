/* The rows of a gap answer as areas. Fills are patterns in the page, shared with the legend and the table. */
(function () {
  "use strict";

  const BREAKS = [0.05, 0.25, 0.5, 0.75];
  const BANDS = ["fair_share", "a_little_short", "short", "very_short", "nearly_all_short"];

  const DARK = /very_short|nearly_all_short|checked_none/;

  /* The same rule as `fill` in app/routes/words.py. */
  function fillOf(row) {
    if (row.state === "checked_none" || row.state === "not_enough_data") return row.state;
    if (row.shortfall === null) return "unclear";
    const band = BANDS[BREAKS.filter((step) => row.shortfall >= step).length];
    return row.state === "unclear" ? `unclear-${band}` : band;
  }

  function sentence(feature) {
    const box = document.createElement("div");
    const name = document.createElement("b");
    name.textContent = feature.properties.name;
    box.append(name, feature.properties.sentence.replace(`${feature.properties.name}: `, ""));
    return box;
  }

  L.GapAreas = L.GeoJSON.extend({
    initialize(url, options) {
      this.url = url;
      this.byCode = new Map();
      L.GeoJSON.prototype.initialize.call(this, null, {
        ...options,
        renderer: L.svg({ padding: 1 }),
        style: (feature) => ({
          className: `area state-${feature.properties.state}${DARK.test(fillOf(feature.properties)) ? " is-dark" : ""}`,
          fillColor: `url(#fill-${fillOf(feature.properties)})`,
          fillOpacity: 1,
        }),
        onEachFeature: (feature, area) => this.prepare(feature, area),
      });
    },

    onAdd(map) {
      L.GeoJSON.prototype.onAdd.call(this, map);
      map.getContainer().addEventListener("light-area", (event) => this.light(event.detail));
      map.fetchJson(this.url).then((rows) => {
        this.addData({ ...rows, features: rows.features.filter((feature) => feature.geometry) });
        map.everything = this.getBounds();
        map.showEverything();
        map.getContainer().dataset.drawn = this.byCode.size;
      }).catch(() => undefined);
      return this;
    },

    prepare(feature, area) {
      this.byCode.set(String(feature.id), area);
      const tell = (code) => this._map.getContainer().dispatchEvent(new CustomEvent("area-lit", { detail: code }));
      area.on("mouseover", () => { this.light(feature.id); tell(feature.id); });
      area.on("mouseout", () => { if (this.lit === area) this.light(null); tell(null); });
      if (window.matchMedia("(hover: none)").matches) {
        area.bindPopup(() => this.withLink(feature));
      } else {
        area.bindTooltip(() => sentence(feature), { sticky: true, opacity: 1 });
        area.on("click", () => window.location.assign(this.addressOf(feature)));
      }
    },

    withLink(feature) {
      const box = sentence(feature);
      const link = document.createElement("a");
      link.href = this.addressOf(feature);
      link.textContent = this._map.words.profile;
      const line = document.createElement("p");
      line.append(link);
      box.append(line);
      return box;
    },

    /* As the row of the table says, where the table shows that row. */
    addressOf(feature) {
      const link = document.querySelector(`tr[data-area="${CSS.escape(feature.id)}"] th a`);
      if (link) return link.href;
      return `${this.options.profiles}/${encodeURIComponent(feature.properties.layer)}/${encodeURIComponent(feature.id)}`;
    },

    light(code) {
      if (this.lit) this.lit.getElement().classList.remove("lit");
      this.lit = this.byCode.get(String(code));
      if (!this.lit) return;
      this.lit.bringToFront();
      this.lit.getElement().classList.add("lit");
    },
  });

  L.gapAreas = (url, options) => new L.GapAreas(url, options);
})();
