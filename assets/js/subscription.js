// What a browser hands out so that pushes reach it; for reporters' phones (push.js, worker.js) and those of people of a school (phones.js).
const bytes = (key) => Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

/** A new one, by our key. */
export const subscribe = ({ pushManager }, key) => pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });

/** The one that it has, or a new one. */
export const subscribed = async (registration, key) => await registration.pushManager.getSubscription() || subscribe(registration, key);

/** A digest of where it leads: kept on the phone, so that a change is seen. */
export async function place(held) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(held.toJSON())));
  return [...new Uint8Array(hash)].map((one) => one.toString(16).padStart(2, "0")).join("");
}

/** What is handed over of it. */
export function named(held) {
  const { endpoint, keys } = held.toJSON();
  return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
}
