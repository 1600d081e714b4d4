// Nothing moves under the finger. A press begins when a pointer goes down and ends with its click; between the two the
// page stays as it is, or the click would land beside the button that was meant.
//
//   whenLifted(fn)   runs fn now, or as soon as the press that is under way is over
//   pressed()        whether one is under way
//
// Who keeps a finger down for longer (to mark words, say) holds nothing back: news must not wait for that.
const LONGEST_MS = 1500;
const CLICK_MS = 400; // the click of a touch may come this much after the finger has left

let down = false;
let timer = 0;
let waiting = [];

export function pressed() { return down; }

export function whenLifted(act) {
  if (down) waiting.push(act);
  else act();
}

function later(act, ms) {
  clearTimeout(timer);
  timer = setTimeout(act, ms);
}

function over() {
  clearTimeout(timer);
  down = false;
  const acts = waiting;
  waiting = [];
  for (const act of acts) {
    try { act(); } catch (error) { setTimeout(() => { throw error; }); } // the others still have their turn
  }
}

const listen = (name, act) => addEventListener(name, act, { capture: true, passive: true });

export function press() {
  listen("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    down = true;
    later(over, LONGEST_MS);
  });
  listen("pointerup", () => { if (down) later(over, CLICK_MS); });
  listen("click", () => { if (down) later(over, 0); }); // after everybody has heard of the click
  listen("pointercancel", () => { if (down) over(); });
}
