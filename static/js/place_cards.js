/* What opens at a pin (a card) or at many at one spot (a list). Names are only ever set as text. */
(function () {
  "use strict";

  const ADDRESSES = ["organisations", "services", "needs"];
  const MOST_LISTED = 40;

  function line(...parts) {
    const paragraph = document.createElement("p");
    paragraph.append(...parts);
    return paragraph;
  }

  L.PlaceCards = L.Class.extend({
    /* ``onOpen(item)`` is told the record of a card, or null for a list; ``onClose(key)`` the marker it opened at. */
    initialize(map, pages, { onOpen, onClose }) {
      this.map = map;
      this.pages = pages;
      this.onOpen = onOpen;
      this.onClose = onClose;
    },

    /* ``opening`` is what placeFilter.opening says of it now. */
    openCard(item, at, opening, key = L.placeMarks.keyOf(item)) {
      const [kind, themes, , name] = item;
      const words = this.map.words;
      const title = document.createElement("strong");
      title.textContent = name;
      const box = document.createElement("div");
      const named = L.placeFilter.named(words.themes, themes).slice(0, 6);
      box.append(title, line([words.kinds[kind], ...named].join(" · ")));
      if (words.opening[opening]) box.append(line(words.opening[opening]));
      box.append(line(this.link(item, words.details)));
      this.open(box, at, key, { minWidth: 180, maxWidth: 280, offset: [0, -8] });
      this.onOpen(item);
    },

    openList(items, count, at, key) {
      const list = document.createElement("ul");
      items.slice(0, MOST_LISTED).forEach((item) => {
        const entry = document.createElement("li");
        entry.append(this.link(item, item[3]), ` (${this.map.words.kinds[item[0]]})`);
        list.append(entry);
      });
      const box = document.createElement("div");
      box.append(list);
      const rest = count - Math.min(items.length, MOST_LISTED);
      if (rest) box.append(line(L.linkTo(this.listOf(at), this.map.words.more.replace("{n}", rest))));
      this.open(box, at, key, { maxWidth: 300 });
    },

    open(box, at, key, options) {
      L.openCard(this.map, box, at, () => this.onClose(key), options);
    },

    /* The list of everything, the nearest to there first. */
    listOf(at) {
      const { lat, lng } = L.latLng(at).wrap();
      return `${this.pages}map?at=${this.map.options.maxZoom}/${lat.toFixed(5)}/${lng.toFixed(5)}#list`;
    },

    link([kind, , id], text) {
      return L.linkTo(`${this.pages}${ADDRESSES[kind]}/${encodeURIComponent(id)}`, text);
    },
  });

  L.placeCards = (map, pages, heard) => new L.PlaceCards(map, pages, heard);
})();
