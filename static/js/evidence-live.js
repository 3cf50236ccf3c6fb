// What is on its way, told where one looks: the line that counts, and the marks of the checklist.
import { words } from "./evidence-row.js";

const underWay = new Set(["waiting", "sending"]);

function count(root, rows) {
  const head = root.querySelector(".files__h");
  const told = { a: root.querySelectorAll("[name=remove]").length, b: rows.filter((row) => underWay.has(row.state)).length, c: rows.filter((row) => row.state === "failed").length };
  const line = head.querySelector("[data-count]") ?? head.appendChild(Object.assign(document.createElement("p"), { hidden: true }));
  line.dataset.count = "";
  if (!told.a && !told.b && !told.c) { line.hidden = true; return; }
  line.hidden = false;
  line.textContent = ["a", "b", "c"].filter((key) => told[key] || key === "a").map((key) => words[`count${key.toUpperCase()}`].replace("{n}", told[key])).join(words.comma);
}

function mark(root, rows) {
  const kinds = new Set(rows.filter((row) => underWay.has(row.state)).map((row) => row.kind));
  for (const item of root.querySelectorAll("[data-item]")) {
    const on = kinds.has(item.dataset.item);
    item.classList.toggle("ing", on);
    for (const each of item.querySelectorAll("[data-ing]")) each.hidden = !on;
    for (const each of item.querySelectorAll("[data-not-ing]")) each.hidden = on;
  }
}

// To be called whenever a file was added, went on, arrived, failed or was taken away.
export function tell(root, rows) {
  count(root, rows);
  mark(root, rows);
}

// With scripts on: their parts come out, and what stood in for them goes.
export function dress(root) {
  for (const element of root.querySelectorAll("[data-no-script]")) element.hidden = true;
  for (const element of root.querySelectorAll("[data-script], [data-add]")) element.hidden = false;
  // Choosing several files at once fails without a word in WeChat on Android.
  if (/Android.*MicroMessenger/.test(navigator.userAgent)) for (const input of root.querySelectorAll("[multiple]")) input.multiple = false;
}
