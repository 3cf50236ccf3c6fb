// What a file shows: each tick is kept at once, one after the other, and the folded line says it. Nothing is redrawn, so
// that of two quick ticks neither is lost.

let line = Promise.resolve();

function describe(fold) {
  const told = fold.querySelector("[data-shown]");
  const said = [...fold.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
  told.textContent = said.join(told.dataset.joint) || told.dataset.none;
}

async function keep(url, data, box, lost) {
  try {
    const answer = await fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    box.checked = !box.checked;
    describe(box.closest("details"));
    lost();
  }
}

export function keepShows(root, url, form, lost) {
  root.addEventListener("change", (event) => {
    const box = event.target;
    if (!/^shows-/.test(box.name)) return;
    const fold = box.closest("details");
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const field of fold.querySelectorAll("input")) if (field.type === "hidden" || field.checked) data.append(field.name, field.value);
    describe(fold);
    line = line.then(() => keep(url, data, box, lost));
  });
}

// Folds stay as they were when the list is drawn anew.
export function openFolds(root) {
  const open = [...root.querySelectorAll("details[open][id]")].map((fold) => fold.id);
  return () => { for (const id of open) document.getElementById(id)?.setAttribute("open", ""); };
}
