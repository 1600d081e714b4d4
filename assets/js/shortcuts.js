// Every act has a key. <button data-key="j" data-key-label="Judge">: pressing j clicks it (or focuses it, if it is a
// field). While typing, plain keys type; Alt+J works everywhere. `?` lists what this page offers.
// Single keys can be switched off in that list (WCAG 2.1.4); Alt+key stays.
const KEY = "upstander.keys";

function single() {
  try { return localStorage.getItem(KEY) !== "off"; } catch { return true; }
}

function typing(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit])");
}

// What stands in a closed <details> has boxes, but nobody sees it: no key reaches it.
function usable(element) {
  if (element.disabled) return false;
  return element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0;
}

function scope() { return document.querySelector("dialog[open]") || document; }

function find(key) {
  for (const element of scope().querySelectorAll("[data-key]")) {
    if (element.dataset.key.toLowerCase() === key && usable(element)) return element;
  }
  return null;
}

function act(element) {
  if (element.matches("input:not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select")) element.focus();
  else { element.focus({ preventScroll: true }); element.click(); }
}

function pressed(event) {
  if (event.altKey && !event.ctrlKey && !event.metaKey) {
    const letter = /^(?:Key|Digit)(.)$/.exec(event.code); // Option changes the character on a Mac
    return letter ? letter[1].toLowerCase() : event.key.toLowerCase();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !single()) return null;
  return event.key.toLowerCase();
}

function label(element) {
  return element.dataset.keyLabel || element.getAttribute("aria-label")
    || document.querySelector(`label[for="${element.id}"]`)?.textContent.trim()
    || element.textContent.replace(/\s+/g, " ").trim();
}

function list(dialog) {
  const rows = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (usable(element) && !rows.has(element.dataset.key)) rows.set(element.dataset.key, label(element));
  }
  dialog.querySelector("[data-shortcut-list]").replaceChildren(...[...rows].flatMap(([key, text]) => {
    const term = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key.length === 1 ? key.toUpperCase() : key;
    term.append(kbd);
    const description = document.createElement("dd");
    description.textContent = text;
    return [term, description];
  }));
  const toggle = dialog.querySelector("[data-single-keys]");
  toggle.checked = single();
  toggle.onchange = () => {
    try { localStorage.setItem(KEY, toggle.checked ? "on" : "off"); } catch { /* this visit only */ }
  };
  dialog.showModal();
}

export function shortcuts() {
  const dialog = document.getElementById("shortcuts");
  document.addEventListener("click", (event) => {
    if (dialog && event.target.closest("[data-shortcuts]")) list(dialog);
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return; // a key held down is pressed once
    const key = pressed(event);
    if (!key) return;
    if (key === "?" && dialog && !dialog.open) { event.preventDefault(); list(dialog); return; }
    const element = find(key);
    if (!element) return;
    event.preventDefault();
    act(element);
  });
}

/** Arrow keys (and home, end) between the links of a [data-roving] list. */
export function roving() {
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("[data-roving]");
    if (!box || typing(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
    const stops = [...box.querySelectorAll("a[href]")];
    const at = stops.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (at < 0 || to === undefined || !stops[to]) return;
    event.preventDefault();
    stops[to].focus();
  });
}
