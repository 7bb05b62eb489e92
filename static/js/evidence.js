/* How far a pack has come, without pressing "Look again": the page is asked until it is ready, then opened. */
(() => {
  const EVERY_MS = 1500;
  const look = async () => {
    const shown = document.querySelector("[data-part=progress]");
    if (!shown || shown.dataset.state === "failed") return;
    let page = null;
    try {
      const answer = await fetch(window.location.pathname);
      if (answer.ok) page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { /* asked again in a moment */ }
    const now = page && page.querySelector("[data-part=progress]");
    if (page && (!now || now.dataset.state === "failed" || page.title !== document.title)) {
      window.location.reload();
      return;
    }
    if (now && now.dataset.state !== shown.dataset.state) shown.replaceWith(document.adoptNode(now));
    window.setTimeout(look, EVERY_MS);
  };
  window.setTimeout(look, EVERY_MS);
})();
