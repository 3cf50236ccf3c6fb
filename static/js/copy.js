// Copy buttons: <button data-copy="id-of-text" data-done="已复制" data-failed="没能复制，长按上面的文字">.
// The result is said in a status line that stands after the button; where copying is refused, the text is selected instead.

async function write(text) {
  if (navigator.clipboard?.writeText) return navigator.clipboard.writeText(text);
  throw new Error("no clipboard");
}

function select(element) {
  if (typeof element.select === "function") {
    element.focus();
    element.select();
    return;
  }
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

function statusAfter(button) {
  const next = button.nextElementSibling;
  if (next?.matches(".copied")) return next;
  const line = document.createElement("span");
  line.className = "copied";
  line.setAttribute("role", "status");
  button.after(line);
  return line;
}

function textOf(element) {
  return "value" in element ? element.value : element.innerText;
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!source) return;
  const line = statusAfter(button);
  line.textContent = "";
  try {
    await write(textOf(source).trim());
    line.textContent = button.dataset.done;
  } catch {
    // The older way still works inside several apps; it needs the selection anyway.
    select(source);
    line.textContent = document.execCommand?.("copy") ? button.dataset.done : button.dataset.failed;
  }
}

function ready() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    statusAfter(button); // a live region must stand before its words come
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
document.addEventListener("page:shown", ready); // a page put in place without loading (check.js)
ready();
