// What is typed is kept 800 ms after the typing stops, so that a call or a lost line costs nothing. Continue waits for it, lest
// the older text arrive last; the switch of language has it kept first, and finds it again in the other language.

import { bringBack, forgetUnsent, hasUnsent, keepUnsent } from "./wizard-unsent.js";

const PAUSE = 800;
const form = document.querySelector("main").closest("form");
const line = form.querySelector(".dock [role=status]");
let timer = 0;
let saving = null;

async function save() {
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  try {
    const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) {
      const { saved, draft } = await answer.json();
      line.textContent = saved;
      forgetUnsent();
      form.dataset.draft = draft;
    }
  } catch {
    keepUnsent(form); // No line just now: the text still stands in the page, and Continue sends it.
  }
  saving = null;
}

function saveNow() {
  timer = 0;
  saving = save();
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(saveNow, PAUSE);
});

document.querySelector(".top form").addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (timer) saveNow();
  if (!saving) return;
  event.preventDefault();
  saving.finally(() => event.target.submit());
});

form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (!saving) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  saving.finally(() => form.requestSubmit(event.submitter));
}, { capture: true });

if (bringBack(form)) saveNow();
window.addEventListener("online", () => { if (hasUnsent()) saveNow(); });
