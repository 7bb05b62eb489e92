/* The marks of the places map: a pin for one record, told apart by shape and then by colour, and a heap for many. */
(function () {
  "use strict";

  const KINDS = ["organisation", "service", "need"];
  const SHAPES = [
    ["circle", { cx: 12, cy: 12, r: 9 }],
    ["rect", { x: 3.5, y: 3.5, width: 17, height: 17, rx: 4.5 }],
    ["path", { d: "M12 1.8 22.2 12 12 22.2 1.8 12z" }],
  ];

  function drawing(kind) {
    const make = (name, values) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(values).forEach(([key, value]) => element.setAttribute(key, value));
      return element;
    };
    const svg = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    svg.append(make(...SHAPES[kind]));
    return svg;
  }

  /* Leaflet makes a marker a button and gives it no name. */
  function labelled(marker, label) {
    return marker.on("add", () => marker.getElement().setAttribute("aria-label", label));
  }

  L.placeMarks = {
    /* 1234 as 1.2k. */
    short(count) {
      if (count < 1000) return String(count);
      return count < 10000 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`;
    },

    keyOf: (item) => `${item[2]} ${item[4]} ${item[5]}`,

    pin(item, at, kinds) {
      const [kind, , , name] = item;
      const icon = L.divIcon({ className: `pin ${KINDS[kind]}`, html: drawing(kind), iconSize: [26, 26] });
      const marker = labelled(L.marker(at, { icon, riseOnHover: true }), `${name}, ${kinds[kind]}`);
      marker.bindTooltip(() => document.createTextNode(name), { direction: "top", offset: [0, -12], opacity: 1 });
      return Object.assign(marker, { key: this.keyOf(item), items: [item] });
    },

    heap(count, at, label, items) {
      const size = count < 10 ? 30 : count < 100 ? 36 : 42;
      const text = document.createElement("span");
      text.textContent = this.short(count);
      const icon = L.divIcon({ className: "heap", html: text, iconSize: [size, size] });
      const marker = labelled(L.marker(at, { icon }), label.replace("{n}", this.short(count)));
      return Object.assign(marker, { key: `heap ${at}`, items: items || [] });
    },
  };
})();
