// Reporter and school pages. Everything here makes a page nicer; nothing makes it possible.
import { buttons } from "./buttons.js";
import { countdown } from "./countdown.js";
import { once } from "./once.js";
import { picker } from "./picker.js";
import { press } from "./press.js";
import { quickExit } from "./quickexit.js";

document.documentElement.classList.add("js");
press();
once();
quickExit();
buttons();
picker();
countdown();
document.querySelector("[data-focus]")?.focus();
