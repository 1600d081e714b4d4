// A thing is done once, however nervous the finger. The server guards what it can; here a second press does not even leave:
//   - a click on the spot of the last one within DOUBLE_MS of it, or of its answer: whatever button stands there by now
//     ("Give back" where "Take" was), nobody can have meant it
//   - Enter that is held down
//   - the same button of a form whose first answer is still on its way (htmx: see steady.js)
const DOUBLE_MS = 500;
const NEAR_PX = 8;
const UNDER_WAY_MS = 5000; // then somebody on a bad line may try again

const SENDS = "button:not([type=button]):not([type=reset]), input[type=submit]";
const sent = new WeakMap();
let last = { at: -Infinity, x: 0, y: 0 };

/** The answer to what was pressed has just been shown. */
export function renewed() { if (last.at > 0) last.at = performance.now(); }

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function clicked(event) {
  const button = event.target.closest?.(SENDS);
  if (!button?.form || event.detail === 0) return; // 0: pressed by key
  const { timeStamp: at, clientX: x, clientY: y } = event;
  const again = at - last.at < DOUBLE_MS && Math.abs(x - last.x) < NEAR_PX && Math.abs(y - last.y) < NEAR_PX;
  if (again) swallow(event);
  else last = { at, x, y };
}

function held(event) {
  if (event.repeat && event.key === "Enter" && event.target.closest?.("form") && !event.target.matches("textarea")) swallow(event);
}

function submitted(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const before = sent.get(form);
  const button = event.submitter?.name ? `${event.submitter.name}=${event.submitter.value}` : "";
  if (before && before.button === button && event.timeStamp - before.at < UNDER_WAY_MS) event.preventDefault();
  else sent.set(form, { button, at: event.timeStamp });
}

export function once() {
  addEventListener("click", clicked, true);
  addEventListener("keydown", held, true);
  document.addEventListener("submit", submitted);
}
