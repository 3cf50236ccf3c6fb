// Files that come without a button: dropped on the page, or pasted into it.

export function listen(zone, add) {
  const mark = (on) => zone.classList.toggle("is-over", on);
  document.addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
  document.addEventListener("dragleave", () => mark(false));
  document.addEventListener("drop", (event) => { event.preventDefault(); mark(false); add(event.dataTransfer.files, ""); });
  document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) add(event.clipboardData.files, ""); });
}
