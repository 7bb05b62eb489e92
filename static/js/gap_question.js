/* The question answers while it is changed: a quick answer, without bands, follows the hand, and the whole one comes
   when the hand rests. At most one is asked for at a time, and only the newest is shown. What takes longer is said, and
   the answer before stays. The form itself stays as it is; without JavaScript it is sent as any form. */
(function () {
  "use strict";

  const REST_MS = 350;
  const LONGEST_SLIDE = 60;
  const PATIENCE_MS = 600;
  const form = document.querySelector("form.asks");
  const map = window.map_gaps;
  const main = document.querySelector("main");
  if (!form || !map) return;

  const usual = JSON.parse(form.dataset.usual);
  const most = JSON.parse(form.dataset.most);
  const problem = form.querySelector("[data-live-problem]");
  const busy = form.querySelector("[data-live-busy]");
  let patience = 0;
  let running = null;
  let next = null;
  let timer = 0;
  let before = "";
  let idle = null;
  let shown = L.view.question();

  const field = (name) => form.elements.namedItem(name);
  const addressOf = (query) => `${form.getAttribute("action")}?${query}${L.view.carried()}`;

  /* What the form asks, without what is as always; and the order of the table. */
  function asked() {
    const query = new URLSearchParams();
    new FormData(form).forEach((value, name) => {
      const isUsual = value === String(usual[name] ?? "");
      const isForAnother = name === "people_per_service" && field("benchmark").value !== "standard";
      if (name === "within" || !(isUsual || isForAnother)) query.append(name, value.trim());
    });
    const address = new URLSearchParams(window.location.search);
    ["sort", "order"].filter((name) => address.has(name)).forEach((name) => query.set(name, address.get(name)));
    return query.toString();
  }

  const isWhole = () => field("benchmark").value !== "standard" || field("people_per_service").value.trim() !== "";

  /* The map is not settled from the first move until the whole answer is there. */
  function begin() {
    if (idle) return;
    before = window.location.href;
    map.until(new Promise((end) => { idle = end; }));
  }

  function end() {
    if (running || timer || !idle) return;
    idle();
    idle = null;
  }

  const parts = () => main.querySelectorAll("[data-part]");

  function sayBusy() {
    const words = document.createElement("span");
    words.textContent = busy.dataset.liveBusy;
    const bar = document.createElement("progress");
    bar.setAttribute("aria-hidden", "true");
    busy.replaceChildren(bar, words);
    parts().forEach((part) => part.setAttribute("aria-busy", "true"));
  }

  function waitWithPatience() {
    if (!patience) patience = window.setTimeout(sayBusy, PATIENCE_MS);
  }

  function noLongerBusy() {
    window.clearTimeout(patience);
    patience = 0;
    busy.replaceChildren();
    parts().forEach((part) => part.removeAttribute("aria-busy"));
  }

  async function fetchParts(query, isQuick, signal) {
    const address = `${form.dataset.live}?${query}${isQuick ? "&quick=1" : ""}`;
    const answer = await fetch(address, { credentials: "same-origin", signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.status === 400) throw new RangeError(page.querySelector("[data-problem]")?.textContent.trim());
    if (!answer.ok || !page.getElementById("values")) throw new Error("not an answer");
    return page;
  }

  function send(query, isQuick, fail) {
    if (running) running.abort();
    const mine = new AbortController();
    running = mine;
    next = null;
    waitWithPatience();
    fetchParts(query, isQuick, mine.signal).then((page) => {
      if (running === mine) show(page, query, isQuick);
    }).catch((error) => {
      if (running === mine) fail(error, query);
    }).finally(() => {
      if (running !== mine) return;
      running = null;
      noLongerBusy();
      if (next !== null) send(next, true, tell);
      end();
    });
  }

  function tell(error) {
    problem.textContent = (error instanceof RangeError && error.message) || form.dataset.failed;
  }

  function show(page, query, isQuick) {
    const top = form.getBoundingClientRect().top;
    const focusAgain = keepFocus();
    parts().forEach((part) => {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (fresh) part.replaceWith(document.adoptNode(fresh));
    });
    focusAgain();
    window.scrollBy({ top: form.getBoundingClientRect().top - top, behavior: "instant" });  // it stays under the hand
    problem.textContent = "";
    document.title = page.title;
    if (isQuick) {
      window.history.replaceState(null, "", addressOf(query));
    } else if (new URL(addressOf(query), window.location.href).href !== before) {
      window.history.replaceState(null, "", before);
      window.history.pushState(null, "", addressOf(query));
      before = window.location.href;
    }
    shown = L.view.question();
    const said = main.querySelector("[data-values]");
    const values = JSON.parse(page.getElementById("values").textContent);
    map.getContainer().dispatchEvent(new CustomEvent("show-values", { detail: { url: said.dataset.values, values } }));
    if (!isQuick) map.say(said.textContent);
  }

  /* Whoever stands on a link of a part stands on the same one of the new part. */
  function keepFocus() {
    const at = document.activeElement;
    const part = at && at.closest("[data-part]");
    if (!part) return () => undefined;
    const row = at.closest("tr[data-area]");
    const place = row ? `tr[data-area="${CSS.escape(row.dataset.area)}"] th a` : `a[href="${CSS.escape(at.getAttribute("href") || "")}"]`;
    return () => {
      const again = main.querySelector(`[data-part="${part.dataset.part}"] ${place}`);
      if (again) again.focus({ preventScroll: true });
    };
  }

  function move() {
    begin();
    window.clearTimeout(timer);
    timer = window.setTimeout(rest, REST_MS);
    if (!isWhole()) return;
    if (running) next = asked();
    else send(asked(), true, tell);
  }

  function rest() {
    timer = 0;
    if (isWhole()) send(asked(), false, tell);
    end();
  }

  function limitMinutes() {
    const slider = form.querySelector("[data-slides='minutes']");
    slider.max = Math.min(LONGEST_SLIDE, most[field("travel").value]);
    slider.value = field("minutes").value;
  }

  form.querySelectorAll("[data-slides]").forEach((slider) => { slider.hidden = false; });
  limitMinutes();

  form.addEventListener("input", ({ target }) => {
    if (!target.dataset.slides) return;
    field(target.dataset.slides).value = target.value;
    move();
  });
  form.addEventListener("change", ({ target }) => {
    if (target.dataset.slides || ["theme", "within", "layer"].includes(target.name)) return;
    const slider = form.querySelector(`[data-slides="${target.name}"]`);
    if (slider) slider.value = target.value;
    if (target.name === "travel") limitMinutes();
    move();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin();
    window.clearTimeout(timer);
    timer = 0;
    send(asked(), false, (error, query) => window.location.assign(addressOf(query)));
  });
  window.addEventListener("popstate", () => { if (L.view.question() !== shown) window.location.reload(); });
})();
