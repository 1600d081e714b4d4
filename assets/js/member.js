// "Keep on this phone", for members (circulation/_keep.html), and what is kept (circulation/kept.html). Without a script neither is there.
//
//   [data-keep]   which item, where to; in it data-keep-on, -off (buttons), -here (it is), -said
//   [data-kept]   the list or one item, by the address' #; data-kept-* are its words; <template>s its pieces
import { contact, drop, empty, keep, kept, mark } from "./keptbox.js";

const able = "serviceWorker" in navigator && window.isSecureContext && Boolean(crypto.subtle) && Boolean(self.indexedDB);
const when = (ms) => new Date(ms).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

/** The phone keeps as many as the site says, and no more: who reads that removes one. */
async function full(box) {
  const here = (await kept()).filter(({ state }) => state === "here");
  return here.length >= Number(box.dataset.keepMost) && !here.some(({ id }) => id === box.dataset.keep);
}

async function keepIt(box) {
  if (await full(box)) throw new Error(box.dataset.keepFull);
  await navigator.serviceWorker.register(box.dataset.keepWorker);
  const body = new URLSearchParams({ csrfmiddlewaretoken: box.querySelector("[name=csrfmiddlewaretoken]").value, phone: await mark() });
  const answer = await fetch(box.dataset.keepAt, { method: "POST", body, cache: "no-store", redirect: "error" });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  await keep(box.dataset.keep, said);
}

async function offer(box) {
  const [on, off, here, line] = ["on", "off", "here", "said"].map((name) => box.querySelector(`[data-keep-${name}]`));
  const show = async () => {
    const is = (await kept()).some(({ id, state }) => id === box.dataset.keep && state === "here");
    on.hidden = is;
    off.hidden = here.hidden = !is;
  };
  const press = (button, act, said) => button.addEventListener("click", async () => {
    line.textContent = await act().then(() => said, ({ message }) => message || box.dataset.keepNot);
    await show();
    line.focus();
  });
  press(on, () => keepIt(box), box.dataset.keepDone);
  press(off, () => drop(box.dataset.keep), box.dataset.keepGone);
  await show();
  box.hidden = false;
}

const list = document.querySelector("[data-kept]");
const piece = (name) => list.querySelector(`template[data-kept-${name}]`).content.firstElementChild.cloneNode(true);
const fill = (made, name, text) => { made.querySelector(`[data-f-${name}]`).textContent = text; };

/** A line of the list: its banner and title, or what became of it. */
function row({ id, state, item, mark: whose }) {
  const made = piece(state === "here" ? "row" : "went");
  if (state === "here") {
    const link = made.querySelector("a");
    link.href = `#${id}`;
    link.textContent = item.title;
    fill(made, "banner", item.banner);
    fill(made, "taken", when(item.taken));
  } else {
    fill(made, "why", list.dataset[{ gone: "keptGone", changed: "keptChanged", old: "keptOld" }[state]]);
    fill(made, "mark", whose);
    made.querySelector("button").addEventListener("click", () => drop(id).then(draw));
  }
  return made;
}

const TAGS = { heading: "h2", note: "b" };

/** One item, marked first and last, with when it was taken. */
function page({ id, item }) {
  const made = piece("item");
  for (const banner of made.querySelectorAll("[data-f-banner]")) banner.textContent = item.banner;
  fill(made, "title", item.title);
  fill(made, "taken", when(item.taken));
  fill(made, "mark", item.mark);
  for (const [kind, text] of item.blocks) {
    const part = document.createElement("p");
    const inner = TAGS[kind] ? document.createElement(TAGS[kind]) : part;
    inner.textContent = text;
    if (TAGS[kind] === "b") part.append(inner);
    made.querySelector("[data-f-blocks]").append(TAGS[kind] === "b" ? part : inner);
  }
  made.querySelector("[data-f-site]").href = item.address;
  made.querySelector("button").addEventListener("click", async () => {
    await drop(id);
    location.hash = "";
  });
  return made;
}

async function draw() {
  const all = await kept();
  const one = all.find(({ id, state }) => state === "here" && `#${id}` === location.hash);
  const into = list.querySelector("[data-kept-into]");
  into.replaceChildren(...(one ? [page(one)] : all.map(row)));
  list.querySelector("[data-kept-list]").hidden = Boolean(one);
  list.querySelector("[data-kept-none]").hidden = all.length > 0;
  list.querySelector("[data-kept-all]").hidden = Boolean(one);
}

/** Keys, items, the page without a line, pushes, the worker itself. */
async function everything() {
  await empty();
  const registered = await navigator.serviceWorker.getRegistration();
  await (await registered?.pushManager?.getSubscription())?.unsubscribe().catch(() => {});
  for (const name of await caches.keys()) await caches.delete(name); // eslint-disable-line no-await-in-loop
  await registered?.unregister();
}

async function show() {
  if (!able) return;
  list.hidden = false;
  document.querySelector("[data-kept-cannot]").hidden = true;
  await draw();
  addEventListener("hashchange", () => { draw(); scrollTo(0, 0); });
  const line = list.querySelector("[data-kept-said]");
  list.querySelector("[data-kept-wipe]").addEventListener("click", async () => {
    await everything();
    line.textContent = list.dataset.keptEmptied;
    await draw();
    line.focus();
  });
  const look = async () => {
    const said = await contact();
    list.querySelector("[data-kept-no-line]").hidden = said !== "no line";
    list.querySelector("[data-kept-refused]").hidden = said !== "refused";
    await draw();
  };
  addEventListener("online", look);
  await look();
}

if (able) for (const box of document.querySelectorAll("[data-keep]")) offer(box).catch(() => {});
if (list) show().catch(() => {});
