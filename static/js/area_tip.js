/* Name and sentence of an area beside the pointer or the cross; only ever set as text. */
(function () {
  "use strict";

  L.AreaTip = L.Class.extend({
    initialize(map) {
      this.map = map;
      this.tip = L.tooltip({ opacity: 1 });
    },

    /* ``about`` tells one area from another: its words are put in once. */
    show(about, words, at) {
      if (this.about !== about) this.tip.setContent(words);
      this.about = about;
      if (!this.map.hasLayer(this.tip)) this.tip.setLatLng(at).addTo(this.map);
      L.keepInside(this.map, this.tip, at);
    },

    hide() {
      this.tip.remove();
      this.forget();
    },

    /* The words may be others now. */
    forget() {
      this.about = undefined;
    },
  });

  L.areaTip = (map) => new L.AreaTip(map);
})();
