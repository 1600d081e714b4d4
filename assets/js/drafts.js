// What somebody has begun to fill in is theirs. News that arrive by morphing (hx-swap="morph:…") leave such a form as it
// is: its words, its cursor, its boxes. They do not even take it away when it is not asked for any more, since somebody may
// be on the telephone with that row; the server says so when it is sent. The answer to the form's own press may change it.
import { Idiomorph } from "idiomorph";

const FIELDS = "textarea, select, input:not([type=hidden]):not([type=submit]):not([type=button])";
const WORDS = "textarea, select, input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=checkbox]):not([type=radio])";
let answered = null; // the form whose own answer is being shown

/** The field that somebody types or chooses in, if any. */
export function writing() {
  const field = document.activeElement;
  return field?.matches(WORDS) ? field : null;
}

function changed(field) {
  if (field.matches("select")) {
    const first = Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
    return field.selectedIndex !== first;
  }
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

const mine = (field) => field === writing() || changed(field);

function begun(form) {
  if (form === answered) return false;
  return [...form.elements].some((field) => field.matches(FIELDS) && mine(field));
}

function theirs(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  return node.matches("form") ? begun(node) : !node.closest("form") && node.matches(WORDS) && mine(node);
}

const within = (node) => (node.querySelectorAll ? [...node.querySelectorAll("form")] : []);

export function drafts() {
  // `ignoreActiveValue` would do less and more: it leaves whatever has the focus as it is, a button that must now say
  // something else, or a whole list.
  Object.assign(Idiomorph.defaults.callbacks, {
    beforeAttributeUpdated: (name, { nodeName }) => !(name === "open" && nodeName === "DETAILS") && !(name === "value" && nodeName === "TEXTAREA"),
    beforeNodeMorphed: (old) => !theirs(old),
    beforeNodeRemoved: (old) => !theirs(old) && !within(old).some(begun),
  });
  document.body.addEventListener("htmx:beforeSwap", ({ detail: { requestConfig: { elt } } }) => {
    answered = elt.matches("form") ? elt : null;
  });
  document.body.addEventListener("htmx:afterSwap", () => { answered = null; });
}
