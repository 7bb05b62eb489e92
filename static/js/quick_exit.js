/* Leaves the page at once: the screen is empty before the next page comes, and it takes this one's place in the
   history. Pressing Esc three times does the same. Without JavaScript it is a plain link. */
(function () {
  "use strict";

  const PRESSES = 3;
  const WITHIN_MS = 5000;
  const link = document.querySelector("[data-leave]");
  if (!link) return;

  function leave(event) {
    if (event) event.preventDefault();
    document.body.replaceChildren();
    document.title = "";
    const quiet = document.createElement("meta");
    quiet.name = "referrer";
    quiet.content = "no-referrer";
    document.head.append(quiet);
    window.location.replace(link.href);
  }

  const said = document.createElement("p");
  said.className = "for-ears";
  said.setAttribute("role", "status");
  link.after(said);
  let presses = [];

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    if (event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (presses.length >= PRESSES) leave();
    else said.textContent = presses.length === PRESSES - 1 ? link.dataset.onceMore : link.dataset.twiceMore;
  });
  link.addEventListener("click", leave);
})();
