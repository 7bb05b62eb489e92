/* Pins over the gap map, when asked for: what the theme in question is about, and nothing else. Which is shown is
   part of the address. Both layers are those that the page named when it made the map. */
(function () {
  "use strict";

  const choice = document.querySelector("[data-pins]");
  const [map, pins] = [window.map_gaps, window.place_tiles_pins];
  if (!choice || !map || !pins) return;
  const KINDS = { organisation: 0, service: 1, need: 2, all: null };
  let theme = null;

  function show() {
    const kind = KINDS[choice.value];
    L.view.set("show", choice.value);
    if (kind === undefined) {
      pins.remove();
      return;
    }
    const keep = { kind, theme, words: "" };
    map.words.keep = keep;  // what the layer shows from the start
    if (map.hasLayer(pins)) pins.filter(keep);
    else pins.addTo(map);
  }

  map.on("values", (values) => {
    const position = map.words.theme_keys.indexOf(values.theme);
    theme = position < 0 ? null : position;
    show();
  });
  choice.addEventListener("change", show);
  if (L.view.get("show") in KINDS) choice.value = L.view.get("show");
})();
