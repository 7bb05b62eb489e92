/* The places of a plan as stars, numbered as in its list; they come with the page. Where they may be moved, a star is
   dragged, or moved by the arrow keys while it has the focus; the page is told, and counts again. */
(function () {
  "use strict";

  const STAR = "M20 2 L25.6 14.2 L39 15.8 L29.1 25 L31.8 38.2 L20 31.6 L8.2 38.2 L10.9 25 L1 15.8 L14.4 14.2 Z";
  const STEP_M = 50;
  const CLOSEST_ZOOM = 15;
  const METRES_PER_DEGREE = 111_320;
  const PAUSE_MS = 350;
  const MOVES = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  function iconOf(site) {
    const make = (name, values) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(values).forEach(([key, value]) => element.setAttribute(key, value));
      return element;
    };
    const svg = make("svg", { viewBox: "0 0 40 40", "aria-hidden": "true" });
    const number = make("text", { x: 20, y: 25.5 });
    number.textContent = site.number;
    svg.append(make("path", { d: STAR }), number);
    return L.divIcon({ className: `plan-star${site.kept ? " kept" : ""}`, html: svg, iconSize: [40, 40], iconAnchor: [20, 20] });
  }

  L.PlanStars = L.LayerGroup.extend({
    onAdd(map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      map.stars = this;
      this.map = map;
      this.marks = new Map();
      this.show(map.words.plan);
      L.showPoints(this.map, this.sites.map((site) => site.at), CLOSEST_ZOOM);
      const chosen = this.sites.find(({ number }) => String(number) === L.view.get("pin"));
      if (chosen) this.open(chosen);
      return this;
    },

    /* {sites, can_move}: in the place of those before. */
    show({ sites, can_move: canMove }) {
      this.clearLayers();
      this.marks.clear();
      this.sites = sites;
      sites.forEach((site) => this.addStar(site, canMove));
      L.liftByCards(this.marks);
      this.map.getContainer().dataset.pins = String(sites.length);
    },

    addStar(site, canMove) {
      const mark = L.marker(site.at, { icon: iconOf(site), draggable: canMove, autoPan: true, riseOnHover: true, alt: "" });
      mark.on("click", () => this.open(site));
      mark.addTo(this);
      this.marks.set(String(site.number), mark);
      const element = mark.getElement();
      element.setAttribute("aria-label", `${site.number}. ${site.name}${canMove ? `: ${this.map.words.star_keys}` : ""}`);
      element.dataset.star = site.number;
      for (const [on, off] of [["mouseenter", "mouseleave"], ["focus", "blur"]]) {
        element.addEventListener(on, () => this.light(site, true));
        element.addEventListener(off, () => this.light(site, false));
      }
      element.addEventListener("keydown", (event) => this.onKey(event, site, mark, canMove));
      if (canMove) mark.on("dragend", () => this.tell(site, mark.getLatLng()));
    },

    /* What is open is part of the address. */
    open(site) {
      const box = document.createElement("div");
      box.append(L.linkTo(site.url, `${site.number}. ${site.name}`));
      L.openCard(this.map, box, this.marks.get(String(site.number)).getLatLng(), (isLost) => {
        L.view.set("pin", null);
        if (isLost) this.focus(site.number);
      }, { maxWidth: 260 });
      L.view.set("pin", String(site.number));
    },

    onKey(event, site, mark, canMove) {
      const isOpening = event.key === "Enter" || event.key === " ";
      const move = canMove && MOVES[event.key];
      if (!move && !isOpening) return;
      event.preventDefault();
      event.stopPropagation();
      if (isOpening) {
        this.open(site);
        return;
      }
      const { lat, lng } = mark.getLatLng();
      const wide = Math.cos(lat * Math.PI / 180);
      mark.setLatLng([lat + move[1] * STEP_M / METRES_PER_DEGREE, lng + move[0] * STEP_M / METRES_PER_DEGREE / wide]);
      this.map.panInside(mark.getLatLng(), { padding: [50, 50], animate: false });
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.tell(site, mark.getLatLng()), PAUSE_MS);
    },

    tell(site, { lat, lng }) {
      this.map.closePopup();
      document.dispatchEvent(new CustomEvent("star-moved", { detail: { site, lat, lng } }));
    },

    focus(number) {
      const mark = this.marks.get(String(number));
      if (mark) mark.getElement().focus({ preventScroll: true });
    },

    light(site, isLit) {
      const card = document.querySelector(`[data-card="${site.number}"]`);
      if (card) card.classList.toggle("lit", isLit);
    },
  });

  L.planStars = () => new L.PlanStars();
})();
