// Single keys on the queue: j k o a x / ?. They can be switched off (WCAG 2.1.4); the choice is kept in this browser.
// Every one of them is also a link or a button.

import { count, open } from "./desk-queue.js";

const KEPT = "desk-keys";
const help = document.getElementById("keys");
const toggle = document.querySelector("[data-keys-on]");

const isOn = () => localStorage.getItem(KEPT) !== "off";
const rows = () => [...document.querySelectorAll("[data-row]")];
const linkOf = (row) => [...row.querySelectorAll("a.q__t")].find((link) => link.offsetParent !== null);
const current = () => rows().find((row) => row.contains(document.activeElement)) ?? document.querySelector("[data-row].sel");

function step(by) {
  const all = rows();
  const here = all.indexOf(current());
  const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
  const inside = next?.contains(document.activeElement) || document.activeElement.closest("[data-row]");
  linkOf(inside || here < 0 ? next : (current() ?? next))?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function openHere() {
  const row = current();
  const link = row && linkOf(row);
  if (!link) return;
  if (row.matches(".sel") || !link.dataset.open) location.assign(link.dataset.case ?? link.href);
  else open(link);
}

function choose() {
  const box = current()?.querySelector("[name=case]");
  if (!box) return;
  box.checked = !box.checked;
  count();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: openHere,
  x: choose,
  a: () => document.querySelector("[data-assign] button")?.click(),
  "/": () => document.getElementById("find")?.focus(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (!isOn() || typing || help.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.querySelector("[data-keys-open]")?.addEventListener("click", () => help.showModal());
toggle.checked = isOn();
toggle.addEventListener("change", () => localStorage.setItem(KEPT, toggle.checked ? "on" : "off"));
