/* The table and the map point at each other, and another question changes both without loading the page again: the
   map then keeps its tiles. Without JavaScript the same form and links do the same by ordinary requests. */
(function () {
  "use strict";

  const map = document.querySelector(".folium-map");
  const main = document.querySelector("main");
  if (!map) return;

  const light = (code) => map.dispatchEvent(new CustomEvent("light-area", { detail: code }));
  const rowAt = (event) => event.target.closest("[data-gap-table] tr[data-area]");
  const codeOf = (event) => { const row = rowAt(event); return row ? row.dataset.area : null; };

  main.addEventListener("pointerover", (event) => { if (!map.contains(event.target)) light(codeOf(event)); });
  main.addEventListener("focusin", (event) => {
    if (!rowAt(event)) return;
    light(codeOf(event));
    L.view.set("area", codeOf(event));
  });
  main.addEventListener("focusout", (event) => { if (rowAt(event)) light(null); });

  map.addEventListener("area-lit", (event) => {
    main.querySelectorAll("tr.lit").forEach((row) => row.classList.remove("lit"));
    const row = event.detail && main.querySelector(`[data-gap-table] tr[data-area="${CSS.escape(event.detail)}"]`);
    if (row) row.classList.add("lit");
  });

  let shown = L.view.question();

  async function ask(address) {
    const answer = await fetch(address, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const parts = [...main.querySelectorAll("[data-part]")];
    const fresh = parts.map((part) => page.querySelector(`[data-part="${part.dataset.part}"]`));
    if (!answer.ok || fresh.includes(null)) throw new Error("not an answer");
    parts.forEach((part, number) => part.replaceWith(document.adoptNode(fresh[number])));
    document.title = page.title;
    window.history.pushState(null, "", address + L.view.carried());
    shown = L.view.question();
    const said = main.querySelector("[data-values]");
    map.dispatchEvent(new CustomEvent("show-values", { detail: said.dataset.values }));
    map.closest(".map-frame").querySelector("[data-map-status]").textContent = said.textContent;
  }

  const form = document.querySelector("form.question");
  if (!form) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new URLSearchParams([...new FormData(form)]);
    const address = `${form.getAttribute("action")}?${query}`;
    ask(address).catch(() => window.location.assign(address));
  });
  window.addEventListener("popstate", () => { if (L.view.question() !== shown) window.location.reload(); });
})();
