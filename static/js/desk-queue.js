// The queue, quicker: a row opens beside the list, more rows are added in place, the bar of chosen rows counts along,
// a row opened once more opens whole, filters apply when chosen. Each is a plain link or form underneath.

const form = document.querySelector("[data-desk-queue]");
const peek = document.querySelector("[data-peek]");
const bulk = document.querySelector("[data-bulk]");

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function mark(link) {
  for (const old of form.querySelectorAll(".sel")) {
    old.classList.remove("sel");
    old.querySelector("[aria-current]")?.removeAttribute("aria-current");
  }
  link.setAttribute("aria-current", "true");
  link.closest("li").classList.add("sel");
}

let wanted = 0;

/** Show the case of a row beside the list; the focus stays in the list. The one that is there already opens whole. */
export async function open(link) {
  if (link.matches("[aria-current]") || !link.dataset.open) return location.assign(link.dataset.case ?? link.href);
  const turn = ++wanted;
  mark(link);
  peek.setAttribute("aria-busy", "true");
  try {
    const page = await fetched(link.dataset.open);
    if (turn !== wanted) return; // another row was opened since
    peek.replaceChildren(...page.body.childNodes);
    history.replaceState(null, "", link.href);
    for (const next of document.querySelectorAll("[data-next]")) next.value = location.pathname + location.search;
  } catch {
    location.assign(link.href); // as without this script
  } finally {
    if (turn === wanted) peek.removeAttribute("aria-busy");
  }
}

async function more(link) {
  link.setAttribute("aria-busy", "true");
  const page = await fetched(link.href);
  const rows = [...page.querySelectorAll("[data-desk-queue] ul.q > li")];
  link.closest("li").replaceWith(...rows);
  rows[0]?.querySelector("a.wide, a.narrow")?.focus();
}

const boxes = () => [...form.querySelectorAll("[name=case]")];

/** Count the chosen rows and show what can be done with them. */
function count() {
  const all = boxes(), chosen = all.filter((box) => box.checked).length;
  const over = chosen > Number(bulk.dataset.most);
  bulk.hidden = chosen === 0;
  bulk.querySelector("[data-chosen]").textContent = String(chosen);
  bulk.querySelector("[data-over]").hidden = !over;
  for (const button of bulk.querySelectorAll("button")) button.disabled = over;
  const whole = bulk.querySelector("[data-all]");
  whole.checked = chosen === all.length;
  whole.indeterminate = chosen > 0 && chosen < all.length;
}

/** Choose a row, or no longer. */
export function toggle(row) {
  const box = row?.querySelector("[name=case]");
  if (box && bulk) box.click();
}

let last = null;

/** With Shift, everything from the last one chosen to this one becomes as this one is. */
function choose(event) {
  const box = event.target.closest("[name=case]");
  if (!box) return;
  const all = boxes(), from = all.indexOf(last), to = all.indexOf(box);
  if (event.shiftKey && from >= 0) {
    for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = box.checked;
  }
  last = box;
  count();
}

if (form) {
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.matches("[data-open]")) {
      event.preventDefault();
      open(link);
    } else if (link.matches("[data-more]")) {
      event.preventDefault();
      more(link).catch(() => location.assign(link.href));
    }
  });
}
if (bulk) {
  form.addEventListener("click", choose);
  bulk.querySelector("[data-all]").addEventListener("change", (event) => {
    for (const box of boxes()) box.checked = event.target.checked;
    count();
  });
  addEventListener("pageshow", count); // a page that comes back keeps its ticks
  count();
}

for (const filters of document.querySelectorAll("[data-filters]")) {
  filters.addEventListener("change", (event) => {
    if (event.target.matches("select")) filters.requestSubmit();
  });
}
