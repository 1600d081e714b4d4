// How long a call took, for whoever does not look at a clock meanwhile.
//   <details data-call>…<input name="seconds"><output data-call-clock></output>…</details>
// It runs from opening the details (or pressing the number beside it); an empty field is filled when the form is sent,
// what somebody typed stands.
import { span } from "./countdown.js";
import { pressed } from "./press.js";

const began = new WeakMap();

function start(call) { if (call && !began.has(call)) began.set(call, Date.now()); }

function show() {
  for (const call of document.querySelectorAll("details[data-call][open]")) {
    const clock = call.querySelector("[data-call-clock]");
    if (clock && began.has(call)) clock.textContent = span(Date.now() - began.get(call));
  }
}

export function callTimer() {
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details[data-call][open]")) { start(event.target); show(); }
  }, true);
  document.addEventListener("click", (event) => {
    const row = event.target.closest("a[href^='tel:']")?.closest("li");
    if (row) start(row.querySelector("details[data-call]"));
  });
  document.addEventListener("submit", (event) => {
    const call = event.target.closest("details[data-call]");
    const field = call?.querySelector("input[name=seconds]");
    if (field && !field.value && began.has(call)) field.value = Math.round((Date.now() - began.get(call)) / 1000);
  }, true);
  setInterval(() => { if (!pressed()) show(); }, 1000);
}
