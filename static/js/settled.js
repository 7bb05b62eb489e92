/* data-settled of a map is "true" while everything it asked for has come and is drawn and nothing moves, else "false".
   Tests and pictures wait for it: nobody has to guess how long. */
(function () {
  "use strict";

  L.Map.addInitHook(function () {
    const busy = new Set();
    const container = this.getContainer();
    let frame = 0;

    /* "true" waits for the next frame: whatever else ends with this has then been drawn. */
    const tell = () => {
      window.cancelAnimationFrame(frame);
      if (busy.size) container.dataset.settled = "false";
      else frame = window.requestAnimationFrame(() => { container.dataset.settled = "true"; });
    };
    const mark = (what, isBusy) => {
      if (isBusy) busy.add(what);
      else busy.delete(what);
      tell();
    };

    /* The map is not settled until ``promise`` is, well or badly; returns it. */
    this.until = (promise) => {
      mark(promise, true);
      const end = () => mark(promise, false);
      promise.then(end, end);
      return promise;
    };

    container.dataset.settled = "false";
    /* A zoom that ends while the map is still being moved ends that move for nobody but Leaflet. */
    const isMoving = () => Boolean(this._animatingZoom || (this._panAnim && this._panAnim._inProgress));
    this.on("zoomstart movestart", () => mark("moving", true)).on("moveend", () => mark("moving", isMoving()));
    this.on("layeradd", ({ layer }) => {
      if (!(layer instanceof L.GridLayer)) return;
      const look = () => mark(layer, !layer._noTilesToLoad());
      layer.on("tileloadstart load tileunload", look);  // "loading" comes before there are any
      look();
    });
    this.on("layerremove", ({ layer }) => mark(layer, false));
    tell();
  });
})();
