// Evidence with scripts on: many files at once, dropped or pasted, one after the other, each with its progress, a way to
// stop it and to try again. The server takes the same form as without scripts and sends the two lists back as HTML.
import { listen } from "./evidence-enter.js";
import { thatFit, tooBig } from "./evidence-limit.js";
import { dress, tell } from "./evidence-live.js";
import { PART, sendInParts } from "./evidence-parts.js";
import { Row, words } from "./evidence-row.js";
import { keepShows, openFolds } from "./evidence-shows.js";

const root = document.querySelector("[data-evidence]");
const form = root.closest("form");
const part = (name) => root.querySelector(`[data-${name}]`);
const [image, pdf, video, most, audio] = root.dataset.limits.split(" ").map(Number);
const rows = [];
let leaving = null; // the button that was pressed while files were still on their way

const say = (sentence) => { part("status").textContent = sentence; };
const busy = () => rows.filter((row) => ["waiting", "sending"].includes(row.state));

function refresh(answer) {
  const focused = document.activeElement?.id;
  const unfold = openFolds(root);
  part("files").innerHTML = answer.files;
  part("checklist").innerHTML = answer.checklist;
  dress(root);
  unfold();
  tell(root, rows);
  if (focused) document.getElementById(focused)?.focus();
}

function body(fields) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

async function post(fields) {
  try {
    const answer = await fetch(root.dataset.evidence, { method: "POST", body: body(fields), headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    refresh(await answer.json());
    return true;
  } catch {
    say(words.offline);
    return false;
  }
}

function add(files, kind) {
  for (const file of thatFit([...files], most - busy().length, say)) {
    const row = new Row(file, kind, { retry: next, gone });
    rows.push(row);
    part("queue").append(row.element);
    const sentence = tooBig(file, { image, pdf, video, audio }, words);
    if (sentence) row.fail(sentence, false, false, file.type.startsWith("video/"));
  }
  next();
}

function gone(row) {
  rows.splice(rows.indexOf(row), 1);
  next();
}

async function next() {
  if (rows.some((row) => row.state === "sending")) return;
  const row = rows.find((each) => each.state === "waiting");
  tell(root, rows);
  if (!row) return finish();
  const answer = row.file.size > PART
    ? await sendInParts(row, root.dataset.uploads, form.elements.csrfmiddlewaretoken.value, say)
    : await row.send(root.dataset.evidence, body({ "file-1": row.file, "as-1": row.kind }), say);
  if (answer) refresh(answer);
  return row.state === "done" ? gone(row) : next();
}

function finish() {
  if (leaving && !rows.length) form.requestSubmit(leaving);
  else leaving = null; // something failed meanwhile: let them see it
}

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.name === "remove") {
    event.preventDefault();
    const place = [...form.querySelectorAll("[name=remove]")].indexOf(button);
    if (!(await post({ remove: button.value }))) return;
    const left = form.querySelectorAll("[name=remove]");
    (left[Math.min(place, left.length - 1)] ?? document.getElementById("files")).focus();
    say(words.removed);
  } else if (["up", "down"].includes(button?.name)) {
    event.preventDefault();
    if (!(await post({ [button.name]: button.value }))) return;
    (document.getElementById(button.id) ?? document.getElementById("files")).focus();
    say(words.moved);
  } else if (busy().length) {
    event.preventDefault();
    leaving = button;
    say(words.left.replace("{count}", busy().length));
  }
});

root.addEventListener("change", (event) => {
  const field = event.target;
  if (field.type === "file" && field.files.length) {
    add(field.files, field.dataset.kind ?? "");
    field.value = "";
  } else if (/^(kind|caption)-/.test(field.name)) post({ [field.name]: field.value });
});

listen(part("drop"), add);
keepShows(root, root.dataset.evidence, form, () => say(words.offline));
window.addEventListener("online", () => { for (const row of rows) row.again(); next(); });

dress(root);
