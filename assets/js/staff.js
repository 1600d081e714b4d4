// The desk.
import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";
import "./htmx-extensions.js";
import { alarm, sound } from "./alarm.js";
import { buttons, say } from "./buttons.js";
import { callTimer } from "./calltimer.js";
import { countdown, setServerNow, tickClocks } from "./countdown.js";
import { live } from "./live.js";
import { picker } from "./picker.js";
import { roving, shortcuts } from "./shortcuts.js";
import { titleBadge } from "./titlebadge.js";

document.documentElement.classList.add("js");
buttons();
picker();
countdown();
shortcuts();
roving();
callTimer();
alarm();
live();
titleBadge();
document.querySelector("[data-focus]")?.focus();

// Swaps: hx-swap="morph:innerHTML" keeps focus, scroll, typed words and open <details> where they are.
// A field that somebody is typing in is never overwritten.
Idiomorph.defaults.ignoreActiveValue = true;
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => {
  if (name === "open" && node.nodeName === "DETAILS") return false;
  if (name === "value" && node.nodeName === "TEXTAREA") return false;
  return undefined;
};
// A draft that differs from what the server had sent is the call-taker's, not the server's.
Idiomorph.defaults.callbacks.beforeNodeMorphed = (old) =>
  !(old.nodeType === 1 && old.matches("textarea, input[type=text], input:not([type])")
    && old.value !== old.defaultValue);

document.body.addEventListener("htmx:afterSettle", (event) => {
  tickClocks();
  titleBadge();
  // After an act the focus goes to what comes next (or to what is wrong); news from elsewhere never move it.
  const next = event.detail.requestConfig?.verb === "post" && document.querySelector("[data-focus]");
  if (next) { next.removeAttribute("data-focus"); next.focus(); }
});

// The server may say a line to screen readers, sound, or set the clock:
// HX-Trigger: {"announce": "…", "alarm": "danger", "server-now": "…"}.
document.body.addEventListener("alarm", () => sound("danger"));
document.body.addEventListener("announce", (event) => say(event.detail.value));
document.body.addEventListener("server-now", (event) => setServerNow(event.detail.value));

// A request that fails is never silent.
function failed() {
  const notice = document.querySelector("[data-request-failed]");
  if (notice) notice.hidden = false;
}
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.body.addEventListener(name, failed);
document.body.addEventListener("htmx:afterRequest", (event) => {
  const notice = document.querySelector("[data-request-failed]");
  if (notice && event.detail.successful) notice.hidden = true;
});

export { htmx };
