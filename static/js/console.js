// The console of one operation: sends what stands in its fields to this site's API and shows what comes.
// The key is read from its field when a request is sent; it is stored nowhere and goes nowhere else.

const SHOWN = ["content-type", "etag", "retry-after", "ratelimit", "idempotent-replayed", "deprecation", "sunset"];

function addressOf(box) {
  let path = box.dataset.path;
  const query = new URLSearchParams();
  for (const input of box.querySelectorAll("[data-in]")) {
    const { name, in: where } = input.dataset;
    const value = input.value.trim();
    if (where === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    if (where === "query" && value) query.set(name, value);
  }
  const url = new URL(path, location.origin);
  url.search = query.toString();
  return url;
}

function headersOf(box) {
  const headers = new Headers({ "Accept-Language": box.dataset.lang });
  const key = box.querySelector("[data-key]")?.value.trim();
  if (key) headers.set("Authorization", `Bearer ${key}`);
  for (const input of box.querySelectorAll('[data-in="header"]')) {
    const value = input.value.trim();
    if (value) headers.set(input.dataset.name, value);
  }
  return headers;
}

async function read(response, answer) {
  const type = response.headers.get("Content-Type") ?? "";
  if (!type.includes("json")) return type ? answer.dataset.file : "";
  return JSON.stringify(await response.json(), null, 1);
}

function headLines(response) {
  const lines = SHOWN.filter((name) => response.headers.has(name)).map((name) => `${name}: ${response.headers.get(name)}`);
  return [`HTTP ${response.status} ${response.statusText}`, ...lines].join("\n");
}

async function send(box) {
  const answer = box.querySelector("[data-answer]");
  const shown = box.querySelector("[data-shown]");
  const area = box.querySelector("[data-body]");
  const key = box.querySelector("[data-key]");
  shown.hidden = true;
  if (key && !key.value.trim()) {
    answer.textContent = answer.dataset.nokey;
    key.focus();
    return;
  }
  const asked = { method: box.dataset.method, headers: headersOf(box), credentials: "omit", cache: "no-store" };
  if (area?.value.trim()) {
    try {
      JSON.parse(area.value);
    } catch {
      answer.textContent = answer.dataset.badbody;
      area.focus();
      return;
    }
    asked.body = area.value;
    asked.headers.set("Content-Type", "application/json");
  }
  answer.textContent = answer.dataset.waiting;
  try {
    const response = await fetch(addressOf(box), asked);
    shown.textContent = `${headLines(response)}\n\n${await read(response, answer)}`;
    shown.hidden = false;
    answer.textContent = `${response.status} ${response.statusText}`;
  } catch {
    answer.textContent = answer.dataset.failed;
  }
}

for (const box of document.querySelectorAll("[data-console]")) {
  box.hidden = false;
  const number = box.querySelector('[data-name="Idempotency-Key"]');
  if (number && !number.value) number.value = `try-${crypto.randomUUID?.() ?? Date.now()}`;
  box.querySelector("[data-send]").addEventListener("click", () => send(box));
}
