/* The table and the map point at each other. */
(function () {
  "use strict";

  const map = document.querySelector(".folium-map");
  const main = document.querySelector("main");
  if (!map) return;

  const light = (code) => map.dispatchEvent(new CustomEvent("light-area", { detail: code }));
  const rowAt = (event) => event.target.closest("[data-gap-table] tr[data-area]");
  const codeOf = (event) => { const row = rowAt(event); return row ? row.dataset.area : null; };

  main.addEventListener("pointerover", (event) => { if (!map.contains(event.target)) light(codeOf(event)); });
  main.addEventListener("focusin", (event) => {
    if (!rowAt(event)) return;
    map.dispatchEvent(new CustomEvent("read-area", { detail: codeOf(event) }));
    L.view.set("area", codeOf(event));
  });
  main.addEventListener("focusout", (event) => { if (rowAt(event)) light(null); });

  map.addEventListener("area-lit", (event) => {
    main.querySelectorAll("tr.lit").forEach((row) => row.classList.remove("lit"));
    const row = event.detail && main.querySelector(`[data-gap-table] tr[data-area="${CSS.escape(event.detail)}"]`);
    if (row) row.classList.add("lit");
  });
})();
