// The editor of what is covered: rows and boards kept alike, a way back for each change.

import { addRow, boxOf, numberOf, restore, setBox, snapshot } from "./mask-rows.js";
import { draw, listen } from "./mask-board.js";

function begin(root) {
  const list = root.querySelector("[data-rows]");
  const blank = root.querySelector("[data-blank]");
  const undo = root.querySelector("[data-undo]");
  const said = root.querySelector("[data-said]");
  const before = [];
  let chosen = 0;

  const rowOf = (number) => list.querySelector(`[data-row="${number}"]`);
  const boxAt = (number) => root.querySelector(`.mask__box[data-row="${number}"]`);

  function show(focused = 0) {
    const rows = [...list.children];
    draw(root, rows, chosen);
    for (const row of rows) row.classList.toggle("is-chosen", numberOf(row) === chosen);
    root.querySelector("[data-none]").hidden = rows.length > 0;
    undo.disabled = before.length === 0;
    if (focused) boxAt(focused)?.focus();
  }

  function remember() {
    const now = snapshot(list);
    if (before.at(-1) !== now) before.push(now);
  }

  function remove(number) {
    remember();
    const name = boxAt(number)?.getAttribute("aria-label").split(".")[0] ?? "";
    const next = rowOf(number).nextElementSibling ?? rowOf(number).previousElementSibling;
    rowOf(number).remove();
    chosen = next ? numberOf(next) : 0;
    show(chosen);
    said.textContent = name ? `− ${name}` : "";
    if (!chosen) root.querySelector("[data-add]").focus();
  }

  function make(sheet, box) {
    remember();
    const row = addRow(list, blank);
    setBox(row, { ...box, sheet });
    chosen = numberOf(row);
    show();
    return row;
  }

  // Browsers without scripts get an empty row to fill in; here boxes are drawn.
  for (const row of [...list.children]) if (!boxOf(row).isOn && !row.querySelector('[name^="left-"]').value) row.remove();

  listen(root, {
    rowOf,
    make,
    remove,
    begin: remember,
    changed: (number, focus = false) => show(focus ? number : 0),
    choose: (number) => {
      if (chosen === number) return;
      const held = document.activeElement?.matches?.(".mask__box") ? number : 0;
      chosen = number;
      show(held);
    },
  });
  root.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    const gone = event.target.closest("[data-remove]");
    if (add) {
      const sheet = root.querySelector(`[data-sheet="${add.dataset.add}"] svg`).getBoundingClientRect();
      const middle = Math.min(Math.max(innerHeight / 2, sheet.top), sheet.bottom) - sheet.top;
      const tall = Math.min(1500, (60 / sheet.height) * 10000);
      make(Number(add.dataset.add), { left: 3000, top: (middle / sheet.height) * 10000 - tall / 2, width: 4000, height: tall });
      show(chosen);
    } else if (gone) remove(numberOf(gone.closest("[data-row]")));
  });
  list.addEventListener("change", () => show());
  list.addEventListener("focusin", (event) => { chosen = numberOf(event.target.closest("[data-row]")); show(); });
  undo.addEventListener("click", () => {
    restore(list, blank, before.pop());
    chosen = 0;
    show();
  });
  addEventListener("resize", () => show());
  for (const image of root.querySelectorAll("img")) image.addEventListener("load", () => show());
  show();
}

for (const root of document.querySelectorAll("[data-mask]")) begin(root);
