// What a member keeps on this phone to read without a line (sealed.js), and its word with the site about it: what was called back or is
// not theirs any more goes, what was corrected is fetched anew or goes. Used by the pages (member.js) and the service worker.
//
//   kept()                 [{id, state, item}], the newest first; state: here, or of what went: gone, changed, old (no contact too long)
//   keep(id, said)         what the site handed out, sealed; said.phone is the mark by which this phone asks
//   mark()                 that mark, or nothing
//   contact()              ask now, by the piece; see there what it answers
//   drop(id), empty(bye)   one; and all of it: key and items. bye: the site forgets the phone, too
import { sealed } from "./sealed.js";

const AT = "/kept/"; // as in circulation/urls.py
const PHONE = "phone";
const PIECE = 50; // items about which the site is asked at once; it answers for some more (circulation/keeping.py)
const box = sealed("kept", "items");

const words = async (row) => (row ? box.open(row).catch(() => null) : null);

async function phone() {
  return await box.there() ? words(await box.get(PHONE)) : null;
}

async function write(id, said) {
  await box.put({ id, ...await box.seal(said) });
}

/** One page or worker at a time: what was emptied is not written again by who asked before. */
const alone = (act) => (navigator.locks ? navigator.locks.request("kept", act) : act());

export const mark = async () => (await phone())?.mark || "";

const store = (id, said) => write(id, { state: "here", item: said.item, at: Date.now() });

export async function keep(id, said) {
  const before = await mark();
  if (before && before !== said.phone) await empty(); // somebody else's, or emptied from elsewhere
  await alone(async () => {
    await write(PHONE, { mark: said.phone, until: said.until });
    await store(id, said);
  });
}

/** Of what went its number stays, by which a recall names it, and no word. */
async function tombstone(id, state) {
  const before = await words(await box.get(id));
  await write(id, { state, mark: before?.mark || before?.item?.mark || "", at: Date.now() });
}

/** Who had no contact for too long opens nothing any more, and keeps nothing. */
async function tooLong() {
  const mine = await phone();
  if (!mine || Date.now() <= mine.until) return;
  for (const { id } of await box.all()) if (id !== PHONE) await tombstone(id, "old"); // eslint-disable-line no-await-in-loop
}

export async function kept() {
  if (!await box.there()) return [];
  await tooLong();
  const rows = (await box.all()).filter(({ id }) => id !== PHONE);
  const opened = await Promise.all(rows.map(async (row) => ({ id: row.id, ...await words(row) })));
  return opened.filter(({ state }) => state).sort((a, b) => b.at - a.at);
}

export const drop = (id) => box.drop(id);

/** The words of an item as they are now, where somebody is signed in. */
async function anew(id, token) {
  const options = { headers: { "X-Phone": token, Accept: "application/json" }, cache: "no-store", redirect: "error" };
  const answer = await fetch(AT + id + "/", options).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

const ask = (body) => fetch(`${AT}contact/`, {
  method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, keepalive: true, credentials: "omit", cache: "no-store",
}).catch(() => null);

export async function empty(bye = true) {
  const token = bye ? await mark().catch(() => "") : "";
  await alone(async () => { if (await box.there()) await box.forget(); });
  if (token) await ask({ phone: token, bye: true, held: {} });
}

/** Piece by piece what became of all that is here. What is heard counts, also where a later piece is not answered. */
async function askAll(token) {
  const here = (await kept()).filter(({ state }) => state === "here").map(({ id, item }) => [id, item.digest]);
  const news = [];
  let said = null;
  for (let from = 0; from === 0 || from < here.length; from += PIECE) {
    // eslint-disable-next-line no-await-in-loop
    const answer = await ask({ phone: token, bye: false, held: Object.fromEntries(here.slice(from, from + PIECE)) });
    if (!answer?.ok) return { news, failed: answer ? "refused" : "no line" };
    said = await answer.json(); // eslint-disable-line no-await-in-loop
    if (said.wipe) return { wipe: true };
    news.push(...Object.entries(said.held).filter(([, state]) => state !== "same"));
  }
  return { said, news };
}

/** Ask the site what is still so. True: it is as it should be; false: nothing is kept; "no line"; "refused": it did not understand. */
export async function contact() {
  const mine = await phone();
  if (!mine) return false;
  const { said, news, wipe, failed } = await askAll(mine.mark);
  if (wipe) {
    await empty(false);
    return false;
  }
  const fetched = await Promise.all(news.map(([id, state]) => (state === "changed" ? anew(id, mine.mark) : null)));
  return alone(async () => {
    if (await mark() !== mine.mark) return false; // emptied meanwhile
    for (const [n, [id, state]] of news.entries()) {
      if (await box.get(id)) await (fetched[n] ? store(id, fetched[n]) : tombstone(id, state)); // eslint-disable-line no-await-in-loop
    }
    if (failed) return failed;
    await write(PHONE, { mark: mine.mark, until: said.until });
    return true;
  });
}
