// The look of one file under way: its picture, before the server has one, and how long it will still take.

export function picture(row) {
  const image = new Image();
  image.alt = "";
  image.src = URL.createObjectURL(row.file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  image.addEventListener("error", () => image.remove(), { once: true });
  row.element.querySelector(".file__t").append(image);
  row.element.querySelector(".file__t svg").hidden = true;
}

// Seconds left, as a sentence, once the speed can be guessed; nothing for the last moment.
export function remaining(row, { loaded, total }, sentence) {
  row.begun ??= { at: performance.now(), loaded };
  const elapsed = (performance.now() - row.begun.at) / 1000;
  const sent = loaded - row.begun.loaded;
  if (elapsed < 1 || sent <= 0) return "";
  const seconds = Math.ceil(((total - loaded) * elapsed) / sent);
  return seconds > 1 ? sentence.replace("{seconds}", seconds) : "";
}
