// What every page does with scripts on: colours as the reader chose them (a cookie, so that the server paints the next page right
// at once), and focus on a summary of errors once the page stands.

const YEAR = 60 * 60 * 24 * 365;
const root = document.documentElement;

function show(choice) {
  if (choice) root.dataset.theme = choice;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

function keep(choice) {
  const age = choice ? YEAR : 0;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${choice}; path=/; max-age=${age}; samesite=lax${secure}`;
}

root.classList.add("js");
show(root.dataset.theme || "");
for (const button of document.querySelectorAll("[data-theme-choice]")) {
  button.addEventListener("click", () => {
    keep(button.dataset.themeChoice);
    show(button.dataset.themeChoice);
  });
}

// What is missing is said by the page, in its language and beside the field; the browser's bubbles speak the browser's.
for (const form of document.forms) form.noValidate = true;

// An error summary, or a result one waited for. A link of an earlier summary may have left its “#field” in the address; the
// browser would take the focus there.
const waited = document.querySelector("[data-focus]");
if (waited) {
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  waited.focus();
}
