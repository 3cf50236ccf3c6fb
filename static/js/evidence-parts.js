// A large file in parts, over a line that breaks: the server says how far it got, and the next part begins there. Each part
// carries its SHA-256 where the browser can count one. After a few tries in a row the row says so and waits to be asked.

export const PART = 1 << 20; // as much as the server takes in one part
const PAUSES = [1000, 2000, 4000, 8000];
const GONE = 404;

class LineLost extends Error {}

const pause = (time) => new Promise((resolve) => {
  const over = () => { clearTimeout(timer); window.removeEventListener("online", over); resolve(); };
  const timer = setTimeout(over, time);
  window.addEventListener("online", over);
});

async function digest(part) {
  if (!crypto.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await part.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// One request of a row; it resolves to {status, answer}, and to nothing when the row was stopped.
function ask(row, method, url, { headers = {}, body = null, progress = null } = {}) {
  if (row.state === "stopped") return Promise.resolve(null);
  const request = (row.request = new XMLHttpRequest());
  return new Promise((resolve, reject) => {
    if (progress) request.upload.addEventListener("progress", progress);
    request.addEventListener("abort", () => resolve(null));
    request.addEventListener("error", () => reject(new LineLost()));
    request.addEventListener("load", () => resolve({ status: request.status, answer: request.response }));
    request.open(method, url);
    for (const [name, value] of Object.entries({ Accept: "application/json", ...headers })) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.send(body);
  });
}

async function announce(row, url, token) {
  const { name, size, type } = row.file;
  const body = new URLSearchParams({ name, size, type, kind: row.kind, csrfmiddlewaretoken: token });
  const found = await ask(row, "POST", url, { body });
  if (found?.answer?.key) row.upload = `${url}${found.answer.key}/`;
  return found;
}

async function sendPart(row, offset, token, say) {
  const part = row.file.slice(offset, offset + PART);
  const headers = { "Content-Type": "application/octet-stream", "X-CSRFToken": token, "X-Part-SHA256": await digest(part) };
  const progress = (event) => row.progress({ loaded: offset + Math.min(event.loaded, part.size), total: row.file.size }, say);
  return ask(row, "POST", `${row.upload}?offset=${offset}`, { headers, body: part, progress });
}

// From where the server stands to the end. Resolves to the last answer, or to what stopped it.
async function goOn(row, token, say, advanced) {
  let found = await ask(row, "GET", row.upload);
  while (found && Number.isInteger(found.answer?.offset) && found.answer.offset < row.file.size) {
    const before = found.answer.offset;
    found = await sendPart(row, before, token, say);
    if (found?.answer?.problems) return found; // no room there just now: the row says so, and can be sent again
    if (found?.answer?.offset > before) advanced();
    else if (found?.answer) throw new LineLost(); // the part arrived damaged: once more
  }
  return found?.answer && Number.isInteger(found.answer.offset) ? ask(row, "POST", `${row.upload}finish/`, { headers: { "X-CSRFToken": token } }) : found;
}

// Resolves to the server's answer, or to nothing when the file was stopped or did not arrive.
export async function sendInParts(row, url, token, say) {
  row.state = "sending";
  row.spoken ??= 0;
  row.forget = () => fetch(`${row.upload}cancel/`, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
  for (let tries = 0; ; tries += 1) {
    try {
      const begun = row.upload ? { answer: {} } : await announce(row, url, token);
      const found = begun?.answer && !begun.answer.problems?.length && row.upload ? await goOn(row, token, say, () => { tries = 0; }) : begun;
      if (!found) return null;
      if (found.status === GONE) row.upload = null;
      return row.arrived({ status: found.answer?.problems ? 200 : found.status, response: found.answer }, say);
    } catch (error) {
      if (!(error instanceof LineLost)) throw error;
      if (row.state === "stopped") return null;
      if (tries >= PAUSES.length) { row.lost(say); return null; }
      row.pause(say);
      await pause(PAUSES[tries]);
    }
  }
}
