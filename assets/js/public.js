// Reporter and school pages. Everything here makes a page nicer; nothing makes it possible.
import { buttons } from "./buttons.js";
import { countdown } from "./countdown.js";
import { picker } from "./picker.js";
import { quickExit } from "./quickexit.js";

document.documentElement.classList.add("js");
quickExit();
buttons();
picker();
countdown();
document.querySelector("[data-focus]")?.focus();
