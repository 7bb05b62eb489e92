/* The table and the map point at each other: the row under the pointer or the keyboard lights its area, and back. */
(function () {
  "use strict";

  const table = document.querySelector("[data-gap-table]");
  const map = document.querySelector(".folium-map");
  if (!table || !map) return;

  const rows = new Map([...table.querySelectorAll("tr[data-area]")].map((row) => [row.dataset.area, row]));
  const light = (code) => map.dispatchEvent(new CustomEvent("light-area", { detail: code }));
  const codeOf = (event) => { const row = event.target.closest("tr[data-area]"); return row ? row.dataset.area : null; };

  table.addEventListener("pointerover", (event) => light(codeOf(event)));
  table.addEventListener("pointerleave", () => light(null));
  table.addEventListener("focusin", (event) => light(codeOf(event)));
  table.addEventListener("focusout", () => light(null));

  map.addEventListener("area-lit", (event) => {
    rows.forEach((row) => row.classList.remove("lit"));
    const row = rows.get(String(event.detail));
    if (row) row.classList.add("lit");
  });
})();
