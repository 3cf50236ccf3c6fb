// An answer is kept 800 ms after the typing stops. A colleague's newer words are never written over: the line says so, and from
// then on only a button saves, which shows both.

const PAUSE = 800;
const form = document.querySelector("form[data-answer]");
const line = form?.querySelector("[data-kept]");
let timer = 0;
let saving = null;

async function save() {
  timer = 0;
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const { said, seen } = await answer.json();
    line.textContent = said;
    if (answer.ok) form.elements.seen.value = seen;
    else form.removeEventListener("input", later);
  } catch {
    // No line just now: the words stand in the page, and the button sends them.
  }
  saving = null;
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(() => { saving = save(); }, PAUSE);
}

if (form) {
  form.addEventListener("input", later);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault(); // the older words must not arrive last
    const button = event.submitter;
    saving.finally(() => form.requestSubmit(button));
  });
}
