// The service worker of the app on a reporter's phone; the server's /worker.js says what it may keep, and loads this.
//
// It keeps the pages and files that are named there, as the server gives them to anybody, and nothing that is an answer to a person:
// no page is ever added while it is used. Without a line it shows those pages; a report that could not be sent is sealed (box.js).
import { TOLD, deliver, keep, renew, told, wipe } from "./box.js";
import { subscribed } from "./subscription.js";

const { version, pages, parts, form, shared, back, news, key } = self.app;
const CACHE = `app-${version}`;
const OPENING_MS = 10000; // a line that says nothing for so long is none
const SENDING_MS = 60000;
const NOT_US = [502, 504]; // said by what stands before us: nobody has read it
const FOUND = 303;
let gone = false; // everything was taken off this phone: nothing is kept any more, though pages may still be open

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...pages, ...parts].map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
}

async function tidy() {
  for (const name of await caches.keys()) if (name !== CACHE && name !== TOLD) await caches.delete(name); // eslint-disable-line no-await-in-loop
  await self.clients.claim();
}

async function tell(what) {
  for (const page of await self.clients.matchAll({ includeUncontrolled: true })) page.postMessage(what);
}

function inTime(request, ms) {
  const out = new AbortController();
  const timer = setTimeout(() => out.abort(), ms);
  return fetch(request, { signal: out.signal }).finally(() => clearTimeout(timer));
}

function language(url) {
  const spoken = [url.searchParams.get("lang"), ...self.navigator.languages.map((one) => one.slice(0, 2))];
  const known = pages.map((page) => page.split("lang=")[1]);
  return spoken.find((one) => known.includes(one)) || known[0];
}

const at = (path, url, mark = "") => `${path}?lang=${language(url)}${mark}`;

async function opened(request, url) {
  try {
    return await inTime(request, OPENING_MS);
  } catch {
    const path = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`;
    const page = await caches.match(at(path, url), { cacheName: CACHE });
    return page || Response.redirect(at(form, url), FOUND);
  }
}

/** A form that did not arrive. A report is kept; of everything else the words stay where they are: on the page, which stays. */
async function notSent(url, body) {
  const data = await body.formData().catch(() => null);
  const typed = data ? [...data].filter(([, value]) => typeof value === "string") : [];
  if (url.pathname === shared) return Response.redirect(at(form, url, "#shared"), FOUND);
  const sending = typed.some(([name, value]) => name === "go" && value === "send");
  if (sending && url.pathname.startsWith("/tell")) {
    const id = await keep(url.pathname + url.search, typed.filter(([name]) => name !== "kept")).catch(() => null);
    if (id) {
      await self.registration.sync?.register("unsent").catch(() => {});
      return Response.redirect(at(form, url, "#kept"), FOUND);
    }
  }
  await tell({ no: "line" });
  return new Response(null, { status: 204 });
}

async function posted(request, url) {
  const copy = request.clone();
  try {
    const answer = await inTime(request, SENDING_MS);
    if (!NOT_US.includes(answer.status)) return answer;
  } catch { /* no line */ }
  return notSent(url, copy);
}

async function part(request) {
  return await caches.match(request, { ignoreSearch: true }) || fetch(request);
}

/** There is news: said in the phone's language, without a word of it. Who has the page open and in sight sees it there. */
async function say() {
  const open = await self.clients.matchAll({ type: "window" });
  if (gone || open.some(({ url, visibilityState }) => visibilityState === "visible" && new URL(url).pathname.startsWith(back))) return;
  const lang = language(new URL(self.location));
  await self.registration.showNotification(news[lang], { tag: "news", lang });
}

/** The browser has changed where pushes go: each report that tells this phone is told. */
async function renewed({ newSubscription }) {
  const marks = gone ? [] : await told();
  if (!marks.length) return;
  const held = newSubscription || await subscribed(self.registration, key);
  for (const mark of marks) await renew(mark, held); // eslint-disable-line no-await-in-loop
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renewed(event)));
self.addEventListener("push", (event) => event.waitUntil(say()));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(at(back, new URL(self.location)))); // it asks for the code
});
self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (gone || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(request.method === "POST" ? posted(request, url) : opened(request, url));
  else if (request.method === "GET" && parts.includes(url.pathname)) event.respondWith(part(request));
});
self.addEventListener("sync", (event) => {
  if (event.tag !== "unsent") return;
  event.waitUntil(deliver().then((left) => {
    tell({ kept: true });
    if (left.some(({ state }) => state === "waiting")) throw new Error("no line yet"); // the browser comes again
  }));
});
self.addEventListener("message", (event) => {
  if (!event.data?.wipe) return;
  gone = true;
  event.waitUntil(wipe().then(() => event.ports[0]?.postMessage("gone")));
});
