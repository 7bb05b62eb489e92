/* Helpers of the finder's forms; everything works without them. "Near me" asks only when pressed, and sends a
   position rounded to about a hundred metres. */
(function () {
  "use strict";

  const DECIMALS = 3;

  function nearMe(button) {
    const form = button.form;
    const field = form.elements.near;
    const status = form.querySelector("[data-near-status]");
    button.hidden = !("geolocation" in navigator);
    button.addEventListener("click", () => {
      status.textContent = button.dataset.waiting;
      navigator.geolocation.getCurrentPosition((found) => {
        field.value = `${found.coords.latitude.toFixed(DECIMALS)}, ${found.coords.longitude.toFixed(DECIMALS)}`;
        status.textContent = "";
        form.requestSubmit();
      }, () => {
        status.textContent = button.dataset.refused;
        field.focus();
      }, { timeout: 10000, maximumAge: 300000 });
    });
  }

  /* A choice counts at once; typing waits for the button. */
  function askOnChange(form) {
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, [type=checkbox]")) form.requestSubmit();
    });
    form.addEventListener("submit", () => {
      for (const field of form.elements) {
        if (field.name && !field.value) field.disabled = true;
      }
    });
    window.addEventListener("pageshow", () => {
      for (const field of form.elements) field.disabled = false;
    });
  }

  document.querySelectorAll("[data-near-me]").forEach(nearMe);
  document.querySelectorAll("[data-ask-on-change]").forEach(askOnChange);
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
