// The queue, quicker: a row opens beside the list, more rows are added in place, the bar of chosen rows counts along,
// filters apply when chosen. Each is a plain link or form underneath.

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

/** Show the case of a row beside the list; the focus stays in the list. */
export async function open(link) {
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

/** Count the chosen rows and show what can be done with them. */
export function count() {
  const chosen = form.querySelectorAll("[name=case]:checked").length;
  bulk.hidden = chosen === 0;
  bulk.querySelector("[data-chosen]").textContent = String(chosen);
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
  form.addEventListener("change", count);
  count();
}

for (const filters of document.querySelectorAll("[data-filters]")) {
  filters.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name); // a short address
  });
  filters.addEventListener("change", (event) => {
    if (event.target.matches("select")) filters.requestSubmit();
  });
}
