// htmx with its extensions: server-sent events, and swaps that morph (own glue: the packaged one calls Function()).
import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";

import "htmx-ext-sse"; // for fragments that want it; the desk itself listens through live.js, which is watched

window.htmx = htmx;

htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph" || style === "morph:outerHTML",
  handleSwap(style, target, fragment) {
    if (style === "morph" || style === "morph:outerHTML") return Idiomorph.morph(target, fragment.children);
    if (style === "morph:innerHTML") return Idiomorph.morph(target, fragment.children, { morphStyle: "innerHTML" });
    return false;
  },
});
