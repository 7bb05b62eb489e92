/* The map of a what-if: before and after, a pin that follows a click, and a mark for each new site. Without it the
   forms of the page do the same. */
(function () {
  "use strict";

  const map = window.map_gaps;
  const pin = window.add_pin_here;
  if (!map || !pin) return;
  const container = map.getContainer();

  document.querySelectorAll("[data-pin-form], .toggle").forEach((part) => { part.hidden = false; });

  const buttons = [...document.querySelectorAll("[data-when]")];
  buttons.forEach((button) => button.addEventListener("click", () => {
    buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    document.querySelectorAll("[data-legend-of]").forEach((legend) => { legend.hidden = legend.dataset.legendOf !== button.dataset.when; });
    container.dispatchEvent(new CustomEvent("show-values", { detail: button.dataset.when }));
    map.say(button.textContent);
  }));

  /* A click is for the pin here, not for the page of the area under it. */
  map.off("click", map.areas.follow, map.areas).off("click", map.areas.openCard, map.areas);
  map.on("click", ({ latlng }) => { pin.pin.setLatLng(latlng); pin.keep(); });

  JSON.parse(document.getElementById("new-sites").textContent).forEach(([lon, lat]) => {
    const icon = L.divIcon({ className: "new-site", iconSize: [22, 22] });
    L.marker([lat, lon], { icon, interactive: false, keyboard: false, alt: "" }).addTo(map);
  });
})();
