/* The pack is of the question that stands in the address by now, not of the one that the page was opened with. The
   form is replaced with each answer, so the page listens for it. */
document.addEventListener("submit", ({ target }) => {
  const asked = window.location.search;
  if (asked && target.matches("[data-make-pack]")) target.action = new URL(target.action).pathname + asked;
});
