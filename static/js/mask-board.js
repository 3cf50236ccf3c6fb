// The sheets as boards: a rectangle for each row, moved and resized by pointer, finger and keys. Boxes are drawn by
// attributes alone; the rows hold what counts.

import { boxOf, numberOf, setBox } from "./mask-rows.js";

const SVG = "http://www.w3.org/2000/svg";
const STEP = 50; // ten-thousandths: half a percent
const GRIP = 28; // pixels, for a thumb
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function rect(board, name, box) {
  const made = document.createElementNS(SVG, "rect");
  made.setAttribute("class", name);
  const sides = { x: box.left, y: box.top, width: box.width, height: box.height };
  for (const [side, value] of Object.entries(sides)) made.setAttribute(side, Math.round(value));
  board.append(made);
  return made;
}

// Where a pointer is, in ten-thousandths of the sheet.
function placeOf(board, event) {
  const area = board.getBoundingClientRect();
  return { x: ((event.clientX - area.left) / area.width) * 10000, y: ((event.clientY - area.top) / area.height) * 10000 };
}

function grip(board, row, box) {
  const area = board.getBoundingClientRect();
  const width = (GRIP / area.width) * 10000;
  const height = (GRIP / area.height) * 10000;
  const corner = { left: box.left + box.width - width / 2, top: box.top + box.height - height / 2, width, height };
  rect(board, "mask__grip", corner).dataset.grip = row;
}

export function draw(root, rows, chosen) {
  for (const sheet of root.querySelectorAll("[data-sheet]")) {
    const board = sheet.querySelector("svg");
    board.replaceChildren();
    for (const [place, row] of rows.entries()) {
      const box = boxOf(row);
      if (!box.isOn || box.sheet !== Number(sheet.dataset.sheet)) continue;
      const made = rect(board, "mask__box", box);
      made.dataset.row = row.dataset.row;
      made.setAttribute("tabindex", "0");
      made.setAttribute("role", "button");
      made.setAttribute("aria-label", `${root.dataset.word.replace("{n}", place + 1).replace("{kind}", box.kind)}. ${root.dataset.help}`);
      if (numberOf(row) !== chosen) continue;
      made.classList.add("is-chosen");
      grip(board, row.dataset.row, box);
    }
  }
}

// ``acts``: rowOf(number), begin() before a change, changed(number), choose(number), make(sheet, box), remove(number).
export function listen(root, acts) {
  let drag = null;
  root.addEventListener("pointerdown", (event) => {
    const board = event.target.closest?.("svg");
    if (!board || !root.contains(board) || event.button) return;
    const at = placeOf(board, event);
    const number = Number(event.target.dataset.grip ?? event.target.dataset.row);
    if (number) {
      acts.choose(number);
      acts.begin();
      drag = { board, at, row: acts.rowOf(number), box: boxOf(acts.rowOf(number)), sizes: "grip" in event.target.dataset };
    } else if (event.pointerType === "mouse") {
      const sheet = Number(board.closest("[data-sheet]").dataset.sheet);
      const row = acts.make(sheet, { left: at.x, top: at.y, width: 40, height: 40 });
      drag = { board, at, row, box: { ...boxOf(row), width: 0, height: 0 }, sizes: true };
    } else return;
    event.preventDefault();
    root.setPointerCapture(event.pointerId);
  });
  root.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const now = placeOf(drag.board, event);
    const by = { x: now.x - drag.at.x, y: now.y - drag.at.y };
    const { left, top, width, height } = drag.box;
    setBox(drag.row, drag.sizes ? { left, top, width: Math.min(width + by.x, 10000 - left), height: Math.min(height + by.y, 10000 - top) } : { left: left + by.x, top: top + by.y, width, height });
    acts.changed(numberOf(drag.row));
  });
  for (const end of ["pointerup", "pointercancel"]) root.addEventListener(end, () => { drag = null; });
  root.addEventListener("keydown", (event) => {
    const number = Number(event.target.dataset?.row);
    if (!event.target.matches?.(".mask__box")) return;
    if (event.key === "Delete" || event.key === "Backspace") acts.remove(number);
    else if (MOVES[event.key]) {
      const [x, y] = MOVES[event.key];
      const row = acts.rowOf(number);
      const { left, top, width, height } = boxOf(row);
      acts.begin();
      setBox(row, event.shiftKey ? { left, top, width: width + x * STEP, height: height + y * STEP } : { left: left + x * STEP, top: top + y * STEP, width, height });
      acts.changed(number, true);
    } else return;
    event.preventDefault();
  });
  root.addEventListener("focusin", (event) => {
    if (event.target.matches?.(".mask__box")) acts.choose(Number(event.target.dataset.row));
  });
}
