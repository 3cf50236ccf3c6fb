// What if, quicker: each change is computed at once and only the results are swapped. What moved is outlined and read
// out; the focus stays. Underneath it is a form with a button, and the button goes on working.

const form = document.querySelector("[data-whatif]");
const result = document.querySelector("[data-result]");
const said = document.querySelector("[data-said]");
const WAIT = 300; // ms after the last key
let turn = 0, timer;

const words = () => new Map([...result.querySelectorAll("[data-party]")].map((row) => [row.dataset.party, row.dataset.word]));
const valueOf = (box) => [...new FormData(form).entries()].filter(([name]) => name === box).map(([, value]) => value).sort().join();

function mark(place, isChanged) {
  place.classList.toggle("is-changed", isChanged);
  place.querySelector(".wf-mark").hidden = !isChanged;
}

function markAround(input) {
  const fact = input.closest("[data-fact]");
  const setting = input.closest("[data-setting]");
  if (fact) mark(fact, fact.querySelector(":checked")?.value !== fact.dataset.was);
  if (!setting) return;
  const now = valueOf(setting.dataset.setting);
  const isSum = input.inputMode === "decimal" && now && setting.dataset.was;
  mark(setting, isSum ? Number(now) !== Number(setting.dataset.was) : now !== setting.dataset.was);
}

/** Show each error at its field, or none; what is typed and the focus stay. */
function mend(template) {
  for (const setting of form.querySelectorAll(".wf-set__f")) {
    const control = setting.querySelector("input, select");
    const fresh = template?.content.querySelector(`[name="${control.name}"]`)?.closest(".field");
    const message = fresh?.querySelector(".msg");
    setting.querySelector(".msg")?.remove();
    setting.querySelector(".field").classList.toggle("field--err", Boolean(message));
    if (message) {
      setting.querySelector(".field__in, .tiles").before(message);
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", message.id);
    } else {
      control.removeAttribute("aria-invalid");
    }
  }
  form.querySelector(".errsum")?.remove();
}

function announce(before) {
  const { colon, comma, still } = result.dataset;
  const moved = [];
  for (const row of result.querySelectorAll("[data-party]")) {
    const { party, word } = row.dataset;
    if (!before.has(party) || before.get(party) === word) continue;
    row.classList.add("is-new");
    moved.push(`${party}${colon}${before.get(party)} → ${word}`);
  }
  const wrong = result.querySelector(".note--err");
  said.textContent = wrong ? wrong.textContent.trim() : moved.join(comma) || still;
}

function fail() {
  const note = document.createElement("p");
  note.className = "note note--err";
  note.textContent = said.textContent = result.dataset.failed;
  result.querySelector(":scope > p.note--err")?.remove();
  result.prepend(note);
}
let last = words();
function show(page) {
  const folds = () => [...result.querySelectorAll("details")];
  const open = folds().map((fold) => fold.open);
  const held = result.contains(document.activeElement) && document.activeElement !== result;
  const place = result.scrollTop;
  const template = page.querySelector("[data-mended]");
  template?.remove();
  result.replaceChildren(...page.body.childNodes);
  result.scrollTop = place;
  if (held) result.querySelector("h2").focus({ preventScroll: true }); // the button that was pressed is gone
  if (open.length === folds().length) folds().forEach((fold, i) => { fold.open = open[i]; });
  mend(template);
  announce(last);
  if (result.querySelector("[data-party]")) last = words();
}

async function recalculate() {
  const mine = ++turn;
  clearTimeout(timer);
  result.setAttribute("aria-busy", "true");
  try {
    const headers = { Accept: "text/html", "X-Part": "result" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers, credentials: "same-origin" });
    if (answer.redirected || ![200, 422].includes(answer.status)) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === turn) show(page); // else something was changed since
  } catch {
    if (mine === turn) fail();
  } finally {
    if (mine === turn) result.removeAttribute("aria-busy");
  }
}

form.addEventListener("input", (event) => {
  if (!event.target.name) return; // the filter
  markAround(event.target);
  clearTimeout(timer);
  timer = setTimeout(recalculate, WAIT);
});

form.addEventListener("submit", (event) => {
  const { name, value } = event.submitter ?? {};
  if (name === "note") return;
  event.preventDefault();
  for (const each of name === "apply" ? value.split(" ") : []) {
    const [fact, answer] = each.split("=");
    const radio = form.querySelector(`[name="fact-${fact}"][value="${answer}"]`);
    radio.checked = true;
    markAround(radio);
  }
  recalculate();
});
