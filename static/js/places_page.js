/* The filters change the map at once and fetch the list anew, without loading the page again. Without JavaScript the
   same form does the same by an ordinary request. */
(function () {
  "use strict";

  const form = document.querySelector("[data-filters]");
  const map = document.querySelector(".folium-map");
  if (!form || !map) return;
  const KINDS = ["organisation", "service", "need"];
  const words = JSON.parse(map.closest(".map-frame").dataset.moreWords);

  function filterMap() {
    const { kind, theme, q } = Object.fromEntries(new FormData(form));
    const position = (list, value) => (list.includes(value) ? list.indexOf(value) : null);
    map.dispatchEvent(new CustomEvent("filter-places", {
      detail: { kind: position(KINDS, kind), theme: position(words.theme_keys, theme), words: q.trim() },
    }));
  }

  async function fetchList(address) {
    const answer = await fetch(address, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-results]");
    if (!fresh) {
      window.location.assign(address);
      return;
    }
    document.querySelector("[data-results]").replaceWith(document.adoptNode(fresh));
  }

  function show(event) {
    if (event) event.preventDefault();
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    const address = `${form.getAttribute("action")}${query.size ? `?${query}` : ""}`;
    window.history.replaceState(null, "", address + L.view.carried().replace(/^&/, query.size ? "&" : "?"));
    filterMap();
    fetchList(address).catch(() => window.location.assign(address));
  }

  form.addEventListener("submit", show);
  form.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") show(); });
  filterMap();
})();
