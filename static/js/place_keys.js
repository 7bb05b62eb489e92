/* Markers by keyboard: one Tab stop for all of them, in reading order; arrow keys go from one to the next, Enter and
   Space do what a click does. */
(function () {
  "use strict";

  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const isFocused = (marker) => Boolean(marker.getElement()) && marker.getElement() === document.activeElement;

  L.MarkerKeys = L.Class.extend({
    initialize(map) {
      this.map = map;
      this.markers = [];
      this.listen = (event) => this.press(event);
      map.getContainer().addEventListener("keydown", this.listen);
    },

    remove() {
      this.map.getContainer().removeEventListener("keydown", this.listen);
    },

    /* Take these markers, each with a ``key`` that outlives it; returns how many are in view. */
    take(markers) {
      const inView = this.map.getBounds();
      this.markers = markers.filter((marker) => marker.getElement())
        .sort((a, b) => b.getLatLng().lat - a.getLatLng().lat || a.getLatLng().lng - b.getLatLng().lng);
      this.markers.forEach((marker) => { marker.getElement().tabIndex = -1; });
      const shown = this.markers.filter((marker) => inView.contains(marker.getLatLng()));
      const stop = this.markers.find(isFocused) || this.back() || shown[0];
      if (stop) stop.getElement().tabIndex = 0;
      return shown.length;
    },

    /* A marker is about to go: if it has the focus, whoever stands for the same afterwards gets it. */
    leaving(marker) {
      if (!isFocused(marker)) return;
      this.lost = marker.key;
      this.map.getContainer().focus({ preventScroll: true });
    },

    back() {
      const found = this.lost && document.activeElement === this.map.getContainer()
        && this.markers.find((marker) => marker.key === this.lost);
      this.lost = null;
      if (found) found.getElement().focus({ preventScroll: true });
      return found;
    },

    /* What was open at this marker has closed; if that left the focus nowhere, it comes back here. */
    takeBack(key) {
      if (document.activeElement && document.activeElement !== document.body) return;
      const found = this.markers.find((marker) => marker.key === key);
      (found ? found.getElement() : this.map.getContainer()).focus({ preventScroll: true });
    },

    press(event) {
      const current = this.markers.find((marker) => marker.getElement() === event.target);
      if (!current || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter" || event.key === " ") current.fire("click");
      else if (ARROWS[event.key]) this.go(current, ARROWS[event.key]);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },

    /* To the nearest marker that way; what lies aside counts as farther. */
    go(current, [right, down]) {
      const from = this.map.latLngToContainerPoint(current.getLatLng());
      const inView = this.map.getBounds();
      let best = null;
      let least = Infinity;
      this.markers.forEach((marker) => {
        if (marker === current || !inView.contains(marker.getLatLng())) return;
        const way = this.map.latLngToContainerPoint(marker.getLatLng()).subtract(from);
        const ahead = way.x * right + way.y * down;
        const aside = Math.abs(way.x * down) + Math.abs(way.y * right);
        if (ahead > 0 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = marker; }
      });
      if (!best) return;
      current.getElement().tabIndex = -1;
      best.getElement().tabIndex = 0;
      best.getElement().focus({ preventScroll: true });
    },
  });

  L.markerKeys = (map) => new L.MarkerKeys(map);
})();
