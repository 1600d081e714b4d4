// The app on a reporter's phone. A browser that cannot, or a private window, has the plain pages and hears nothing of it.
//
//   <section data-app data-app-worker="/worker.js">  what is not sent yet, and whether there is a line (intake/_app.html)
//   <button data-app-keep>, <button data-app-wipe>    put it on this phone; take all of it off again (intake/app.html)
//   <p data-app-kept="ID">                            on the page with the code: this report need not be kept any more
import { deliver, drop, fields, kept, wipe } from "./box.js";
import { push } from "./push.js";

const AGAIN_MS = 30000; // between two tries to send, while a page is open
const BACK_MS = [0, 1000, 3000, 8000, 15000]; // after the line is back
const box = document.querySelector("[data-app]");
const words = box?.dataset || {};
const able = "serviceWorker" in navigator && "caches" in window && window.isSecureContext && Boolean(crypto.subtle);
const alone = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

const find = (name) => document.querySelector(`[data-app-${name}]`);

function say(name, text) {
  const line = find(name);
  if (!line) return;
  line.textContent = text;
  line.parentElement.hidden = !text;
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "usa-button usa-button--outline";
  made.textContent = label;
  made.addEventListener("click", () => act(made));
  return made;
}

/** Send it as a page does: the answer is the page with the code. What was sent before gets the same code again. */
async function show(id) {
  const { action, fields: pairs } = await fields(id);
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  form.enctype = "multipart/form-data";
  form.hidden = true;
  for (const [name, value] of pairs) {
    const field = document.createElement("textarea"); // an input would swallow the ends of lines
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
}

function row({ id, state }) {
  const item = document.createElement("li");
  const said = document.createElement("p");
  said.textContent = { sent: words.appSent, asked: words.appAsked }[state] || words.appWaiting;
  const remove = button(words.appRemove, async (pressed) => {
    if (state !== "sent" && pressed.textContent !== words.appSure) { pressed.textContent = words.appSure; return; }
    await drop(id);
    await draw();
    find("list").focus();
  });
  const go = button(state === "sent" ? words.appCode : words.appNow, () => show(id));
  const pair = document.createElement("div");
  pair.className = "buttons";
  pair.append(go, remove);
  item.append(said, pair);
  return item;
}

let drawn = "";
let worker = null;

async function draw() {
  const all = await kept();
  const now = JSON.stringify(all);
  const list = find("list");
  if (!list || now === drawn) return;
  drawn = now;
  list.replaceChildren(...all.map(row));
  list.parentElement.hidden = all.length === 0;
}

/** What is true of this page while there is no line: the worker keeps a report, and nothing else; a page without one keeps nothing. */
function without() {
  if (!document.querySelector('form[method="post"]')) return words.appNoLine;
  return navigator.serviceWorker?.controller && document.querySelector('button[value="send"]') ? words.appOffline : words.appPlain;
}

/** Say it where somebody pressed as well: the line at the top may be out of sight. */
function atButton(pressed, text) {
  document.getElementById("line-stays")?.remove();
  if (!pressed || !text) return;
  const said = document.createElement("p");
  said.id = "line-stays";
  said.className = "usa-error-message";
  said.setAttribute("role", "alert");
  pressed.before(said);
  said.textContent = text;
  said.scrollIntoView({ block: "nearest" });
}

async function line() {
  if (navigator.onLine === false) return false;
  return fetch("/healthz", { cache: "no-store", credentials: "omit" }).then((answer) => answer.ok, () => false);
}

async function look() {
  const up = await line();
  say("line", up ? "" : without());
  if (up) atButton(null, "");
  if (up && (await kept()).some(({ state }) => state === "waiting")) await deliver();
  await draw();
}

/** Without a line a form stays where it is, with every word; the worker keeps a report that is to be sent. */
function stays(event) {
  if (navigator.onLine !== false || event.defaultPrevented) return;
  if (navigator.serviceWorker?.controller && event.submitter?.value === "send") return;
  event.preventDefault();
  say("line", words.appStays);
  atButton(event.submitter, words.appStays);
}

/** The line is back: at once, and again soon, for a phone says so before it is quite true. */
function back() {
  for (const ms of BACK_MS) setTimeout(look, ms);
}

async function clear() {
  if (worker) {
    const gone = new MessageChannel();
    const answer = new Promise((done) => { gone.port1.onmessage = done; setTimeout(done, 3000); });
    worker.postMessage({ wipe: true }, [gone.port2]); // it goes on when this page is gone
    await answer;
  }
  await wipe();
}

async function put() {
  await navigator.serviceWorker.register(words.appWorker, { scope: "/" });
  worker = (await navigator.serviceWorker.ready).active;
}

async function settings() {
  const [add, remove, told] = [find("keep"), find("wipe"), find("told")];
  if (!add) return;
  if (!able) { add.hidden = remove.hidden = true; told.textContent = words.appUnable; return; }
  const there = Boolean(await navigator.serviceWorker.getRegistration());
  told.textContent = there ? words.appHere : words.appNotHere;
  add.hidden = there;
  remove.hidden = !there && (await kept()).length === 0;
}

function press(name, act, said) {
  find(name)?.addEventListener("click", async () => {
    await act().catch(() => { said = words.appUnable; });
    await settings().catch(() => {});
    find("told").textContent = said;
    find("told").focus({ preventScroll: true });
    find("told").scrollIntoView({ block: "center" });
  });
}

/** Each opening of the page that needs no line is a report of its own, also when the page comes out of the phone's store. */
function mint() {
  const field = find("key");
  if (!field) return;
  const bits = crypto.getRandomValues(new Uint8Array(16));
  field.value = btoa(String.fromCharCode(...bits)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function begin() {
  mint();
  addEventListener("leave-quickly", () => { if (able) clear().catch(() => {}); });
  // before `once.js` counts the press as one that left; the dialogue's reply, which has a way of its own, first tries that
  document.addEventListener("submit", (event) => { if (event.target.id !== "reply") stays(event); }, true);
  document.addEventListener("submit", stays);
  addEventListener("offline", () => say("line", without()));
  addEventListener("online", () => { say("line", ""); atButton(null, ""); });
  if (!able) return settings();
  press("keep", put, words.appHere);
  press("wipe", () => clear().then(draw), words.appGone);
  push(put).catch(() => {});
  if (alone) await put().catch(() => {});
  await settings();
  const done = find("kept")?.dataset.appKept;
  if (done) await drop(done).catch(() => {});
  const registered = await navigator.serviceWorker.getRegistration();
  if (!registered) return undefined;
  worker = registered.active;
  navigator.serviceWorker.addEventListener("message", ({ data }) => (data?.no === "line" ? say("line", words.appStays) : draw()));
  addEventListener("online", back);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") look(); });
  setInterval(look, AGAIN_MS);
  if (location.hash === "#shared") say("pictures-line", words.appPictures);
  return look();
}

begin().catch(() => {}); // storage that is switched off: the plain pages
