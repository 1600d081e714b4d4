// What the app keeps on a phone: reports that are not sent yet, each sealed (AES-GCM) under a key that the browser keeps and hands to
// nobody, not even to this script. Used by the pages (offline.js) and by the service worker (worker.js).
//
//   keep(action, fields)  seals what a form would have sent; gives its id
//   kept()                [{id, state, at}], without a word
//   fields(id)            {action, fields} again
//   deliver()             sends what waits; the same key goes with the same words, so it is one report however often it is sent
//   drop(id), wipe()      one; and all of it: key, reports, pages, the worker itself
import { sealed } from "./sealed.js";
import { named, place } from "./subscription.js";

const PATIENCE_MS = 60000;
const DAYS = 30; // a report that was sent, and whose code nobody came to see, goes after so many
const box = sealed("app", "unsent");

export async function keep(action, fields) {
  const id = crypto.randomUUID();
  await box.put({ id, state: "waiting", at: Date.now(), ...await box.seal({ action, fields: [...fields, ["kept", id]] }) });
  return id;
}

export async function kept() {
  if (!await box.there()) return [];
  const all = await box.all();
  return all.map(({ id, state, at }) => ({ id, state, at }));
}

export const fields = async (id) => box.open(await box.get(id));

export const drop = (id) => box.drop(id);

async function state(id, now) {
  const one = await box.get(id);
  if (one) await box.put({ ...one, state: now });
}

/** One report; true where the line is there. */
async function send(id) {
  const { action, fields: pairs } = await fields(id);
  const body = new FormData();
  for (const [name, value] of pairs) body.append(name, value);
  const signal = AbortSignal.timeout ? AbortSignal.timeout(PATIENCE_MS) : undefined;
  const options = { method: "POST", body, signal, credentials: "omit", cache: "no-store", referrerPolicy: "same-origin" };
  const answer = await fetch(action, options).catch(() => null);
  if (!answer || answer.status >= 500 || [408, 429].includes(answer.status)) return false;
  await state(id, answer.ok ? "sent" : "asked"); // asked: something in it cannot be taken as it is; a person must look
  return true;
}

async function deliverAll() {
  for (const { id, state: now, at } of await kept()) {
    if (now === "sent" && Date.now() - at > DAYS * 864e5) await drop(id); // eslint-disable-line no-await-in-loop
    if (now === "waiting" && !await send(id)) break; // eslint-disable-line no-await-in-loop
  }
  return kept();
}

/** Send what waits. The page and the worker take turns where the browser lets them; if not, the server knows the second by its key. */
export function deliver() {
  return navigator.locks ? navigator.locks.request("app-deliver", deliverAll) : deliverAll();
}

/** What this phone is told of: {id, off, at}: the mark by which it is ended, and a digest of where its pushes went when it said so
 * last. Kept as answers to no question, so that wiping takes them. */
export const TOLD = "told";

export async function told() {
  if (!(await caches.keys()).includes(TOLD)) return [];
  const kept = await caches.open(TOLD);
  const asked = await kept.keys();
  return Promise.all(asked.map(async (one) => {
    const said = await kept.match(one);
    return { id: new URL(one.url).pathname.split("/").pop(), off: await said.text(), at: said.headers.get("at") };
  }));
}

/** Keep a mark; `instead` of an older one. */
export async function keepTold(id, off, held, instead) {
  const kept = await caches.open(TOLD);
  await kept.put(`/told/${id}`, new Response(off, { headers: { at: await place(held) } }));
  if (instead && instead !== id) await kept.delete(`/told/${instead}`);
}

/** The browser has got another place for its pushes: the report of this mark is told there. Each goes by itself, so that nothing says
 * that two are one phone's. What does not arrive is mended when that report is opened (push.js). */
export async function renew({ id, off }, held) {
  const body = new URLSearchParams({ renew: off, ...named(held) });
  const options = { method: "POST", body, credentials: "omit", cache: "no-store", referrerPolicy: "same-origin" };
  const answer = await fetch("/return/push/", options).catch(() => null);
  if (!answer?.ok) return;
  const said = await answer.json();
  await keepTold(said.id, said.off, held, id);
}

/** Ask the site to tell this phone no more; it goes on when the page is gone. Without a line the browser's service says it for us. */
export async function untell(ends) {
  if (!ends.length) return;
  const body = new URLSearchParams(ends.map(({ off }) => ["off", off]));
  const options = { method: "POST", body, keepalive: true, credentials: "omit", cache: "no-store", referrerPolicy: "same-origin" };
  await fetch("/return/push/", options).catch(() => {});
  const kept = await caches.open(TOLD);
  await Promise.all(ends.map(({ id }) => kept.delete(`/told/${id}`)));
  if ((await kept.keys()).length === 0) await caches.delete(TOLD);
}

const soon = (promise) => Promise.race([promise, new Promise((done) => { setTimeout(done, 2000); })]);

async function silence(registration) {
  const held = await registration.pushManager?.getSubscription();
  await held?.unsubscribe();
}

export async function wipe() {
  await soon(told().then(untell)).catch(() => {});
  for (const name of await caches.keys()) await caches.delete(name); // eslint-disable-line no-await-in-loop
  await box.forget();
  const registered = self.registration ? [self.registration] : await navigator.serviceWorker?.getRegistrations() || [];
  for (const one of registered) {
    await soon(silence(one)).catch(() => {}); // eslint-disable-line no-await-in-loop
    await one.unregister(); // eslint-disable-line no-await-in-loop
  }
}
