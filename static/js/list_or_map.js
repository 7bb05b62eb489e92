/* On a phone the list or the map, not both (components/map.html): without JavaScript one stands under the other. */
(function () {
  "use strict";

  const group = document.querySelector("[data-switch]");
  const both = document.querySelector("[data-view]");
  if (!group || !both) return;
  const buttons = [...group.querySelectorAll("button")];

  function show(view) {
    both.dataset.view = view;
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.value === view)));
    if (view === "map") window.dispatchEvent(new Event("resize"));
  }

  /* A link to the map, or to the list, shows it before it leads there. */
  function showLinked(hash) {
    if (hash === "#map" || hash === "#list") show(hash.slice(1));
  }

  group.hidden = false;
  group.addEventListener("click", (event) => { if (event.target.value) show(event.target.value); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) showLinked(link.hash);
  });
  window.addEventListener("hashchange", () => showLinked(window.location.hash));
  /* An address that says where the map looks, or what is open on it, is about the map. */
  const asked = new URLSearchParams(window.location.search);
  show(asked.has("at") || asked.has("pin") ? "map" : both.dataset.view);
  showLinked(window.location.hash);
})();
