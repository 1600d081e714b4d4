// "Leave quickly": the button, or Escape twice. Without JavaScript the button is a plain link.
//
// The page goes blank at once, the entry in the history is replaced, and a mark that dies with the tab makes the
// earlier pages of this visit jump away too when somebody presses Back.
const MARK = "q";
const TWICE_MS = 1200;

function leave(url) {
  document.documentElement.classList.add("is-leaving");
  document.title = "";
  dispatchEvent(new Event("leave-quickly")); // whatever keeps something on this device lets go of it (offline.js)
  try { sessionStorage.setItem(MARK, url); } catch { /* storage is switched off: leave all the same */ }
  location.replace(url);
}

function cameBack(event) {
  if (event.persisted) return true;
  const [entry] = performance.getEntriesByType("navigation");
  return entry !== undefined && entry.type === "back_forward";
}

export function quickExit() {
  const link = document.querySelector("[data-quick-exit]");
  if (!link) return;

  addEventListener("pageshow", (event) => {
    let url = null;
    try { url = sessionStorage.getItem(MARK); } catch { return; }
    if (!url) return;
    if (cameBack(event)) leave(link.href);
    else sessionStorage.removeItem(MARK); // somebody opened the page afresh
  });

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave(link.href);
  });

  let last = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - last < TWICE_MS) leave(link.href);
    last = event.timeStamp;
  });
}
