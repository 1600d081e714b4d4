// Files on a reporter's page, brought in chunks while the page is open. Without this the form itself brings them.
//
//   <div data-upload data-upload-begin="/api/v1/uploads">
//     <ul data-upload-list></ul> <input type="file" name="file" multiple> <p data-upload-status></p>
//   </div>
//
// Each file gets a line with a bar. A line that breaks is taken up where it broke. What has arrived is a hidden field `upload` of the
// form; nothing is kept on the device. Sending waits for what is on its way, but not for long: words never wait for a picture.

const PAUSES = [500, 1000, 2000, 4000, 8000, 15000, 30000]; // ms before trying again
const TRIES = 40;
const PATIENCE = 15000; // ms that words which were to be sent wait for a file

// Where people are signed in (data-upload-cookie) the form's own token says that the page is ours.
const cookie = document.querySelector("[data-upload-cookie]")?.closest("form").elements.csrfmiddlewaretoken.value;

class Refused extends Error {}

function wait(ms) { return new Promise((done) => { setTimeout(done, ms); }); }

async function ask(address, token, options = {}) {
  const answer = await fetch(address, {
    credentials: cookie ? "same-origin" : "omit", // the public origin has no cookie to send
    referrerPolicy: "same-origin",
    cache: "no-store",
    ...options,
    headers: { Accept: "application/json", ...(cookie ? { "X-CSRFToken": cookie } : {}), ...(token ? { Authorization: `Upload ${token}` } : {}), ...options.headers },
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  if (answer.status >= 500 && answer.status !== 507) {
    const told = await answer.json().catch(() => null);
    if (!told?.error || told.error.code !== "file_full") throw new Error(String(answer.status)); // busy: again
    throw new Refused(told.error.message);
  }
  if (answer.status === 408) throw new Error("408");
  const told = await answer.json().catch(() => null);
  throw new Refused(told?.error?.message || "");
}

class Uploads {
  constructor(box) {
    this.box = box;
    this.words = box.dataset;
    this.list = box.querySelector("[data-upload-list]");
    this.status = box.querySelector("[data-upload-status]");
    this.input = box.querySelector("input[type=file]");
    this.form = box.closest("form");
    this.busy = 0;
    this.coming = new Set();
    this.input?.addEventListener("change", () => this.chosen());
    this.form.addEventListener("submit", (event) => this.hold(event));
  }

  chosen() {
    for (const file of this.input.files) this.bring(file);
    this.input.value = ""; // the chunks bring it; the form brings its token
  }

  hold(event) {
    const back = event.submitter?.value || "";
    if (!this.busy || !(cookie || back === "send" || back === "reply")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.held) return;
    this.held = event.submitter;
    if (!cookie) setTimeout(() => this.leave(), PATIENCE); // a member's form is about the file: it waits
    this.status.textContent = this.words.uploadHold;
    this.status.classList.remove("usa-sr-only");
  }

  /** Send what is held. A file that has not come is named, so that the next page says so. */
  leave() {
    if (!this.held) return;
    for (const { row, file } of this.coming) {
      row.gone = true;
      row.item.append(Uploads.hidden("upload_fault", `late:${file.name.slice(0, 200)}`));
    }
    const by = this.held;
    this.held = null;
    this.busy = 0;
    this.status.textContent = "";
    this.form.requestSubmit(by);
  }

  static hidden(name, value) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    return field;
  }

  row(file) {
    const item = document.createElement("li");
    item.className = "files__item";
    const name = document.createElement("span");
    name.textContent = `${file.name} (${file.size < 1e5 ? `${Math.ceil(file.size / 1e3)} kB` : `${(file.size / 1e6).toFixed(1)} MB`})`;
    const bar = document.createElement("progress");
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    const said = document.createElement("span");
    said.className = "muted";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "usa-button usa-button--unstyled";
    button.textContent = this.words.uploadRemove;
    const hidden = document.createElement("span");
    hidden.className = "usa-sr-only";
    hidden.textContent = ` ${file.name}`;
    button.append(hidden);
    item.append(name, bar, said, button);
    this.list.append(item);
    return { item, bar, said, button, gone: false };
  }

  /** `begun`: what the server said when the same file was begun before; it is asked which parts it has, and gets the others. */
  async bring(file, begun = null) {
    const row = this.row(file);
    row.begun = begun;
    row.button.addEventListener("click", () => { row.gone = true; row.item.remove(); this.input?.focus(); });
    const one = { row, file };
    this.busy += 1;
    this.coming.add(one);
    try {
      await this.whole(file, row);
    } finally {
      this.coming.delete(one);
      this.busy = Math.max(0, this.busy - 1);
      if (!this.busy) this.leave();
    }
  }

  async whole(file, row) {
    row.said.textContent = this.words.uploadWaiting;
    try {
      const parts = row.begun && await this.missing(row);
      const begun = row.begun ||= await this.again(row, () => ask(this.words.uploadBegin, "", {
        method: "POST", body: JSON.stringify({ size: file.size, name: file.name.slice(0, 200) }),
        headers: { "Content-Type": "application/json" },
      }));
      if (begun) await this.chunks(file, row, begun, parts || [...Array(begun.chunks).keys()]);
      if (begun && !row.gone) this.ready(row, begun.upload);
    } catch (error) {
      this.failed(file, row, error);
    }
  }

  /** The numbers of the parts that the server has not; null where it has forgotten the file, which then begins anew. */
  async missing(row) {
    try {
      return (await this.again(row, () => ask(this.words.uploadBegin, row.begun.upload)))?.missing || [];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      row.begun = null;
      return null;
    }
  }

  async chunks(file, row, { upload, chunk_bytes: size }, parts) {
    for (const n of parts) {
      if (row.gone) return;
      const part = file.slice(n * size, (n + 1) * size);
      // eslint-disable-next-line no-await-in-loop -- one after the other: a slow line carries no two at once
      await this.again(row, () => ask(`${this.words.uploadBegin}/${n}`, upload, {
        method: "PUT", body: part, headers: { "Content-Type": "application/octet-stream" },
      }));
      row.bar.value = Math.min(file.size, (n + 1) * size);
      row.said.textContent = `${Math.round((100 * row.bar.value) / row.bar.max)} %`;
    }
  }

  /** Try until it goes through, is refused, or the file was taken off; a chunk sent twice changes nothing. */
  async again(row, act) {
    for (let tries = 0; !row.gone; tries += 1) {
      try {
        return await act(); // eslint-disable-line no-await-in-loop
      } catch (error) {
        if (error instanceof Refused || tries >= TRIES) throw error;
        row.said.textContent = this.words.uploadBroken;
        await wait(PAUSES[Math.min(tries, PAUSES.length - 1)]); // eslint-disable-line no-await-in-loop
      }
    }
    return null;
  }

  ready(row, token) {
    row.item.append(Uploads.hidden("upload", token));
    row.said.textContent = this.words.uploadReady;
    this.status.textContent = `${row.item.firstChild.textContent}: ${this.words.uploadReady}`;
  }

  failed(file, row, error) {
    if (cookie) this.held = null; // it is seen first
    row.said.textContent = error.message && error instanceof Refused ? error.message : this.words.uploadFailed;
    row.said.className = "files__fault";
    row.bar.remove();
    this.status.textContent = `${file.name}: ${row.said.textContent}`;
    if (error instanceof Refused) return;
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "usa-button usa-button--unstyled";
    retry.textContent = this.words.uploadAgain;
    retry.addEventListener("click", () => { row.item.remove(); this.bring(file, row.begun); });
    row.item.append(retry);
  }
}

for (const box of document.querySelectorAll("[data-upload]")) new Uploads(box);
