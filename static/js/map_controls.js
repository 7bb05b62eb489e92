/* The buttons on a map: real buttons with names, 34 px and more. */
(function () {
  "use strict";

  const NEAR_ZOOM = 15;
  const ROUGHLY = 3;  // decimals of a degree: about 100 metres

  function addButton(box, name, sign, label, act) {
    const button = L.DomUtil.create("button", name, box);
    button.type = "button";
    button.textContent = sign;
    button.title = label;
    button.setAttribute("aria-label", label);
    L.DomEvent.disableClickPropagation(button);
    L.DomEvent.on(button, "click", act);
    return button;
  }

  L.Control.Moves = L.Control.extend({
    options: { position: "bottomright" },

    onAdd(map) {
      const words = map.words;
      const box = L.DomUtil.create("div", "leaflet-bar pan");
      const add = (name, sign, act) => addButton(box, name, sign, words[name], act);
      const pan = (x, y) => () => map.panBy([x * 120, y * 120], { animate: map.options.zoomAnimation });
      add("left", "←", pan(-1, 0));
      add("up", "↑", pan(0, -1));
      add("down", "↓", pan(0, 1));
      add("right", "→", pan(1, 0));
      add("home", "⌂", () => map.showEverything());
      return box;
    },
  });

  /* Where am I: asked on a click only. The map then looks roughly there, so that neither the address of the page nor
     what it asks of the server says more than about 100 metres. */
  L.Control.WhereAmI = L.Control.extend({
    options: { position: "topright" },

    onAdd(map) {
      const box = L.DomUtil.create("div", "leaflet-bar");
      addButton(box, "where", "◎", map.words.where, () => {
        map.tell(map.words.where_asked);
        navigator.geolocation.getCurrentPosition((found) => this.show(map, found.coords), (error) => {
          map.tell(error.code === error.PERMISSION_DENIED ? map.words.where_refused : map.words.where_unknown);
        }, { timeout: 15000, maximumAge: 60000 });
      });
      return box;
    },

    show(map, { latitude, longitude, accuracy }) {
      if (this.here) this.here.remove();
      this.here = L.layerGroup([
        L.circle([latitude, longitude], { radius: accuracy, className: "here-around", interactive: false }),
        L.circleMarker([latitude, longitude], { radius: 7, className: "here", interactive: false }),
      ]).addTo(map);
      const rough = [latitude, longitude].map((degrees) => Number(degrees.toFixed(ROUGHLY)));
      map.setView(rough, Math.max(map.getZoom(), NEAR_ZOOM), { animate: false });
      map.tell(map.words.where_found.replace("{n}", Math.max(1, Math.round(accuracy))));
    },
  });

  L.Control.FullScreen = L.Control.extend({
    options: { position: "topright" },

    onAdd(map) {
      const box = L.DomUtil.create("div", "leaflet-bar");
      const frame = map.getContainer().closest(".map-frame");
      const button = addButton(box, "full", "⤢", map.words.full, () => {
        const turn = document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen();
        turn.catch(() => map.tell(map.words.full_refused));
      });
      document.addEventListener("fullscreenchange", () => {
        const isFull = document.fullscreenElement === frame;
        button.title = isFull ? map.words.full_end : map.words.full;
        button.setAttribute("aria-label", button.title);
        this.takeKeys(frame, isFull);
        map.invalidateSize({ animate: false });
      });
      return box;
    },

    /* The keys to colours and marks stand under the map: while it fills the screen, in it. */
    takeKeys(frame, isFull) {
      if (isFull && !this.place) {
        this.place = document.createComment("keys");
        frame.after(this.place);
        frame.append(...frame.parentElement.querySelectorAll(":scope > :is(.legend, .key, .pins-choice)"));
      } else if (!isFull && this.place) {
        this.place.replaceWith(...frame.querySelectorAll(":scope > :is(.legend, .key, .pins-choice)"));
        this.place = null;
      }
    },
  });

  /* What the map shows: ``parts`` is [name, words, isShown]; ``turn(name, isShown)`` shows or hides one. */
  L.Control.Shown = L.Control.extend({
    options: { position: "topright" },

    initialize(parts, turn) {
      this.parts = parts;
      this.turn = turn;
    },

    onAdd(map) {
      const box = L.DomUtil.create("div", "leaflet-bar shown");
      const panel = L.DomUtil.create("fieldset", "shown-parts");
      const button = addButton(box, "layers", "☰", map.words.shown, () => this.open(panel.hidden));
      panel.hidden = true;
      panel.append(Object.assign(document.createElement("legend"), { textContent: map.words.shown }));
      this.parts.forEach((part) => panel.append(this.choice(...part)));
      button.setAttribute("aria-expanded", "false");
      this.open = (isOpen) => {
        panel.hidden = !isOpen;
        button.setAttribute("aria-expanded", String(isOpen));
        if (isOpen) panel.querySelector("input").focus({ preventScroll: true });
        else if (panel.contains(document.activeElement)) button.focus({ preventScroll: true });
      };
      box.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !panel.hidden) { this.open(false); button.focus({ preventScroll: true }); }
        event.stopPropagation();
      });
      box.append(panel);
      L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
      return box;
    },

    choice(name, words, isShown) {
      const label = document.createElement("label");
      const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: isShown, name });
      tick.addEventListener("change", () => this.turn(name, tick.checked));
      label.append(tick, words);
      return label;
    },
  });

  /* What the map may show or hide, by the names of the page's words; what is hidden is part of the address, and told:
     layers hear "parts", the page "parts-changed". */
  function addParts(map) {
    const container = map.getContainer();
    const names = Object.keys(map.words.parts || {});
    map.hidden = new Set((L.view.get("hide") || "").split(",").filter((name) => names.includes(name)));
    const mark = () => names.forEach((name) => container.classList.toggle(`no-${name}`, map.hidden.has(name)));
    mark();
    if (!names.length) return;
    new L.Control.Shown(names.map((name) => [name, map.words.parts[name], !map.hidden.has(name)]), (name, isShown) => {
      map.hidden[isShown ? "delete" : "add"](name);
      L.view.set("hide", names.filter((each) => map.hidden.has(each)).join(","));
      mark();
      map.fire("parts");
      container.dispatchEvent(new CustomEvent("parts-changed"));
    }).addTo(map);
  }

  /* The buttons of a map. */
  L.mapControls = function (map) {
    L.control.zoom({ zoomInTitle: map.words.zoom_in, zoomOutTitle: map.words.zoom_out }).addTo(map);
    new L.Control.Moves().addTo(map);
    L.control.scale({ imperial: true }).addTo(map);
    if (navigator.geolocation && window.isSecureContext) new L.Control.WhereAmI().addTo(map);
    if (document.fullscreenEnabled) new L.Control.FullScreen().addTo(map);
    addParts(map);
  };
})();
