// Sound, for danger and for silence of the line only. Browsers allow it after a gesture; until then, or when it is
// switched off, a visible notice says so.
//   <button data-alarm-toggle aria-pressed="true">Sound</button>   <div data-alarm-blocked hidden>…</div>
import { whenLifted } from "./press.js";

const KEY = "upstander.sound";
const SETTLES_MS = 300;
let context = null;
let woke = false;
let settled = false; // a browser that lets this site sound takes a moment to begin: the notice does not flash up before

function wanted() {
  try { return localStorage.getItem(KEY) !== "off"; } catch { return true; }
}

function ready() { return context !== null && context.state === "running"; }

function show() { whenLifted(draw); } // the first press is what gives the sound: the page may not move under it

function draw() {
  const on = wanted();
  for (const button of document.querySelectorAll("[data-alarm-toggle]")) {
    const pressed = String(on && ready()); // the button says what is true, not what is wished for
    if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    const state = button.querySelector("[data-state]");
    if (state) state.textContent = !on ? button.dataset.off : ready() ? button.dataset.on : button.dataset.blocked || button.dataset.off;
  }
  const notice = document.querySelector("[data-alarm-blocked]");
  if (!notice) return;
  const silent = !(on && ready());
  if (silent && settled) notice.hidden = false;
  notice.classList.toggle("is-over", !silent); // it keeps its room: what stands below does not move when it goes
}

function unlock() {
  try {
    if (!context) {
      context = new (window.AudioContext || window.webkitAudioContext)();
      context.onstatechange = show;
    }
    context.resume().catch(show); // before a gesture this waits; the notice stands until it is let
  } catch { context = null; }
  show();
}

function tone(at, hertz, seconds) {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
  gain.gain.setValueAtTime(0.4, at + seconds - 0.04);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}

/** Three rising notes for danger, two falling ones for a lost line. */
export function sound(kind) {
  document.body.dispatchEvent(new CustomEvent("alarm:wanted", { detail: kind }));
  if (!wanted() || !ready()) { show(); return false; }
  const notes = kind === "lost" ? [660, 440] : [660, 880, 1046];
  notes.forEach((hertz, n) => tone(context.currentTime + n * 0.22, hertz, 0.2));
  return true;
}

export function alarm() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-alarm-toggle]")) return;
    if (woke) { woke = false; return; } // this press has just given the sound that was asked for
    try { localStorage.setItem(KEY, wanted() ? "off" : "on"); } catch { /* stays on */ }
    show();
  });
  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, (event) => {
      woke = wanted() && !ready() && Boolean(event.target.closest?.("[data-alarm-toggle]"));
      if (!ready()) unlock();
    }, { capture: true, passive: true });
  }
  unlock();
  setTimeout(() => { settled = true; show(); }, SETTLES_MS);
}
