// What was typed while the line was down waits in this window, and stands in the page again when it is opened once more,
// with the mark of what it was typed on: another window's words are not overwritten by it (complaints/flow/windows.py).

const PREFIX = "unsent:";
// Words belong to one draft: another one in the same window, by a code or after a deletion, is not filled with them. The
// first saving of a page makes its draft, and the answer names it.
const holder = document.querySelector("form[data-draft]");
const key = () => `${PREFIX}${holder?.dataset.draft || "new"}:${location.pathname}`;
const SECRET = "csrfmiddlewaretoken";

export function keepUnsent(form) {
  const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== SECRET);
  sessionStorage.setItem(key(), JSON.stringify(pairs));
}

export function forgetUnsent() {
  sessionStorage.removeItem(key());
}

export function hasUnsent() {
  return sessionStorage.getItem(key()) !== null;
}

// The form was sent or thrown away: nothing of any page waits any more.
export function forgetAll() {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
}

// Puts the words back; true where there were any.
export function bringBack(form) {
  const pairs = JSON.parse(sessionStorage.getItem(key()) ?? "[]");
  if (!pairs.length) return false;
  const sent = new Map();
  for (const [name, value] of pairs) sent.set(name, [...(sent.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || field.name === SECRET || field.type === "submit" || field.type === "file") continue;
    const values = sent.get(field.name) ?? [];
    if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
    else if (values.length) [field.value] = values;
  }
  return true;
}
