// A class of reports opens its sub-types while it has the focus (.is-near) or is chosen. It closes only when no press is
// under way: closing on the way down would move the box that is being pressed.
//   <div class="kind">…</div>
import { whenLifted } from "./press.js";

export function kinds() {
  document.addEventListener("focusin", ({ target }) => target.closest(".kind")?.classList.add("is-near"));
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const kind = target.closest(".kind");
    if (!kind || kind.contains(relatedTarget)) return;
    whenLifted(() => kind.classList.toggle("is-near", kind.contains(document.activeElement)));
  });
}
