/* A map that stays calm: it never traps the scroll, has buttons for every move, and says its words in the page's
   language. Words come from data-words of the frame around it; they are only ever set as text. */
(function () {
  "use strict";

  const MAPS = [];

  function wordsOf(map) {
    const frame = map.getContainer().closest(".map-frame");
    return frame ? { ...JSON.parse(frame.dataset.words), ...JSON.parse(frame.dataset.moreWords) } : {};
  }

  const MoveButtons = L.Control.extend({
    options: { position: "bottomright" },

    onAdd(map) {
      const words = map.words;
      const box = L.DomUtil.create("div", "leaflet-bar pan");
      const add = (name, sign, act) => {
        const button = L.DomUtil.create("button", name, box);
        button.type = "button";
        button.textContent = sign;
        button.title = words[name];
        button.setAttribute("aria-label", words[name]);
        L.DomEvent.disableClickPropagation(button);
        L.DomEvent.on(button, "click", act);
      };
      const pan = (x, y) => () => map.panBy([x * 120, y * 120], { animate: !prefersStillness() });
      add("left", "←", pan(-1, 0));
      add("up", "↑", pan(0, -1));
      add("down", "↓", pan(0, 1));
      add("right", "→", pan(1, 0));
      add("home", "⌂", () => map.showEverything());
      return box;
    },
  });

  function prefersStillness() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  function showHint(map, text) {
    const hint = map.getContainer().closest(".map-frame").querySelector(".map-hint");
    hint.textContent = text;
    hint.hidden = false;
    window.clearTimeout(map.hintTimer);
    map.hintTimer = window.setTimeout(() => { hint.hidden = true; }, 1200);
  }

  /* The wheel scrolls the page; with Ctrl (or a pinch on a touchpad, which browsers report so) it zooms. */
  function wheelOnlyWithCtrl(map) {
    map.getContainer().addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) {
        showHint(map, map.words.hint);
        return;
      }
      event.preventDefault();
      const step = event.deltaY < 0 ? 0.5 : -0.5;
      map.setZoomAround(map.mouseEventToLatLng(event), map.getZoom() + step, { animate: false });
    }, { passive: false });
  }

  /* One finger scrolls the page, two move and zoom the map. */
  function twoFingersOnTouch(map) {
    if (!window.matchMedia("(pointer: coarse)").matches) return;
    map.dragging.disable();
    map.getContainer().addEventListener("touchmove", (event) => {
      if (event.touches.length === 1) showHint(map, map.words.hint_touch);
    }, { passive: true });
  }

  L.calmMap = function (map) {
    map.words = wordsOf(map);
    map.removeControl(map.attributionControl);  // the page names every source
    L.control.zoom({ zoomInTitle: map.words.zoom_in, zoomOutTitle: map.words.zoom_out }).addTo(map);
    new MoveButtons().addTo(map);
    L.control.scale({ imperial: true }).addTo(map);
    wheelOnlyWithCtrl(map);
    twoFingersOnTouch(map);
    map.options.zoomAnimation = map.options.fadeAnimation = !prefersStillness();
    map.showEverything = () => {
      if (map.everything && map.everything.isValid()) map.fitBounds(map.everything, { padding: [12, 12], animate: false });
    };
    map.say = (text) => {
      map.getContainer().closest(".map-frame").querySelector("[data-map-status]").textContent = text;
    };
    map.fetchJson = (url) => fetch(url, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.status === 204 ? null : answer.json();
    }).catch((error) => {
      map.say(map.words.failed);
      showHint(map, map.words.failed);
      throw error;
    });
    MAPS.push(map);
    return map;
  };

  /* Paper has another width than the screen. */
  window.addEventListener("beforeprint", () => MAPS.forEach((map) => { map.invalidateSize({ animate: false }); map.showEverything(); }));
})();
