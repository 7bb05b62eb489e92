/* The results of the finder as numbered marks: the numbers of the list. Marks that would lie on each other stand
   as one until somebody zooms in. What to draw comes with the words of the frame around the map, and is only ever
   set as text. */
(function () {
  "use strict";

  const TOO_CLOSE_PX = 30;
  const CLOSEST_ZOOM = 16;

  function icon(text, here) {
    const box = document.createElement("span");
    const isStack = here.length > 1;
    box.textContent = text;
    return L.divIcon({ className: `found-pin${isStack ? " stack" : ""} ${here[0].kind || ""}`, html: box, iconSize: isStack ? [48, 30] : [30, 30] });
  }

  function textOf(here) {
    const numbers = [...new Set(here.map((pin) => pin.number))];  // groups of services that overlap have one together
    return numbers.length < 3 ? numbers.join(" ") : `${numbers[0]} +${numbers.length - 1}`;
  }

  /* Name and address of a pin that came as numbers only: those of its card in the list. */
  function linkOf(pin) {
    const link = document.querySelector(`[data-card="${pin.id}"] [data-name]`);
    return link ? { name: link.textContent, url: link.href } : {};
  }

  L.FoundPins = L.LayerGroup.extend({
    initialize(url, options) {
      L.LayerGroup.prototype.initialize.call(this, [], options);
    },

    onAdd(map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      this.map = map;
      this.marks = new Map();
      const { spot, pins } = map.words.found;
      this.pins = pins.map((pin) => ({ ...linkOf(pin), ...pin }));
      this.spot = spot;
      map.on("zoomend", this.draw, this);
      L.showPoints(this.map, [...pins.map((pin) => pin.at), ...(spot ? [spot] : [])], CLOSEST_ZOOM);
      this.draw();
      L.liftByCards(this.marks);
      return this;
    },

    onRemove(map) {
      map.off("zoomend", this.draw, this);
      L.LayerGroup.prototype.onRemove.call(this, map);
    },

    draw() {
      this.clearLayers();
      this.marks.clear();
      if (this.spot) this.addSpot(this.spot);
      this.places().forEach((here) => this.addPlace(here));
      this.map.getContainer().dataset.pins = String(this.pins.length);
    },

    /* Pins in the order of the list, each with those that would touch its mark. */
    places() {
      const places = [];
      this.pins.forEach((pin) => {
        const at = this.map.project(pin.at);
        const near = places.find((place) => place.at.distanceTo(at) < TOO_CLOSE_PX);
        if (near) near.here.push(pin);
        else places.push({ at, here: [pin] });
      });
      return places.map((place) => place.here);
    },

    addPlace(here) {
      const names = here.map((pin) => `${pin.number}. ${pin.name}`).join("; ");
      const name = here.length > 1 ? `${textOf(here)}: ${names}` : names;  // what is seen comes first in what is heard
      const mark = L.marker(here[0].at, { icon: icon(textOf(here), here), title: name, alt: name, riseOnHover: true });
      mark.bindPopup(() => this.popup(here), { maxWidth: 260 });
      mark.addTo(this);
      here.forEach((pin) => this.marks.set(pin.id, mark));
      const element = mark.getElement();
      element.setAttribute("aria-label", name);
      for (const [on, off] of [["mouseenter", "mouseleave"], ["focus", "blur"]]) {
        element.addEventListener(on, () => this.light(here, true));
        element.addEventListener(off, () => this.light(here, false));
      }
    },

    addSpot(spot) {
      const mark = L.divIcon({ className: "found-spot", html: document.createElement("span"), iconSize: [22, 22] });
      L.marker(spot, { icon: mark, interactive: false, keyboard: false, zIndexOffset: -100 }).addTo(this);
    },

    popup(here) {
      const list = document.createElement("ul");
      here.forEach((pin) => {
        const line = document.createElement("li");
        line.append(`${pin.number}. `, L.linkTo(pin.url, pin.name));
        list.append(line);
      });
      return list;
    },

    light(here, isLit) {
      here.forEach((pin) => {
        const card = document.querySelector(`[data-card="${pin.id}"]`);
        if (card) card.classList.toggle("lit", isLit);
      });
    },
  });

  L.foundPins = (url, options) => new L.FoundPins(url, options);
})();
