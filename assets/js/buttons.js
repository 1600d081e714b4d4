// Small buttons that need JavaScript; marked `js-only` in the page.
//   <button data-copy="#id" data-copied="Copied">   copies the text of #id
//   <button data-print>                             prints the page
//   <button data-dialog="#id">                      opens a <dialog>; a `data-close` button inside closes it

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea"); // plain http, or an old phone
  area.value = text;
  area.setAttribute("readonly", "");
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

export function say(text) {
  const line = document.getElementById("announce");
  if (!line) return;
  line.textContent = "";
  setTimeout(() => { line.textContent = text; }, 50); // a new text node is read out, the same text is not
}

export function buttons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy],[data-print],[data-dialog],[data-close]");
    if (!button) return;
    const { copy: from, dialog } = button.dataset;
    if (from) {
      const source = document.querySelector(from);
      const text = source.dataset.copyText || source.textContent.replace(/\s+/g, " ").trim();
      const label = button.querySelector("[data-label]") || button;
      const before = button.dataset.before || label.textContent;
      button.dataset.before = before;
      try {
        await copy(text);
        label.textContent = button.dataset.copied;
      } catch {
        label.textContent = button.dataset.failed;
        getSelection().selectAllChildren(source);
      }
      say(label.textContent);
      setTimeout(() => { label.textContent = before; }, 4000);
    } else if (dialog) {
      document.querySelector(dialog).showModal();
    } else if ("close" in button.dataset) {
      button.closest("dialog").close();
    } else {
      window.print();
    }
  });
}
