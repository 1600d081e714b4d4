// An open dialogue, live: new words come by themselves, and are sent without leaving the page. Without this the page has its buttons.
//
//   <p data-chat data-chat-live="/return/live" data-chat-part="/return/"> … </p>  what is said about the line
//   <ol data-chat-said data-chat-count="3"> … </ol>                               what was said; only added to
//
// The line is opened by the hidden field of the form, in the body of a POST: no code stands in an address. It says that there is news; the
// news come as the answer to another POST. Nothing is kept on the device.
import { say } from "./buttons.js";

const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
const SILENT_MS = 40000; // the line gives a sign of life every 15 s
const OVER = [404, 410]; // the field opens nothing any more

const told = document.querySelector("[data-chat]");
const list = document.querySelector("[data-chat-said]");
const form = document.getElementById("reply");
const words = told.dataset;
const field = form.elements.text;
const open = form.elements.open;
let count = Number(list.dataset.chatCount);
let busy = false;
let unsure = false; // a reply whose answer did not come: it is sent again under the same mark, or nothing
let ended = false;
let cut = () => {}; // ends the line that is open
let plain = false;
const WHOLE = new Error("a whole page");

const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
const tell = (text) => { if (told.textContent !== text) told.textContent = text; };

function post(address, body, signal) {
  return fetch(address, { method: "POST", body, signal, credentials: "omit", cache: "no-store", referrerPolicy: "same-origin" });
}

/** Nothing moves under the finger: what comes above the form does not push it away from whoever writes in it. */
function steadily(act) {
  const writing = form.contains(document.activeElement) || form.getBoundingClientRect().top < innerHeight;
  const before = form.getBoundingClientRect().top;
  act();
  const moved = form.getBoundingClientRect().top - before;
  if (moved && writing) scrollBy(0, moved);
}

/** Add what the answer brings. Returns what the team said. */
function add(html) {
  const part = new DOMParser().parseFromString(html, "text/html").querySelector("[data-open]");
  if (!part) throw WHOLE;
  const came = [...part.querySelectorAll("li.bubble")];
  const now = Number(part.dataset.count);
  const fresh = came.slice(Math.max(0, came.length - Math.max(0, now - count))); // some may have come meanwhile
  count = Math.max(count, now);
  if (!unsure) open.value = part.dataset.open;
  steadily(() => {
    if (fresh.length) document.getElementById("latest")?.removeAttribute("id");
    list.append(...fresh.map((one) => document.importNode(one, true)));
    if (fresh.length) list.lastElementChild.id = "latest";
    document.querySelector("[data-chat-sentence]").textContent = part.querySelector("[data-sentence]").textContent;
  });
  return {
    sent: "sent" in part.dataset,
    faults: [...part.querySelectorAll("[data-fault]")].map((one) => one.textContent),
    team: fresh.filter((one) => !one.classList.contains("bubble--reporter")).map((one) => one.lastElementChild.textContent),
  };
}

async function news() {
  if (busy) return;
  const body = new FormData();
  for (const [name, value] of [["open", open.value], ["go", "news"], ["part", "1"], ["seen", String(count)]]) body.append(name, value);
  const answer = await post(words.chatPart, body);
  if (!answer.ok) throw new Error(String(answer.status));
  const { team } = add(await answer.text());
  if (team.length) say(`${words.chatTeam}: ${team.join(" ")}`);
}

async function listen() {
  const out = new AbortController();
  cut = () => out.abort();
  let timer = setTimeout(() => out.abort(), SILENT_MS);
  try {
    const answer = await post(words.chatLive, new URLSearchParams({ open: open.value, seen: String(count) }), out.signal);
    if (OVER.includes(answer.status)) { ended = true; return; }
    if (!answer.ok) throw new Error(String(answer.status));
    tell(words.chatOn);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let got = await reader.read(); !got.done; got = await reader.read()) { // eslint-disable-line no-await-in-loop
      clearTimeout(timer);
      timer = setTimeout(() => out.abort(), SILENT_MS);
      text += got.value;
      const lines = text.split("\n\n");
      text = lines.pop();
      if (lines.some((one) => one.startsWith("event: news"))) await news(); // eslint-disable-line no-await-in-loop
    }
  } finally {
    clearTimeout(timer);
    out.abort();
  }
}

async function forever() {
  for (let tries = 0; !ended; tries += 1) {
    try {
      await listen(); // eslint-disable-line no-await-in-loop
      tries = -1;
    } catch {
      tell(words.chatOff);
      await wait(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]); // eslint-disable-line no-await-in-loop
      await news().catch(() => {}); // eslint-disable-line no-await-in-loop -- where no line stands, this is how news come
    }
  }
  tell(words.chatOld);
}

function fault(text) {
  let line = document.getElementById("chat-fault");
  if (!line) {
    line = document.createElement("p");
    line.id = "chat-fault";
    line.className = "usa-error-message";
    line.setAttribute("role", "alert");
    field.before(line);
  }
  line.textContent = text;
  line.hidden = !text;
}

async function reply(event) {
  if (event.defaultPrevented || event.submitter?.value !== "reply" || plain) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  const typed = field.value;
  const body = new FormData(form);
  for (const [name, value] of [["go", "reply"], ["part", "1"], ["seen", String(count)]]) body.set(name, value);
  try {
    const answer = await post(form.action, body);
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    unsure = false;
    const { sent, faults, team } = add(await answer.text());
    if (sent && field.value === typed) field.value = "";
    if (sent) {
      form.querySelector("[data-upload-list]")?.replaceChildren();
      say([words.chatSent, ...team].join(" "));
    }
    fault(faults.join(" "));
  } catch (error) {
    if (error === WHOLE) { // the page's time is over: the answer is a page, which keeps the words
      plain = true;
      form.requestSubmit(event.submitter);
      return;
    }
    unsure = true;
    fault(words.chatUnsent);
  } finally {
    busy = false;
  }
  await news().catch(() => {}); // what came meanwhile
}

if (window.TextDecoderStream && form && list) {
  form.addEventListener("submit", reply);
  addEventListener("offline", () => { if (!ended) { tell(words.chatOff); cut(); } });
  addEventListener("online", () => { if (!ended) { news().catch(() => {}); cut(); } });
  forever();
}
