// The desk.
import htmx from "htmx.org";
import "./htmx-extensions.js";
import { alarm, sound } from "./alarm.js";
import { autosave } from "./autosave.js";
import { buttons, say } from "./buttons.js";
import { callTimer } from "./calltimer.js";
import { countdown, setServerNow, tickClocks } from "./countdown.js";
import { drafts } from "./drafts.js";
import { failures } from "./failures.js";
import { follow } from "./follow.js";
import { kinds } from "./kinds.js";
import { live } from "./live.js";
import { once } from "./once.js";
import { picker } from "./picker.js";
import { press } from "./press.js";
import { roving, shortcuts } from "./shortcuts.js";
import { steady } from "./steady.js";
import { titleBadge } from "./titlebadge.js";

document.documentElement.classList.add("js");
press();
once();
buttons();
picker();
countdown();
shortcuts();
roving();
callTimer();
alarm();
live();
titleBadge();
drafts();
steady();
failures();
kinds();
autosave();
follow();
const wrong = document.querySelector("[data-focus]");
const named = wrong?.querySelectorAll('a[href^="#"]') ?? [];
// Somebody is on the line: where one field is wrong the next words go into it, and are no shortcuts.
const one = named.length === 1 && document.querySelector("[data-autosave]") && document.getElementById(named[0].hash.slice(1));
(one || wrong)?.focus();

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

export { htmx };
