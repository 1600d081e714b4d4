// The words of an open tip: the page opens at the first that nobody has taken up, follows new ones while their end is in sight, and
// says so where it is not. Nothing moves under whoever reads further up, and the focus stays where it is. A word that stands below, unseen,
// is not among those that the next act takes up (`heard_live`, docs/decisions/0085).
//
//   <div id="tip-scroll"> … <ol id="dialogue" data-unread="1"><li data-said="reporter">…</ol>
//     <button type="button" data-new-words data-one="1 new word below" data-many="%n new words below" hidden></button></div>
const NEAR = 24; // pixels by which the end may be out of sight and still count as seen

const pane = () => document.getElementById("tip-scroll");
const list = () => document.getElementById("dialogue");
const typing = () => pane().contains(document.activeElement) && document.activeElement.matches("textarea, input, select");
const own = (box) => getComputedStyle(box).overflowY === "auto";

/** Whether the end of what was said is in sight. */
function atEnd() {
  const last = list()?.lastElementChild;
  if (!last) return true;
  const end = last.getBoundingClientRect().bottom;
  if (own(pane())) return end <= pane().getBoundingClientRect().bottom + NEAR;
  const writes = document.activeElement?.matches("textarea, input, select"); // the whole page would move
  return end > 0 && end <= innerHeight + NEAR && !writes;
}

function show(word, block) { word?.scrollIntoView({ block, behavior: "instant" }); }

/** How many words of the reporter the page has shown, without those that stand below unseen. */
function heard(unseen) {
  const field = document.getElementById("words-heard");
  if (field) field.value = String(Math.max(0, list().querySelectorAll('[data-said="reporter"]').length - unseen));
}

function offer(count) {
  const button = pane().querySelector("[data-new-words]");
  if (!button) return; // (own words and notes are no news)
  button.hidden = count === 0;
  button.textContent = count === 1 ? button.dataset.one : button.dataset.many.replace("%n", String(count));
}

function open() {
  const unread = Number(list().dataset.unread) || 0;
  const said = [...list().querySelectorAll('[data-said="reporter"]')];
  if (unread > 0 && location.hash === "") show(said[Math.max(0, said.length - unread)], "nearest");
}

export function follow() {
  if (!pane() || !list()) return;
  let known = list().childElementCount;
  let below = 0;
  let ended = true;
  open();
  const on = (name, handle) => document.body.addEventListener(name, handle);
  on("htmx:beforeSwap", ({ detail }) => { if (detail.target.id === "words-live") ended = atEnd(); });
  on("htmx:afterSettle", () => {
    if (!list()) return;
    const fresh = list().childElementCount - known;
    known = list().childElementCount;
    if (fresh > 0 && ended && !below && !typing()) { show(list().lastElementChild, "nearest"); return; }
    below += Math.max(0, fresh);
    if (below) tell();
  });
  const tell = () => {
    const last = below ? [...list().children].slice(-below) : [];
    const unseen = last.filter((one) => one.dataset.said === "reporter").length;
    heard(unseen);
    offer(unseen);
  };
  const seen = () => { if (below && atEnd()) { below = 0; tell(); } };
  pane().addEventListener("scroll", seen, { passive: true });
  addEventListener("scroll", seen, { passive: true });
  pane().addEventListener("click", ({ target }) => {
    if (!target.closest("[data-new-words]")) return;
    const all = [...list().children];
    show(all[Math.max(0, all.length - below)], "start");
    below = 0;
    tell();
  });
}
