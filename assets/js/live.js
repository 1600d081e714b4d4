// The live line. One EventSource a page, watched: if nothing is heard for 12 s the page turns red and sounds, whoever
// failed (decision: red by absence; 12 s, for with the rest of the way it is 15 at most: docs/decisions/0086). Every event
// counts as a sign of life; a connection that merely opens does not, so the server sends a heartbeat at once and then every
// few seconds. The header bar (`#bar`), which says what is red, is watched alike: heartbeats alone do not make a page true.
//
//   <body data-live-url="/live/" data-tick-url="…/tick.js">
//
// | event       | data (JSON, all optional)           | what it does                                    |
// | heartbeat   | {now}                               | sets the clock                                  |
// | queue       | {say}                               | triggers `live:queue` on body                   |
// | tip         | {tip}                               | triggers `live:tip:<id>` and `live:tip`         |
// | red         | {count, say, sound}                 | triggers `live:red`; sounds unless sound=false  |
//
// In the page: hx-trigger="live:queue from:body". After a reconnect `live:queue`, `live:red` and `live:again` are
// triggered (and `live:tip:*` for what is open), since whatever happened meanwhile was missed.
import htmx from "htmx.org";
import { sound } from "./alarm.js";
import { say } from "./buttons.js";
import { setServerNow, tickClocks } from "./countdown.js";
import { whenLifted } from "./press.js";
import { titleBadge } from "./titlebadge.js";

const SILENCE_MS = 12000;
const LOOK_MS = 6000; // the bar asks every 5 s by itself; a hidden tab's timers are slowed, and the worker's tick is not
const BAR_PATIENCE_MS = 10000; // an answer of the bar that takes longer never comes: it asks again
const PATIENCE_MS = 5000; // how long a fresh connection may take to say something
const REPEAT_MS = 20000; // the lost-line sound comes again
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15000;

let source = null;
let heard = 0;
let asked = 0; // when the bar last asked, and when it last had its answer
let answered = 0;
let lastTick = 0;
let lastSound = 0;
let retryMs = FIRST_RETRY_MS;
let retryAt = 0;
let openedAt = 0;
let lostSomething = false;

function data(event) {
  if (!event.data) return {};
  try {
    const value = JSON.parse(event.data);
    return value !== null && typeof value === "object" ? value : { tip: String(value) };
  } catch {
    return { tip: event.data };
  }
}

function tell(name, detail = {}) { htmx.trigger(document.body, name, detail); }

function silent(on) {
  const was = document.body.classList.contains("is-silent");
  if (on === was) return;
  document.body.classList.toggle("is-silent", on);
  const bar = document.querySelector("[data-live-lost]");
  if (bar) whenLifted(() => { bar.hidden = !on; });
  if (on) { sound("lost"); lastSound = Date.now(); lostSomething = true; }
  titleBadge();
}

function isBar(event) { return event.detail.elt?.id === "bar"; }

function unanswered(now) { return document.getElementById("bar") !== null && now - answered > SILENCE_MS; }

function alive() {
  heard = Date.now();
  retryMs = FIRST_RETRY_MS;
  silent(unanswered(heard));
  if (!lostSomething) return;
  lostSomething = false;
  tell("live:queue");
  tell("live:red");
  tell("live:again");
  for (const open of document.querySelectorAll("[data-live-tip]")) tell(`live:tip:${open.dataset.liveTip}`);
}

function later() {
  source.close();
  retryAt = Date.now() + retryMs * (0.75 + Math.random() / 2);
  retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
}

function connect() {
  source?.close();
  retryAt = 0;
  openedAt = Date.now();
  source = new EventSource(document.body.dataset.liveUrl);
  source.onerror = () => {
    lostSomething = true;
    later();
  };
  const on = (name, handle) => source.addEventListener(name, (event) => { alive(); handle(data(event)); });
  on("heartbeat", ({ now }) => { if (now) setServerNow(now); });
  on("queue", (detail) => { tell("live:queue", detail); if (detail.say) say(detail.say); });
  on("tip", (detail) => { tell(`live:tip:${detail.tip}`, detail); tell("live:tip", detail); });
  on("red", (detail) => {
    tell("live:red", detail);
    if (detail.say) say(detail.say);
    if (detail.sound !== false && detail.count !== 0) sound("danger");
  });
}

function tick() {
  const now = Date.now();
  const slept = lastTick > 0 && now - lastTick > SILENCE_MS;
  lastTick = now;
  if (slept) { lostSomething = true; connect(); }
  const lost = now - heard > SILENCE_MS;
  const red = lost || unanswered(now);
  silent(red);
  if (red && now - lastSound > REPEAT_MS) { sound("lost"); lastSound = now; }
  if (now - asked > LOOK_MS) { asked = now; tell("live:red"); }
  if (retryAt && now >= retryAt) connect();
  // A half-open line raises no error: after the silence open a new one, again and again.
  if (lost && !retryAt && now - openedAt > PATIENCE_MS) later();
}

function wake() {
  if (document.visibilityState !== "visible") return;
  tickClocks();
  if (Date.now() - heard > SILENCE_MS / 2) { lostSomething = true; retryMs = FIRST_RETRY_MS; connect(); }
}

function watchBar() {
  asked = answered = Date.now();
  document.body.addEventListener("htmx:configRequest", (event) => { if (isBar(event)) event.detail.timeout = BAR_PATIENCE_MS; });
  document.body.addEventListener("htmx:beforeRequest", (event) => { if (isBar(event)) asked = Date.now(); });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!isBar(event) || !event.detail.successful) return;
    answered = Date.now();
    silent(answered - heard > SILENCE_MS);
  });
}

export function live() {
  if (!document.body.dataset.liveUrl) return;
  heard = Date.now();
  watchBar();
  connect();
  const { tickUrl } = document.body.dataset;
  try {
    const worker = new Worker(tickUrl);
    worker.onmessage = tick;
    worker.onerror = () => setInterval(tick, 1000);
  } catch {
    setInterval(tick, 1000);
  }
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", () => { retryMs = FIRST_RETRY_MS; connect(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { lostSomething = true; connect(); } });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-live-retry]")) { lostSomething = true; retryMs = FIRST_RETRY_MS; connect(); }
  });
  // A held lock keeps browsers from freezing the hidden tab.
  navigator.locks?.request(`upstander-desk-${Math.random()}`, () => new Promise(() => {}));
}
