/* The page of a plan's question without loading it anew: a place that is moved or kept is asked for as an address, and
   the parts that say so are put in the place of those before. Each is a step that the back button undoes. */
(function () {
  "use strict";

  const PARTS = ["answer", "sites", "keep"];
  const map = window.map_plan;
  const said = document.querySelector("[data-plan-said]");
  if (!map || !map.stars || !said) return;
  const EVERY_MS = 1200;
  const LONGEST_MS = 10_000;
  let asked = 0;
  let waiting = 0;

  function say(text) {
    if (said.textContent === text) return;
    said.textContent = text;
    map.say(text);
  }

  function swap(page) {
    PARTS.forEach((name) => {
      const [old, fresh] = [document, page].map((from) => from.querySelector(`[data-part=${name}]`));
      old.replaceChildren(...document.adoptNode(fresh).childNodes);
    });
    const frame = page.querySelector(".map-frame");
    map.stars.show(JSON.parse(frame.dataset.moreWords).plan);
    ready();
    say(document.querySelector("[data-sentence]").textContent.replace(/\s+/g, " ").trim());
  }

  /* The newest question wins: an answer that comes late is let go. */
  async function show(address, focus) {
    const turn = ++asked;
    const answer = document.querySelector("[data-part=answer]");
    answer.classList.add("plan-counting");
    try {
      const text = await map.until(fetch(address, { credentials: "same-origin" }).then((got) => got.text()));
      if (turn !== asked) return;
      const page = new DOMParser().parseFromString(text, "text/html");
      if (!page.querySelector("[data-part=answer]")) {
        window.location.assign(address);  // a page that says what is wrong
        return;
      }
      swap(page);
      if (focus) map.stars.focus(focus);
    } catch {
      if (turn === asked) {
        say(map.words.star_failed);
        map.stars.show({ sites: map.stars.sites, can_move: true });
      }
    } finally {
      answer.classList.remove("plan-counting");
    }
  }

  function go(address, focus) {
    window.history.pushState(null, "", address + L.view.carried());
    return show(address, focus);
  }

  function moveTo(number, lat, lng) {
    const asked = new URL(document.querySelector(`[data-card="${number}"] [data-move]`).dataset.move, window.location.href);
    const pinned = asked.searchParams.getAll("pinned").map((key) => key.replace(/^at:0\.00000,0\.00000/, `at:${lat.toFixed(5)},${lng.toFixed(5)}`));
    asked.searchParams.delete("pinned");
    pinned.forEach((key) => asked.searchParams.append("pinned", key));
    go(`${asked.pathname}${asked.search.replaceAll("%2C", ",").replaceAll("%3A", ":")}`, number);
  }

  /* A better answer, or the proof of this one, is looked for elsewhere: asked for once, waited for, then shown. */
  async function follow() {
    window.clearTimeout(waiting);
    const proof = document.querySelector("[data-proof]");
    if (!proof || !["none", "waiting", "running"].includes(proof.dataset.proof)) return;
    if (proof.dataset.proof === "none") {
      const form = proof.querySelector("form");
      const got = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual" }).catch(() => null);
      if (!got || got.type !== "opaqueredirect" || !proof.isConnected) return;
    }
    waiting = window.setTimeout(() => look(proof), EVERY_MS);
  }

  async function look(proof, pause = EVERY_MS) {
    const found = await fetch(proof.dataset.address, { credentials: "same-origin" }).then((got) => got.json()).catch(() => null);
    if (!proof.isConnected) return;
    if (!found || found.state === proof.dataset.proof) {
      const seconds = proof.querySelector("[data-seconds]");
      if (found && seconds) seconds.textContent = found.seconds;
      waiting = window.setTimeout(() => look(proof, Math.min(pause * 1.2, LONGEST_MS)), pause);
    } else if (found.state !== "none") {
      show(window.location.href);
    }
  }

  function ready() {
    document.querySelectorAll("[data-with-scripts]").forEach((part) => { part.hidden = false; });
    follow();
  }

  document.addEventListener("star-moved", ({ detail: { site, lat, lng } }) => {
    say(map.words.star_moved.replace("{name}", site.name));
    moveTo(site.number, lat, lng);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-plan-link]");
    const here = event.target.closest("[data-move-here]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      go(link.getAttribute("href"));
    } else if (here) {
      const { lat, lng } = map.getCenter().wrap();
      moveTo(here.closest("[data-card]").dataset.card, lat, lng);
    }
  });

  window.addEventListener("popstate", () => show(window.location.href));
  ready();
})();
