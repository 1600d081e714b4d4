// The service worker of the school's pages, on a phone whose owner asked to be told; the server's /worker.js says what it needs.
//
// Everything comes over the line, always: of the pages it keeps one, the same for everybody, which says that there is no line.
import { all, keep } from "./phonebox.js";
import { named, place, subscribed } from "./subscription.js";

const { version, offline, parts, news, opens, renew, key } = self.app;
const CACHE = `offline-${version}`;

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([offline, ...parts].map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
}

async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith("offline-") && name !== CACHE) await caches.delete(name); // eslint-disable-line no-await-in-loop
  await self.clients.claim();
}

const or = (request, url) => fetch(request).catch(async () => await caches.match(url, { cacheName: CACHE, ignoreSearch: true }) || Response.error());

/** There is news, in the phone's language and without a word of it. Each one is heard, for it may be a Critical. */
async function say() {
  const lang = self.navigator.languages.map((one) => one.slice(0, 2)).find((one) => news[one]) || "en";
  await self.registration.showNotification(news[lang], { tag: "news", lang, renotify: true });
}

/** The browser has changed where pushes go: each of its people is told there. What fails is mended by the next visit (phones.js). */
async function renewed({ newSubscription }) {
  const held = newSubscription || await subscribed(self.registration, key);
  for (const { whose, said } of await all()) {
    const body = new URLSearchParams({ mark: said.mark, ...named(held) });
    const options = { method: "POST", body, credentials: "omit", cache: "no-store" };
    const answer = await fetch(renew, options).catch(() => null); // eslint-disable-line no-await-in-loop
    if (answer?.ok) await keep(whose, { ...said, place: await place(held) }); // eslint-disable-line no-await-in-loop
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(or(request, offline));
  else if (parts.includes(pathname)) event.respondWith(or(request, pathname));
});
self.addEventListener("push", (event) => event.waitUntil(say()));
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renewed(event)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(opens)); // it asks who is there first
});
