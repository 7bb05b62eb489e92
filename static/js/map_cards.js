/* What opens on a map, at a mark or an area: a dialog that takes the focus, closes on Escape, and gives the focus back.
   It belongs to the map and not to a mark: marks come and go, what somebody reads stays. */
(function () {
  "use strict";

  /* ``box`` is shown at ``at``; ``onClose`` is told when it is gone, and has to say where the focus goes that was in it. */
  L.openCard = function (map, box, at, onClose, options) {
    const popup = L.popup(options).setLatLng(at).setContent(box).openOn(map);
    const element = popup.getElement();
    element.setAttribute("role", "dialog");
    element.setAttribute("aria-label", (box.querySelector("strong, b, a") || box).textContent);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      map.closePopup(popup);
    });
    element.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", map.words.close);
    popup.on("remove", () => {
      const isLost = !document.activeElement || document.activeElement === document.body;
      onClose(isLost);
    });
    (box.querySelector("a") || element.querySelector("a")).focus({ preventScroll: true });
    return popup;
  };

  const AWAY_PX = 14;
  const CLEAR_PX = 6;

  /* A tooltip at ``at``, above it or where there is no room below it, and whole within the map. */
  L.keepInside = function (map, tip, at) {
    const { offsetWidth: width, offsetHeight: height } = tip.getElement();
    const { x, y } = map.latLngToContainerPoint(at);
    const least = width / 2 + CLEAR_PX;
    const isAbove = y > height + AWAY_PX + CLEAR_PX;
    tip.options.direction = isAbove ? "top" : "bottom";
    tip.options.offset = L.point(Math.max(least, Math.min(map.getSize().x - least, x)) - x, isAbove ? -AWAY_PX : AWAY_PX);
    tip.setLatLng(at);
  };
})();
