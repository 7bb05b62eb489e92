/* The pack is of the question that stands in the address by now, not of the one that the page was opened with. */
document.querySelector("[data-make-pack]").addEventListener("submit", ({ target }) => {
  const asked = window.location.search;
  if (asked) target.action = new URL(target.action).pathname + asked;
});
