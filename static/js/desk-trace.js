// Pointing at a ground of the trace, or tabbing to it, lights up the facts it rests on. Its chips are links to them anyway.

for (const step of document.querySelectorAll("[data-facts]")) {
  const facts = step.dataset.facts.trim().split(/\s+/);
  const light = (on) => {
    for (const fact of facts) document.getElementById(`fact-${fact}`)?.classList.toggle("fact--lit", on);
  };
  step.addEventListener("pointerenter", () => light(true));
  step.addEventListener("pointerleave", () => light(false));
  step.addEventListener("focusin", () => light(true));
  step.addEventListener("focusout", () => light(false));
}

// A link to a fact opens what hides it.
addEventListener("hashchange", () => document.querySelector(location.hash || "main")?.closest("details")?.setAttribute("open", ""));
