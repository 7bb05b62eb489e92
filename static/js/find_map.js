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
      this.keys = L.markerKeys(map);
      map.on("zoomend", this.draw, this).on("moveend", this.take, this);
      L.showPoints(this.map, [...pins.map((pin) => pin.at), ...(spot ? [spot] : [])], CLOSEST_ZOOM);
      this.draw();
      L.liftByCards(this.marks);
      this.openChosen();
      return this;
    },

    onRemove(map) {
      map.off("zoomend", this.draw, this).off("moveend", this.take, this);
      this.keys.remove();
      L.LayerGroup.prototype.onRemove.call(this, map);
    },

    draw() {
      new Set(this.marks.values()).forEach((mark) => this.keys.leaving(mark));
      this.clearLayers();
      this.marks.clear();
      if (this.spot) this.addSpot(this.spot);
      this.places().forEach((here) => this.addPlace(here));
      this.take();
      this.map.getContainer().dataset.pins = String(this.pins.length);
    },

    /* Every mark by keyboard. */
    take() {
      this.keys.take([...new Set(this.marks.values())]);
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
      mark.on("click", () => this.open(here));
      mark.addTo(this);
      mark.key = here[0].id;
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

    /* What is open is part of the address, by the first of a stack. */
    open(here) {
      L.openCard(this.map, this.listOf(here), here[0].at, () => {
        L.view.set("pin", null);
        this.keys.takeBack(here[0].id);
      }, { maxWidth: 260 });
      L.view.set("pin", here[0].id);
    },

    /* The one that the address names. */
    openChosen() {
      const chosen = L.view.get("pin");
      const here = chosen && this.places().find((place) => place.some((pin) => pin.id === chosen));
      if (here) this.open(here);
    },

    listOf(here) {
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
