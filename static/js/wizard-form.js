// Question pages with scripts on: parts that depend on a choice appear with it, “nobody” clears the others, one press sends once.

const form = document.querySelector("main").closest("form");

function chosen(name) {
  return [...form.querySelectorAll(`[name="${name}"]:checked`)].map((input) => input.value);
}

function reveal() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split("=");
    part.hidden = !chosen(name).some((value) => values.split("|").includes(value));
  }
}

function clearOthers(input) {
  if (input.name !== "tried" || !input.checked) return;
  for (const other of form.querySelectorAll('[name="tried"]')) {
    if (other !== input && (input.value === "nobody" || other.value === "nobody")) other.checked = false;
  }
}

form.addEventListener("change", (event) => {
  clearOthers(event.target);
  reveal();
});
reveal();

form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  if (form.dataset.sending) form.querySelector(".dock [role=status]").textContent = form.dataset.sending;
});
// Back by swiping shows the page as it was left: let it be sent again.
window.addEventListener("pageshow", () => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
