// Keeps one page, and what it is drawn with, for when the server cannot be reached. Everything else passes by.

const KEPT = "offline";
const PAGE = "/offline";

const inPage = (page) => [...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);

async function keep() {
  const cache = await caches.open(KEPT);
  const answer = await fetch(PAGE, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(`${PAGE}: ${answer.status}`);
  const files = inPage(await answer.clone().text());
  for (const request of await cache.keys()) await cache.delete(request);
  await cache.addAll(files);
  await cache.put(PAGE, answer);
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  } else if (request.url.includes("/static/")) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
