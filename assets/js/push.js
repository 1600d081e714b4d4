// "Tell me on this phone": where the browser can, a reporter may have it told that there is news. Nothing is asked of it before the press.
//
//   <section data-push data-push-key data-push-at data-push-told>  the offer (intake/_push.html): our key, where to, which phone is told
import { keepTold, told, untell } from "./box.js";
import { named, place, subscribe, subscribed } from "./subscription.js";

/** Hand over what the browser named; `instead` of what this phone was known by. */
async function tell(box, held, instead) {
  const body = new URLSearchParams({ open: box.querySelector("[name=open]").value, ...named(held) });
  const answer = await fetch(box.dataset.pushAt, { method: "POST", body, credentials: "omit", cache: "no-store", referrerPolicy: "same-origin" });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  await keepTold(said.id, said.off, held, instead);
  box.dataset.pushTold = said.id;
}

async function on(box, put) {
  if (await Notification.requestPermission() !== "granted") throw new Error(box.dataset.pushNoWords);
  await put();
  const held = await subscribe(await navigator.serviceWorker.ready, box.dataset.pushKey)
    .catch(() => { throw new Error(box.dataset.pushNoWords); });
  await tell(box, held);
}

/** This report tells this phone: where the browser has lost or changed its place meanwhile, it is told where it is now. */
async function mend(box, mine) {
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration || await registration.pushManager.permissionState({ userVisibleOnly: true }) !== "granted") return;
  const held = await subscribed(registration, box.dataset.pushKey);
  if (await place(held) !== mine.at) await tell(box, held, mine.id);
}

/** Tell this phone no more of this report; of none at all, the browser need not know any longer. */
async function off(box) {
  const all = await told();
  await untell(all.filter(({ id }) => id === box.dataset.pushTold));
  if ((await told()).length > 0) return;
  const registered = await navigator.serviceWorker.getRegistration();
  await (await registered?.pushManager.getSubscription())?.unsubscribe();
}

/** Show the offer; `put` puts the worker on this phone. */
export async function push(put) {
  const box = document.querySelector("[data-push]");
  if (!box || !("PushManager" in window) || !("Notification" in window)) return;
  const [start, end, line] = ["on", "off", "said"].map((name) => box.querySelector(`[data-push-${name}]`));
  const mine = (await told()).find(({ id }) => id === box.dataset.pushTold);
  const here = Boolean(mine);
  if (mine) await mend(box, mine).catch(() => {});
  const show = (is) => { start.hidden = is; end.hidden = !is; };
  show(here);
  box.hidden = false;
  const press = (button, act, is, said) => button.addEventListener("click", async () => {
    line.textContent = await act().then(() => { show(is); return said; }, ({ message }) => message);
    line.focus();
  });
  press(start, () => on(box, put), true, box.dataset.pushOnWords);
  press(end, () => off(box), false, box.dataset.pushOffWords);
}
