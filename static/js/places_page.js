/* The filters change the map at once; the list beside it follows, and follows the map when that moves: the same
   records, the nearest to its middle first. Without JavaScript the form does the same by an ordinary request. */
(function () {
  "use strict";

  const PAUSE_MS = 300;
  const form = document.querySelector("[data-filters]");
  const map = document.querySelector(".folium-map");
  const list = document.querySelector("[data-list]");
  if (!form || !map || !list) return;
  const KINDS = ["organisation", "service", "need"];
  const words = JSON.parse(map.closest(".map-frame").dataset.moreWords);
  const status = map.closest(".map-frame").querySelector("[data-map-status]");
  let newest = 0;
  let timer = 0;
  let listed = L.view.get("at");

  function filterMap() {
    const asked = Object.fromEntries(new FormData(form));
    const position = (names, value) => (names.includes(value) ? names.indexOf(value) : null);
    map.dispatchEvent(new CustomEvent("filter-places", {
      detail: {
        kind: position(KINDS, asked.kind),
        theme: position(words.theme_keys, asked.theme),
        audience: position(words.audiences, asked.audience),
        open: asked.open ? L.placeFilter.minuteNow() : null,
        words: asked.q.trim(),
      },
    }));
  }

  /* The list for the address as it stands; only the newest answer counts. What the server will not answer is asked
     the ordinary way: the page then says what is wrong. A connection that fails leaves the list as it is. */
  async function fetchList() {
    window.clearTimeout(timer);
    const number = newest += 1;
    listed = L.view.get("at");
    list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${list.dataset.list}${window.location.search}`, { credentials: "same-origin" });
      if (!answer.ok) window.location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && number === newest) list.replaceChildren(...page.body.childNodes);
    } catch (error) {
      status.textContent = words.list_failed;
    }
    if (number === newest) list.removeAttribute("aria-busy");
  }

  function show(event) {
    if (event) event.preventDefault();
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    const address = `${form.getAttribute("action")}${query.size ? `?${query}` : ""}`;
    window.history.replaceState(null, "", address + L.view.carried().replace(/^&/, query.size ? "&" : "?"));
    filterMap();
    fetchList();
  }

  /* Another place to look at starts again at the first page. */
  function follow() {
    window.clearTimeout(timer);
    if (L.view.get("at") === listed) return;
    timer = window.setTimeout(() => {
      L.view.set("page", null);
      fetchList();
    }, PAUSE_MS);
  }

  form.addEventListener("submit", show);
  form.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") show(); });
  map.addEventListener("view-changed", follow);
  map.addEventListener("parts-changed", () => {
    L.view.set("page", null);
    fetchList();
  });
})();
