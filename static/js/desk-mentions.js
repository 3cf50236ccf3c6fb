// A list of colleagues under the box of a note, as soon as an @ is typed. The names are those of the boxes to tick below;
// without this script one ticks them, or types the name in full.

const holder = document.querySelector("[data-mentions]") ?? document.querySelector("form:has([name=mentioned])");
const box = holder?.querySelector("textarea[name=words]");
const names = [...document.querySelectorAll("[name=mentioned]")].map((tick) => tick.labels[0].textContent.trim());

if (box && names.length) {
  const list = document.createElement("ul");
  Object.assign(list, { className: "at-list", id: "at-list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0].textContent.trim());
  box.closest(".field").after(list);
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-autocomplete", "list");
  let chosen = 0;

  /** The part of a name that is being typed; null where there is no @ before the cursor. */
  const typed = () => box.value.slice(0, box.selectionStart).match(/[@＠]([^\s@＠]{0,30})$/)?.[1] ?? null;

  const close = () => {
    list.hidden = true;
    box.removeAttribute("aria-activedescendant");
  };

  function take(name) {
    const start = box.selectionStart - typed().length;
    box.setRangeText(`${name} `, start, box.selectionStart, "end");
    close();
    box.focus();
  }

  function show() {
    const part = typed()?.toLowerCase();
    const fits = part === undefined ? [] : names.filter((name) => name.toLowerCase().includes(part)).slice(0, 8);
    if (!fits.length) return close();
    chosen = Math.min(chosen, fits.length - 1);
    list.replaceChildren(
      ...fits.map((name, place) => {
        const item = document.createElement("li");
        Object.assign(item, { id: `at-${place}`, textContent: name });
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(place === chosen));
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => take(name));
        return item;
      }),
    );
    list.hidden = false;
    box.setAttribute("aria-activedescendant", `at-${chosen}`);
  }

  const KEYS = {
    ArrowDown: () => (chosen = Math.min(chosen + 1, list.children.length - 1)),
    ArrowUp: () => (chosen = Math.max(chosen - 1, 0)),
    Enter: () => take(list.children[chosen].textContent),
    Tab: () => take(list.children[chosen].textContent),
    Escape: close,
  };
  box.addEventListener("input", () => {
    chosen = 0;
    show();
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
    if (event.key.startsWith("Arrow")) show();
  });
}
