/* Areas by keyboard: while the map has the focus a cross stands in its middle, what lies under it is shown and said,
   and Enter does there what a click does. The arrow keys move the map, as ever. */
(function () {
  "use strict";

  /* ``areas`` has point({latlng}, onRead) and leave(). */
  L.areaKeys = function (map, areas) {
    const container = map.getContainer();
    let isReading = false;

    const read = () => {
      if (isReading) areas.point({ latlng: map.getCenter() }, (said) => map.say(said));
    };
    const turn = (isOn) => {
      if (isReading && !isOn) areas.leave();
      isReading = isOn;
      container.classList.toggle("reading", isOn);
      read();
    };

    container.addEventListener("focus", () => turn(container.matches(":focus-visible")));
    container.addEventListener("blur", () => turn(false));
    container.addEventListener("pointerdown", () => turn(false));
    container.addEventListener("keydown", (event) => {
      if (!isReading || event.target !== container || event.key !== "Enter") return;
      event.preventDefault();
      map.fire("click", { latlng: map.getCenter() });
    });
    map.on("moveend values", read);
    areas.on("load", read);
  };
})();
