// Find a fact among many: what does not match is hidden, folds with a match are open while one is looking.

const box = document.querySelector("[data-filter]");
const found = document.querySelector("[data-found]");
const groups = [...document.querySelectorAll("[data-group]")];
const textOf = (row) => `${row.dataset.fact} ${row.querySelector("legend").textContent} ${row.querySelector("p").textContent}`.toLowerCase();
const rows = groups.flatMap((group) => [...group.querySelectorAll("[data-fact]")].map((row) => ({ row, group, text: textOf(row) })));

function look() {
  const wanted = box.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const matching = new Set();
  let count = 0;
  for (const { row, group, text } of rows) {
    row.hidden = !wanted.every((word) => text.includes(word));
    if (!row.hidden) {
      matching.add(group);
      count += 1;
    }
  }
  for (const group of groups) {
    group.hidden = !matching.has(group);
    if (group.matches("details")) group.open = wanted.length > 0 && matching.has(group);
  }
  found.textContent = wanted.length ? (count ? found.dataset.some.replace("{n}", count) : found.dataset.none) : "";
}

box.addEventListener("input", look);
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault(); // it would recalculate
});
