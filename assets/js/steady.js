// The server's answers come when they come; the person at the page has the way.
//   - What arrives while a pointer is down is shown when it is lifted (press.js).
//   - What was asked for before an act was answered may show the page as it stood before the act: it is asked for again.
//   - A second press of a form whose first is under way is no second act.
//   - <… data-newest hx-sync="closest form:abort">: a newer question replaces the older one of the same element.
//   - The field that somebody types in stays where it is on the screen.
//   - Where the answer to an act takes the button away that was pressed, the focus goes to what stands in its place.
import htmx from "htmx.org";
import { writing } from "./drafts.js";
import { renewed } from "./once.js";
import { pressed, whenLifted } from "./press.js";

const underWay = new WeakSet(); // forms
let acts = 0; // answered so far

/** A form that was sent; a preview or a poll is none. */
export const isAct = ({ elt, verb }) => verb !== "get" && elt.matches("form");

/** One answer, now that nothing is pressed. `before`: how many acts had been answered when it was asked for. */
function answer({ xhr, requestConfig, pathInfo }, before, show) {
  const { elt, verb } = requestConfig;
  if (isAct(requestConfig)) {
    acts += 1;
    show();
    renewed();
  } else if (!elt.isConnected) {
    xhr.onabort(); // the page has moved on; htmx tidies up as for what nobody wants any more
  } else if (verb === "get" && before !== acts) {
    htmx.ajax("GET", pathInfo.requestPath, { source: elt }).catch(() => {}); // stands in line; a failure tells of itself
    xhr.onabort(); // and begins the next in line
  } else {
    show();
  }
}

function sending({ detail }) {
  const { xhr, requestConfig } = detail;
  const { onload } = xhr;
  const before = acts;
  const over = () => underWay.delete(requestConfig.elt);
  if (isAct(requestConfig)) underWay.add(requestConfig.elt);
  xhr.addEventListener("loadend", () => { if (xhr.status === 0) over(); }); // no answer came
  xhr.onload = (load) => {
    let wanted = true;
    // As long as an answer is not shown it can be called off, like one that has not come yet.
    if (pressed()) xhr.abort = () => { wanted = false; over(); xhr.onabort(); };
    whenLifted(() => {
      if (!wanted) return;
      over();
      answer(detail, before, () => onload.call(xhr, load));
    });
  };
}

let place = null; // of the field that somebody types in

function scroller(field) {
  const box = field.closest(".desk__scroll");
  return box && getComputedStyle(box).overflowY === "auto" ? box : document.scrollingElement;
}

function keepPlace() {
  const { field, top } = place || {};
  place = null;
  if (!field?.isConnected) return;
  const moved = field.getBoundingClientRect().top - top;
  if (moved) scroller(field).scrollTop += moved;
}

let left = ""; // the id of the part that had the focus and is being replaced

/** Who works by keyboard goes on from there, not from the top of the page. */
function keepFocus() {
  const part = left && document.activeElement === document.body && document.getElementById(left);
  left = "";
  if (part) part.querySelector("summary, button")?.focus({ preventScroll: true });
}

export function steady() {
  const on = (name, handle) => document.body.addEventListener(name, handle);
  on("htmx:beforeSend", sending);
  on("htmx:confirm", (event) => { if (underWay.has(event.detail.elt)) event.preventDefault(); });
  on("htmx:trigger", ({ target }) => {
    if (target.matches("[data-newest].htmx-request")) htmx.trigger(target.closest("form"), "htmx:abort");
  });
  on("htmx:beforeSwap", ({ detail }) => {
    const act = isAct(detail.requestConfig);
    left = act && detail.target.contains(document.activeElement) ? detail.target.id : "";
    const field = act ? null : writing();
    place = field && { field, top: field.getBoundingClientRect().top };
  });
  on("htmx:afterSwap", keepPlace);
  on("htmx:afterSettle", keepFocus);
}
