// Single keys on the queue: j k o a x / ?. Whoever does not want them switches them off for good (WCAG 2.1.4).
// Every one of them is also a link or a button.

import { open, toggle } from "./desk-queue.js";

const help = document.getElementById("keys");
const isOn = help.dataset.keys === "on";
const rows = () => [...document.querySelectorAll("[data-row]")];
const linkOf = (row) => [...row.querySelectorAll("a.q__t")].find((link) => link.offsetParent !== null);
const current = () => rows().find((row) => row.contains(document.activeElement)) ?? document.querySelector("[data-row].sel");

function step(by) {
  const all = rows();
  const here = all.indexOf(current());
  const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
  const inside = next?.contains(document.activeElement) || document.activeElement.closest("[data-row]");
  const row = inside || here < 0 ? next : (current() ?? next);
  if (!row) return;
  linkOf(row)?.focus();
  row.scrollIntoView({ block: "nearest" });
}

function openHere() {
  const row = current();
  const link = row && linkOf(row);
  if (link) open(link);
}

/** Give the chosen cases, or else the one at hand, to whoever is here. */
function take() {
  const button = document.querySelector("[data-to-me]");
  if (!button) return;
  if (!document.querySelector("[name=case]:checked")) toggle(current());
  if (document.querySelector("[name=case]:checked")) button.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: openHere,
  x: () => toggle(current()),
  a: take,
  "/": () => [...document.querySelectorAll("input[type=search]")].find((box) => box.offsetParent !== null)?.focus(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (!isOn || typing || help.open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.querySelector("[data-keys-open]")?.addEventListener("click", (event) => {
  event.preventDefault();
  help.showModal();
});
