// Folds stay as the reader left them, for this visit; before printing all of them open.

const folds = [...document.querySelectorAll("details.fold")];
const nameOf = (fold) => `fold:${location.pathname}:${fold.id || folds.indexOf(fold)}`;

function recall(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null; // storage may be forbidden; then nothing is remembered
  }
}

function remember(name, open) {
  try {
    sessionStorage.setItem(name, open ? "open" : "shut");
  } catch {
    // as above
  }
}

for (const fold of folds) {
  const before = recall(nameOf(fold));
  if (before) fold.open = before === "open";
  fold.addEventListener("toggle", () => remember(nameOf(fold), fold.open));
}

let shut = [];
addEventListener("beforeprint", () => {
  shut = folds.filter((fold) => !fold.open);
  for (const fold of shut) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of shut) fold.open = false;
});
