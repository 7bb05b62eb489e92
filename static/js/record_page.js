/* Sharing and printing where the browser can; the address to copy and the menu of the browser do without. */
(function () {
  "use strict";

  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  const buttons = document.querySelector("[data-share-buttons]");
  const box = document.getElementById("share-address");
  if (!buttons || !box) return;
  const said = document.querySelector(".share-ways");
  const send = buttons.querySelector("[data-share='send']");
  buttons.hidden = false;
  send.hidden = !navigator.share;
  box.addEventListener("focus", () => box.select());
  buttons.querySelector("[data-share='copy']").addEventListener("click", () => {
    box.select();
    const copied = navigator.clipboard ? navigator.clipboard.writeText(box.value) : Promise.resolve(document.execCommand("copy"));
    copied.then(() => { said.textContent = buttons.dataset.copied; }).catch(() => box.focus());
  });
  send.addEventListener("click", () => {
    navigator.share({ title: send.dataset.title, url: box.value }).catch(() => undefined);
  });
})();
