/* A map that stays calm: it never traps the scroll, has buttons for every move, and says its words in the page's
   language. Words come from data-words of the frame around it; they are only ever set as text. */
(function () {
  "use strict";

  const MAPS = [];

  /* Read when a map is made. Tiles never fade: those of pins show nothing, those of areas would flicker. */
  L.Map.mergeOptions({ fadeAnimation: false, zoomAnimation: !prefersStillness() });

  function wordsOf(map) {
    const frame = map.getContainer().closest(".map-frame");
    return frame ? { ...JSON.parse(frame.dataset.words), ...JSON.parse(frame.dataset.moreWords) } : {};
  }

  /* What the head of the page sent for already (components/map.html), else asked for now. */
  function sent(url) {
    const early = window.sentFor && window.sentFor[url];
    if (early) delete window.sentFor[url];
    return early || fetch(url, { credentials: "same-origin" });
  }

  function prefersStillness() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /* What is shown stays clear of the edge, and on a narrow map of the column of controls at its right. */
  const EDGE = 12;
  const NARROW = 480;

  function clearOfControls(map) {
    const column = map.getContainer().querySelector(".leaflet-top.leaflet-right");
    return map.getSize().x < NARROW && column ? column.offsetWidth + EDGE : EDGE;
  }

  const BRIEFLY_MS = 1200;
  const LONG_MS = 8000;

  function showHint(map, text, time = BRIEFLY_MS) {
    const hint = map.getContainer().closest(".map-frame").querySelector(".map-hint");
    hint.textContent = text;
    hint.hidden = false;
    window.clearTimeout(map.hintTimer);
    map.hintTimer = window.setTimeout(() => { hint.hidden = true; }, time);
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

  /* What is shown is part of the address, so that a view can be sent to somebody: at=zoom/lat/lon, and what is
     selected. */
  L.view = {
    NAMES: ["at", "area", "pin", "hide", "show"],

    get(name) {
      return new URLSearchParams(window.location.search).get(name);
    },

    set(name, value) {
      if (window.location.protocol === "file:") return;  // an address that leads nowhere
      const query = new URLSearchParams(window.location.search);
      if ((query.get(name) || "") === (value || "")) return;
      if (value) query.set(name, value);
      else query.delete(name);
      const asked = query.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",");
      window.history.replaceState(null, "", `${window.location.pathname}${asked && "?"}${asked}${window.location.hash}`);
    },

    /* To go behind an address that already asks something. */
    carried() {
      return this.NAMES.filter((name) => this.get(name)).map((name) => `&${name}=${encodeURIComponent(this.get(name)).replaceAll("%2F", "/")}`).join("");
    },

    /* The address without where the map looks. */
    question() {
      const query = new URLSearchParams(window.location.search);
      this.NAMES.forEach((name) => query.delete(name));
      return query.toString();
    },

    place() {
      const found = /^(\d{1,2}(?:\.\d{1,2})?)\/(-?\d{1,2}(?:\.\d{1,6})?)\/(-?\d{1,3}(?:\.\d{1,6})?)$/.exec(this.get("at") || "");
      return found ? { zoom: Number(found[1]), middle: [Number(found[2]), Number(found[3])] } : null;
    },
  };

  /* In somebody else's page our own pages open in a tab of their own: they may not be framed. */
  const isFramed = Boolean(document.querySelector("body.alone"));

  L.goTo = function (address) {
    if (isFramed) window.open(address, "_blank", "noopener");
    else window.location.assign(address);
  };

  /* A name with a sentence about it, which may begin with that name: to see, and to say. */
  L.titled = function (name, sentence) {
    const box = document.createElement("div");
    const title = document.createElement("b");
    title.textContent = name;
    const rest = sentence.startsWith(`${name}: `) ? sentence.slice(name.length + 2) : sentence;
    box.append(title, rest.charAt(0).toUpperCase() + rest.slice(1));
    return box;
  };

  L.saidOf = (name, sentence) => (sentence.startsWith(name) ? sentence : `${name}: ${sentence}`);

  L.linkTo = function (address, text) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = text;
    if (isFramed) Object.assign(link, { target: "_blank", rel: "noopener" });
    return link;
  };

  /* What a map shows first and by the button with the house; it stays that when the map gets another size. */
  function addEverything(map) {
    let isFitting = false;
    map.showEverything = () => {
      if (!map.everything || !map.everything.isValid()) return;
      isFitting = true;
      map.showsEverything = true;
      map.fitBounds(map.everything, { paddingTopLeft: [EDGE, EDGE], paddingBottomRight: [clearOfControls(map), EDGE], maxZoom: map.everythingZoom, animate: false });
      isFitting = false;
    };
    map.showFirst = () => map.showEverything();
    map.on("movestart", () => { map.showsEverything = isFitting; });
    map.on("resize", () => { if (map.showsEverything) map.showEverything(); });
  }

  /* Where the map looks is written into the address once somebody has moved it. */
  function keepInAddress(map) {
    const given = L.view.place();
    if (given) map.setView(given.middle, given.zoom, { animate: false });
    const fit = map.showEverything;
    const tell = () => map.getContainer().dispatchEvent(new CustomEvent("view-changed"));
    map.showEverything = () => {
      fit();
      L.view.set("at", null);
      tell();
    };
    map.showFirst = () => { if (!given) map.showEverything(); };
    map.on("moveend", () => {
      if (map.showsEverything || !map.everything) return;
      const { lat, lng } = map.getCenter().wrap();
      L.view.set("at", `${Number(map.getZoom().toFixed(2))}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
      tell();
    });
  }

  /* ``everything``: west, south, east, north in degrees, or null where a layer will say it. */
  /* A card under the mouse or with the focus in it lifts its mark; ``marks`` are those on the map, by card. */
  L.liftByCards = function (marks) {
    document.querySelectorAll("[data-card]").forEach((card) => {
      const lift = (isLifted) => () => {
        const mark = marks.get(card.dataset.card);
        if (!mark) return;
        mark.setZIndexOffset(isLifted ? 1000 : 0);
        mark.getElement().classList.toggle("lit", isLifted);
      };
      card.addEventListener("mouseenter", lift(true));
      card.addEventListener("mouseleave", lift(false));
      card.addEventListener("focusin", lift(true));
      card.addEventListener("focusout", lift(false));
    });
  };

  /* Make some points what the map shows as everything, no closer than a zoom. */
  L.showPoints = function (map, points, mostZoom) {
    if (!points.length) return;
    map.everything = L.latLngBounds(points).pad(0.15);
    map.everythingZoom = mostZoom;
    map.showFirst();
  };

  L.calmMap = function (map, everything) {
    map.words = wordsOf(map);
    map.removeControl(map.attributionControl);  // the page names every source
    const isSmall = map.getContainer().classList.contains("small");
    L.mapControls(map);
    wheelOnlyWithCtrl(map);
    twoFingersOnTouch(map);
    addEverything(map);
    if (!isSmall) keepInAddress(map);
    if (everything) {
      const [west, south, east, north] = everything;
      map.everything = L.latLngBounds([south, west], [north, east]);
      map.showFirst();
    }
    map.say = (text) => {
      const told = performance.now() < map.toldUntil ? `${map.told}. ` : "";
      map.getContainer().closest(".map-frame").querySelector("[data-map-status]").textContent = told + text;
    };
    /* For eyes and for ears, and not drowned by what is said of the map a moment later. */
    map.tell = (text) => {
      map.toldUntil = 0;
      map.say(text);
      [map.told, map.toldUntil] = [text, performance.now() + LONG_MS];
      showHint(map, text, LONG_MS);
    };
    map.fetchJson = (url) => sent(url).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.status === 204 ? null : answer.json();
    }).catch((error) => {
      map.say(map.words.failed);
      showHint(map, map.words.failed);
      throw error;
    });
    map.on("tooltipopen", ({ tooltip }) => { if (tooltip._source) L.keepInside(map, tooltip, tooltip.getLatLng()); });
    MAPS.push(map);
    return map;
  };

  /* Paper has another width than the screen, and what is printed is what was seen: the map keeps its size in its own
     pixels, so that nothing has to be fetched or drawn again, and is made bigger or smaller as a whole. */
  const PAPER_PX = 640;
  const MOST_ENLARGED = 1.4;

  function putOnPaper({ style, offsetWidth: width, offsetHeight: height }) {
    if (!width || style.width) return;
    Object.assign(style, { width: `${width}px`, height: `${height}px`, zoom: Math.min(MOST_ENLARGED, PAPER_PX / width) });
  }

  function takeOffPaper({ style }) {
    Object.assign(style, { width: "", height: "", zoom: "" });
  }

  window.addEventListener("beforeprint", () => MAPS.forEach((map) => putOnPaper(map.getContainer())));
  window.addEventListener("afterprint", () => MAPS.forEach((map) => takeOffPaper(map.getContainer())));
})();
