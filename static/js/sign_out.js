/* Signing out deletes what visits keep on this phone; what was not sent yet is asked about first. */
(function () {
  "use strict";

  const form = document.querySelector("form[data-sign-out]");
  if (!form) return;
  const kept = () => Object.keys(window.localStorage).filter((key) => key.startsWith("visit"));

  form.addEventListener("submit", (event) => {
    const line = form.querySelector("[data-unsent]");
    const unsent = kept().filter((key) => key.startsWith("visit:")).length;
    if (unsent && line.hidden) {
      event.preventDefault();
      line.textContent = line.dataset.unsent.replace("{n}", String(unsent));
      line.hidden = false;
      return;
    }
    for (const key of kept()) window.localStorage.removeItem(key);
    if (window.caches) window.caches.delete("visits-1");
  });
})();
