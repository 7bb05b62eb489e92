/* Likely duplicates while the name is typed: a quiet list under the box. Without scripts a page of its own asks. */
(function () {
  "use strict";

  const WAIT_MS = 500;
  const LEAST_LETTERS = 4;
  const box = document.querySelector("[data-similar]");
  const name = document.getElementById("field-name");
  const near = document.getElementById("field-near");
  let timer = 0;
  let asked = "";

  function show(groups) {
    const list = box.querySelector("ul");
    list.replaceChildren(...groups.map((group) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = group.page;
      link.textContent = group.name;
      line.append(link, group.where ? ` · ${group.where}` : "");
      return line;
    }));
    box.hidden = groups.length === 0;
  }

  function ask() {
    const typed = name.value.trim();
    const query = new URLSearchParams({ name: typed, near: near.value.trim() }).toString();
    if (query === asked) return;
    asked = query;
    if (typed.length < LEAST_LETTERS) {
      show([]);
      return;
    }
    fetch(`${box.dataset.similar}?${query}`, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : { groups: [] }))
      .then((found) => { if (query === asked) show(found.groups); })
      .catch(() => show([]));
  }

  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  }

  name.addEventListener("input", later);
  near.addEventListener("change", later);
})();
