// <span class="clock" data-clock><time data-due="ISO" data-start="ISO">…</time><progress></progress></span>
// and <time data-age="ISO">0:42</time>, how long ago something was:
// keeps the number and the bar true between two answers of the server. The server's own clock is told by
// <body data-server-now="ISO">, so a phone that is ten minutes wrong still counts right.

import { pressed } from "./press.js";

let skew = 0;

export function serverNow() { return Date.now() + skew; }

export function setServerNow(iso) {
  const at = Date.parse(iso);
  if (!Number.isNaN(at)) skew = at - Date.now();
}

export function span(ms) {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return `${days} d ${hours % 24} h`;
  if (hours >= 1) return `${hours}:${two(Math.floor(seconds / 60) % 60)} h`;
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

function put(element, text) { if (element.textContent !== text) element.textContent = text; }

function one(clock, now) {
  const time = clock.querySelector("time[data-due]");
  if (!time || clock.classList.contains("is-done")) return;
  const due = Date.parse(time.dataset.due);
  const start = Date.parse(time.dataset.start);
  const left = due - now;
  const words = left < 0 ? time.dataset.overdue : time.dataset.left;
  put(time, (words || "{t}").replace("{t}", span(left)));
  const whole = due - start;
  const share = whole > 0 ? Math.max(0, Math.min(1, left / whole)) : 0;
  const bar = clock.querySelector("progress");
  if (bar) bar.value = left < 0 ? 1 : 1 - share;
  const overdue = left < 0;
  if (overdue && !clock.classList.contains("is-overdue")) {
    clock.dispatchEvent(new CustomEvent("clock:overdue", { bubbles: true }));
  }
  clock.classList.toggle("is-overdue", overdue);
  clock.classList.toggle("is-soon", !overdue && (left < 60000 || share < 0.25));
}

export function tickClocks() {
  const now = serverNow();
  for (const clock of document.querySelectorAll("[data-clock]")) one(clock, now);
  for (const time of document.querySelectorAll("time[data-age]")) put(time, span(now - Date.parse(time.dataset.age)));
}

export function countdown() {
  setServerNow(document.body.dataset.serverNow);
  tickClocks();
  setInterval(() => { if (!pressed()) tickClocks(); }, 1000); // "9:59" and "10:00 overdue" are not equally wide
}
