/* The line round the patch that a question is about, over the areas of its answer. */
(function () {
  "use strict";

  const map = window.map_gaps;
  if (!map) return;
  let line = null;

  map.on("values", ({ patch }) => {
    if (line) line.remove();
    line = patch ? L.geoJSON(patch, { interactive: false, style: { className: "patch-line" } }).addTo(map) : null;
  });
})();
