// A conversation with scripts on: sentences go into the box, a message is sent without leaving the page and kept when the line
// breaks, new ones come by themselves, and what was looked at is not new any more. All of it are plain forms underneath.

const EVERY = 20_000; // milliseconds between two looks for new messages
const QUIET_AFTER = 15 * 60_000; // nobody has touched the page for so long: no more looks
const talk = document.querySelector("[data-talk]");
const log = talk.querySelector("[data-log] ol");
const form = talk.querySelector("[data-write]");
const words = form?.elements.words;
const status = talk.querySelector("[data-status]");
let touched = Date.now();

function say(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("is-bad", bad);
}

function count() {
  const left = words.dataset.limit - [...words.value.trim()].length;
  const line = form.querySelector("[data-left]");
  line.textContent = left < 100 ? String(left) : "";
  line.classList.toggle("is-over", left < 0);
  words.style.height = "auto"; // the sheet's own bounds hold
  words.style.height = `${words.scrollHeight + 2}px`;
}

function last() {
  return Math.max(0, ...[...log.querySelectorAll("[data-message]")].map((each) => Number(each.dataset.message)));
}

// What the server's page has and this one has not; days between them included.
function take(page) {
  const from = last();
  let fresh = null;
  for (const item of page.querySelectorAll("[data-log] ol > li")) {
    if (item.matches(".log__day")) fresh = item;
    else if (Number(item.dataset.message) > from) {
      if (fresh && ![...log.querySelectorAll(".log__day")].some((day) => day.textContent === fresh.textContent)) log.append(fresh);
      log.append(item);
    }
  }
  if (last() > from) talk.querySelector("[data-empty]")?.remove();
  return last() > from;
}

async function parsed(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function seen(page) {
  const mark = page.querySelector("[data-seen]");
  if (!mark || document.hidden) return;
  await fetch(mark.action, { method: "POST", body: new FormData(mark), redirect: "manual" });
  mark.hidden = true;
}

async function look() {
  if (document.hidden || Date.now() - touched > QUIET_AFTER || location.search) return;
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = await parsed(answer);
    if (Boolean(page.querySelector("[data-write]")) !== Boolean(form)) location.reload();
    else if (take(page)) await seen(page);
  } catch {
    // no line: the next look will tell
  }
}

async function send(event) {
  if (event.submitter?.matches("[data-preset]")) return;
  event.preventDefault();
  const button = form.querySelector("[data-send]");
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  say(talk.dataset.sending);
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    const page = await parsed(answer);
    if (!answer.ok || !answer.redirected || !page.querySelector("[data-write]")) {
      // Refused, or the way in has closed: the server's own page says why and holds the words.
      document.documentElement.replaceChildren(...page.documentElement.childNodes);
      document.querySelector("[data-focus]")?.focus();
      return;
    }
    take(page);
    form.reset();
    words.value = "";
    for (const name of ["key", "seen"]) form.elements[name].value = page.querySelector(`[data-write] [name=${name}]`).value;
    for (const fold of form.querySelectorAll("details[open]")) fold.open = false;
    say(`${talk.dataset.sent} ${log.lastElementChild.querySelector("time").textContent}`);
    log.lastElementChild.scrollIntoView({ block: "nearest" });
    count();
    words.focus();
  } catch {
    say(talk.dataset.failed, true);
    button.querySelector("span").textContent = talk.dataset.retry;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

form?.addEventListener("submit", send);
words?.addEventListener("input", count);
form?.addEventListener("click", (event) => {
  const sentence = event.target.closest("[data-preset]");
  if (!sentence) return;
  event.preventDefault();
  words.value = [words.value.trimEnd(), sentence.textContent].filter(Boolean).join("\n");
  sentence.closest("details").open = false;
  count();
  words.focus();
});
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (touched = Date.now()), { passive: true });
if (!location.hash) (log.querySelector(".msgb:has(.msgb__new)") ?? log.lastElementChild)?.scrollIntoView({ block: "nearest" });
if (words?.value) count();
seen(document);
setInterval(look, EVERY);
