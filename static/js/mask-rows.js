// The rows of the editor hold the rectangles: each row's fields are read, written, added, removed, and brought back.

const SIDES = ["left", "top", "width", "height"];
const field = (row, name) => row.querySelector(`[name^="${name}-"]`);

export const numberOf = (row) => Number(row.dataset.row);

export function boxOf(row) {
  const [left, top, width, height] = SIDES.map((side) => Number.parseFloat(field(row, side).value) * 100);
  const sheet = Number(field(row, "sheet").value);
  const kind = field(row, "kind").selectedOptions[0].textContent;
  const isOn = field(row, "on").checked && [left, top, width, height].every(Number.isFinite) && width > 0 && height > 0;
  return { sheet, left, top, width, height, kind, isOn };
}

export function setBox(row, box) {
  const width = Math.min(10000, Math.max(40, box.width));
  const height = Math.min(10000, Math.max(40, box.height));
  const kept = {
    left: Math.min(10000 - width, Math.max(0, box.left)),
    top: Math.min(10000 - height, Math.max(0, box.top)),
    width,
    height,
  };
  for (const side of SIDES) field(row, side).value = (kept[side] / 100).toFixed(2);
  if (box.sheet) field(row, "sheet").value = box.sheet;
}

// The list as text, to go back to; and the way back.
export const snapshot = (list) =>
  JSON.stringify([...list.children].map((row) => [...row.querySelectorAll("[name]")].map((each) => (each.type === "checkbox" ? each.checked : each.value))));

export function addRow(list, blank) {
  const number = 1 + Math.max(0, ...[...list.children].map(numberOf));
  const row = blank.content.firstElementChild.cloneNode(true);
  row.dataset.row = number;
  for (const each of row.querySelectorAll("[name]")) each.name = each.name.replace(/\d+$/, number);
  for (const each of row.querySelectorAll("[id]")) each.id = each.id.replace(/\d+$/, number);
  for (const each of row.querySelectorAll("[for]")) each.htmlFor = each.htmlFor.replace(/\d+$/, number);
  list.append(row);
  return row;
}

export function restore(list, blank, text) {
  list.replaceChildren();
  for (const values of JSON.parse(text)) {
    const row = addRow(list, blank);
    [...row.querySelectorAll("[name]")].forEach((each, place) => {
      if (each.type === "checkbox") each.checked = values[place];
      else each.value = values[place];
    });
  }
}
