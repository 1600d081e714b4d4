// A request that fails is never silent. The failure of an act stands until an act goes through: that the bar above could be
// fetched since then says nothing about it. The page looks at once what has become of the tip, as far as the server answers.
//   <div data-request-failed hidden>…</div>
import htmx from "htmx.org";
import { whenLifted } from "./press.js";
import { isAct } from "./steady.js";

let act = false; // whether what failed was one

function show(on) {
  const notice = document.querySelector("[data-request-failed]");
  if (notice) whenLifted(() => { notice.hidden = !on; });
}

function failed({ detail }) {
  show(true);
  if (!isAct(detail.requestConfig)) return;
  act = true;
  htmx.trigger(document.body, "live:again");
}

export function failures() {
  const on = (name, handle) => document.body.addEventListener(name, handle);
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) on(name, failed);
  on("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful || (act && !isAct(detail.requestConfig))) return;
    act = false;
    show(false);
  });
}
