// Print buttons: <button data-print hidden>. Without scripts the browser's own serves.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
