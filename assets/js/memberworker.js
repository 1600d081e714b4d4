// The service worker of the network's pages, on a phone of a member who asked for it: the school's (a page without a line, pushes without a
// word), and beside it what the member keeps there. A push makes it ask what of that is still so; signing out takes it all off.
import "./schoolworker.js";
import { contact, empty } from "./keptbox.js";

const { out } = self.app;

self.addEventListener("push", (event) => event.waitUntil(contact().catch(() => {})));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "POST" && new URL(request.url).pathname === out) event.waitUntil(empty().catch(() => {}));
});
