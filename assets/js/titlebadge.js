// The number of what waits, in the tab's title: "(3) Desk", and "(! 2) Desk" when something is red.
// It reads the last [data-count] / [data-count-red] in the page, so every swap of the header bar renews it.
const bare = document.title;

export function titleBadge() {
  const count = Number(document.querySelector("[data-count]")?.dataset.count || 0);
  const red = Number(document.querySelector("[data-count-red]")?.dataset.countRed || 0);
  const silent = document.body.classList.contains("is-silent");
  const badge = silent ? "(!) " : red ? `(! ${red}) ` : count ? `(${count}) ` : "";
  const title = badge + bare;
  if (document.title !== title) document.title = title;
}
