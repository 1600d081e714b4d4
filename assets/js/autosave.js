// What is typed during a telephone call is on the server's disk a moment after each key. Without this the Save button does it.
//
//   <form data-autosave="/enter/phone/<id>/save/" data-autosave-saved="Saved {time}" data-autosave-failed="…" …>
//     <p data-autosave-status></p> <p role="alert" data-autosave-alert hidden></p>
//     <input type="hidden" name="seen">   how often it has been saved, as this page knows
//
// One save at a time, each with the whole form; what is typed meanwhile goes with the next. A line that is down is tried again
// until it answers. A form that another page has saved since, or a call that is over, is not touched: the page says so.
const WAIT_MS = 300; // after the last key
const LONGEST_MS = 1500; // while somebody goes on typing
const AGAIN_MS = 2000; // after a failure
const FAREWELL = 60000; // bytes that a browser sends for a page that is closed

const STOPS = { 409: "elsewhere", 410: "over", 413: "long" };

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-autosave-status]");
    this.alarm = form.querySelector("[data-autosave-alert]");
    this.dirty = false;
    this.busy = false;
    this.stopped = false;
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.typed());
    form.addEventListener("picker:chosen", () => this.typed());
    form.addEventListener("submit", (event) => { if (!event.defaultPrevented) this.stopped = true; });
    addEventListener("pageshow", (event) => { if (event.persisted) this.stopped = false; });
    addEventListener("pagehide", () => this.farewell());
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.dirty) this.save(); });
  }

  word(name) { return this.form.dataset[`autosave${name}`] || ""; }

  typed() {
    if (this.stopped) return;
    if (!this.dirty) this.since = performance.now();
    this.dirty = true;
    this.later(performance.now() - this.since > LONGEST_MS ? 0 : WAIT_MS);
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), ms);
  }

  body() { return new URLSearchParams(new FormData(this.form)); }

  async save() {
    clearTimeout(this.timer);
    if (this.busy || this.stopped || !this.dirty) return;
    this.busy = true;
    this.dirty = false;
    this.say("Saving");
    try {
      const answer = await fetch(this.form.dataset.autosave, { method: "POST", body: this.body(), redirect: "manual" });
      await this.answered(answer);
    } catch {
      this.dirty = true;
      this.warn("Failed");
      this.later(AGAIN_MS);
    } finally {
      this.busy = false;
    }
    if (this.dirty && !this.stopped && this.alarm.hidden) this.later(WAIT_MS);
  }

  async answered(answer) {
    const why = STOPS[answer.status];
    if (why) {
      this.stopped = why !== "long";
      this.warn(why[0].toUpperCase() + why.slice(1));
    } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      this.dirty = true;
      this.warn("Out");
      this.later(AGAIN_MS * 5); // signed in again on another page: this one goes on
    } else if (answer.ok) {
      const { seen } = await answer.json();
      this.form.elements.seen.value = seen;
      this.alarm.hidden = true;
      this.say("Saved");
    } else {
      throw new Error(String(answer.status));
    }
  }

  /** The page is left: what is not saved yet goes without waiting for an answer. */
  farewell() {
    const body = this.body();
    if (!this.dirty || this.stopped || body.toString().length > FAREWELL) return;
    fetch(this.form.dataset.autosave, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  say(name) {
    const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
    this.status.textContent = this.word(name).replace("{time}", time);
    this.status.dataset.state = name.toLowerCase();
  }

  warn(name) {
    this.say("");
    this.alarm.textContent = this.word(name);
    this.alarm.hidden = false;
  }
}

export function autosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
}
