// The school picker: an ARIA 1.2 combo box over the server-side search that works without it.
//
//   <div data-picker>
//     <input data-picker-url="/api/v1/schools" data-picker-value="#id_school_id" ...>
//     <input type="hidden" id="id_school_id" name="school_id">
//     <div class="no-js">... the search button of the page without JavaScript ...</div>
//   </div>
//
// The list is offered, never forced: what is typed and not chosen goes to the server as it stands.
// Words come from data attributes so that they are translated: data-picker-none, -one, -many, -chosen, -error.
import { whenLifted } from "./press.js";

const WAIT_MS = 180;

function optionFor(school, id) {
  const option = document.createElement("li");
  option.id = id;
  option.className = "usa-combo-box__list-option";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const name = document.createElement("b");
  name.textContent = school.name;
  const place = document.createElement("small");
  place.textContent = [school.city, school.district].filter(Boolean).join(" \u00b7 ");
  option.append(name, place);
  return option;
}

class Picker {
  constructor(input) {
    this.input = input;
    this.words = input.dataset;
    this.value = document.querySelector(input.dataset.pickerValue);
    this.schools = [];
    this.active = -1;
    this.round = 0;
    this.build();
    this.listen();
  }

  build() {
    const { input } = this;
    const id = `${input.id}-list`;
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.className = "usa-combo-box__list";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    const label = document.querySelector(`label[for="${input.id}"]`);
    if (label) {
      label.id = label.id || `${input.id}-label`;
      this.list.setAttribute("aria-labelledby", label.id);
    }
    this.status = document.createElement("p");
    this.status.className = "usa-combo-box__status";
    this.status.setAttribute("role", "status");
    const box = document.createElement("div");
    box.className = "usa-combo-box";
    input.before(box);
    box.append(input, this.list);
    box.after(this.status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
      autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    })) input.setAttribute(name, value);
  }

  listen() {
    const { input, list } = this;
    input.addEventListener("input", () => {
      this.value.value = "";
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), WAIT_MS);
    });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => whenLifted(() => this.close())); // the button below that is being pressed stays put
    list.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus in the input
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...list.children].indexOf(option));
    });
  }

  async search() {
    const text = this.input.value.trim();
    const round = (this.round += 1);
    if (text.length < 2) { this.show([]); this.status.textContent = ""; return; }
    try {
      // POST: the box takes any words, and an address stands in the logs of every proxy on the way
      const answer = await fetch(this.words.pickerUrl, {
        method: "POST",
        body: new URLSearchParams({ q: text }),
        headers: { Accept: "application/json", ...this.token() },
        credentials: this.words.pickerSignedIn ? "same-origin" : "omit", // the public origin has no cookie to send
        referrerPolicy: "same-origin", // under no-referrer a POST says "Origin: null", like a stranger's
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { schools } = await answer.json();
      if (round !== this.round) return; // a later letter has overtaken this answer
      this.show(schools);
      this.status.textContent = this.found(schools.length);
    } catch {
      if (round === this.round) { this.show([]); this.status.textContent = this.words.pickerError || ""; }
    }
  }

  found(n) {
    const { pickerNone = "", pickerOne = "", pickerMany = "" } = this.words;
    return n === 0 ? pickerNone : n === 1 && pickerOne ? pickerOne : pickerMany.replace("{n}", n);
  }

  token() { // of a signed-in page, as htmx sends it
    return this.words.pickerSignedIn ? JSON.parse(document.body.getAttribute("hx-headers") || "{}") : {};
  }

  show(schools) {
    this.schools = schools;
    this.active = -1;
    this.list.replaceChildren(...schools.map((school, n) => optionFor(school, `${this.list.id}-${n}`)));
    this.list.hidden = schools.length === 0;
    this.room();
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  /** The open list pushes the page down by what it covers, so that "Next" can be reached below it. */
  room() { this.list.parentElement.style.marginBottom = this.list.hidden ? "" : `${this.list.offsetHeight}px`; }

  close() { this.round += 1; this.show([]); }

  move(to) {
    const options = this.list.children;
    if (!options.length) return;
    if (this.active >= 0) options[this.active].setAttribute("aria-selected", "false");
    this.active = (to + options.length) % options.length;
    const option = options[this.active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(n) {
    const school = this.schools[n];
    const place = [school.city, school.district].filter(Boolean).join(", ");
    this.value.value = school.id;
    this.input.value = school.name;
    this.close();
    this.status.textContent = (this.words.pickerChosen || "{name}, {place}")
      .replace("{name}", school.name).replace("{place}", place);
    this.input.dispatchEvent(new CustomEvent("picker:chosen", { bubbles: true, detail: school }));
  }

  key(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown") {
      if (!open) this.search(); else this.move(this.active + 1);
    } else if (event.key === "ArrowUp" && open) {
      this.move(this.active < 0 ? -1 : this.active - 1);
    } else if (event.key === "Home" && open && this.active >= 0) {
      this.move(0);
    } else if (event.key === "End" && open && this.active >= 0) {
      this.move(-1);
    } else if (event.key === "Enter" && open && this.active >= 0) {
      this.choose(this.active);
    } else if (event.key === "Escape" && open) {
      this.close();
      return; // not swallowed: Escape twice leaves the page
    } else {
      return;
    }
    event.preventDefault();
  }
}

export function picker() {
  for (const input of document.querySelectorAll("[data-picker-url]")) new Picker(input);
}
