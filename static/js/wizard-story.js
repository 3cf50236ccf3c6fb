// The story with scripts on: how many characters are left (said at 100, 50 and 0), and openings that put themselves in.

for (const line of document.querySelectorAll("[data-count-for]")) {
  const field = document.getElementById(line.dataset.countFor);
  const limit = Number(field.dataset.count);
  const count = () => {
    const left = limit - [...field.value.trim()].length;
    const sentence = (left < 0 ? line.dataset.over : line.dataset.left).replace("{n}", Math.abs(left));
    line.setAttribute("aria-live", left <= 0 || left === 100 || left === 50 ? "polite" : "off");
    line.textContent = sentence;
  };
  field.addEventListener("input", count);
  count();
}

for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.insert);
    const before = field.value && !field.value.endsWith("\n") ? "\n" : "";
    field.setRangeText(before + button.textContent, field.value.length, field.value.length, "end");
    field.dispatchEvent(new Event("input"));
    field.focus();
  });
}
