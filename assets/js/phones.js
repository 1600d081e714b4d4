// "Tell me on this phone", for people of a school (response/_phone.html). Nothing is asked of the browser before the press. Where it was
// pressed before, each visit looks whether the phone is still told where its pushes go, and mends it.
//
//   [data-phone]  our key, where to, whose, as which contacts, which browsers are told;  [data-phone-on] the button, [data-phone-here] marks
import { drop, keep, kept } from "./phonebox.js";
import { named, place, subscribed } from "./subscription.js";

const box = document.querySelector("[data-phone]");
const { phoneKey: key, phoneAt: at, phoneWhose: whose, phoneAs: as } = box ? box.dataset : {};

async function tell(held, browser) {
  const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({ do: "on", csrfmiddlewaretoken: token, browser, ...named(held) });
  const answer = await fetch(at, { method: "POST", body, cache: "no-store", redirect: "error" });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  await keep(whose, { browser: said.browser, mark: said.mark, place: await place(held), as });
}

async function on() {
  if (await Notification.requestPermission() !== "granted") throw new Error(box.dataset.phoneNoWords);
  await navigator.serviceWorker.register(box.dataset.phoneWorker);
  const held = await subscribed(await navigator.serviceWorker.ready, key).catch(() => { throw new Error(box.dataset.phoneNoWords); });
  await tell(held, (await kept(whose))?.browser || "");
  location.reload();
}

/** Its owner took this phone away, here or elsewhere: it forgets, and where nobody else is told by it, so does the browser. */
async function forget(held) {
  await drop(whose);
  if (!(await caches.keys()).includes("phones")) await held.unsubscribe();
}

/** The page says which browsers are told; a phone whose browser lost or changed its place says so, and is told there. */
async function mend(mine, known) {
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration || await registration.pushManager.permissionState({ userVisibleOnly: true }) !== "granted") return false;
  const before = await registration.pushManager.getSubscription();
  const same = before && await place(before) === mine.place;
  if (same && !known.includes(mine.browser)) {
    await forget(before);
    return false;
  }
  if (!same || mine.as !== as) await tell(await subscribed(registration, key), mine.browser);
  return true;
}

async function show() {
  const button = document.querySelector("[data-phone-on]");
  const line = document.querySelector("[data-phone-said]");
  const mine = await kept(whose);
  const here = mine ? await mend(mine, box.dataset.phoneKnown.split(" ")).catch(() => true) : false;
  if (!button) return;
  document.querySelector("[data-phone-cannot]").hidden = true;
  document.querySelector("[data-phone-can]").hidden = here;
  const row = mine && document.querySelector(`[data-phone-here="${mine.browser}"]`);
  if (row) row.hidden = false;
  button.addEventListener("click", () => on().catch(({ message }) => {
    line.textContent = message;
    line.focus();
  }));
}

if (box && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) show();
