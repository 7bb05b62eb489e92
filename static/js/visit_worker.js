/* Opens pages of visits without a connection, as they were when they were last opened with one; no other page, and
   none that is older than KEPT_DAYS. Sent from /plans/visits.js; visit.js asks for it, and deletes what it keeps. */
"use strict";

const PAGES = "visits-1", KEPT_DAYS = 14, PATIENCE_MS = 5_000;
const DAY_MS = 86_400_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && /\/stops\/\d+\/visit$/.test(address.pathname);
  if (isPage || /^\/(static|bundles)\//.test(address.pathname)) event.respondWith(answer(request, event));
});

/* From the network, and kept; else, or when that takes long, as it was kept. */
async function answer(request, event) {
  const pages = await caches.open(PAGES);
  const kept = await young(pages, request);
  const asked = fetch(request).then((found) => {
    if (found.ok && !found.redirected && found.type === "basic") {
      const copy = found.clone();
      event.waitUntil(pages.put(request.url.split(/[?#]/)[0], copy));
    }
    return found;
  });
  if (!kept) return asked;
  const tired = new Promise((done) => setTimeout(() => done(kept), PATIENCE_MS));
  return Promise.race([asked.catch(() => kept), tired]);
}

async function young(pages, request) {
  const kept = await pages.match(request, { ignoreSearch: true, ignoreVary: true });
  if (!kept) return null;
  const age_ms = Date.now() - Date.parse(kept.headers.get("Date") || "");
  if (age_ms < KEPT_DAYS * DAY_MS) return kept;
  await pages.delete(request, { ignoreSearch: true, ignoreVary: true });
  return null;
}
