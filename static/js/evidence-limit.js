// Which files fit: by their number, with a notice that stays and names those that were left out, and by their size.

const MEBIBYTE = 1024 * 1024;
const notice = document.querySelector("[data-left-out]");

// The first files for which there is room beside those that are there. What is said about the others is read out too.
export function thatFit(files, room, say) {
  const there = document.querySelectorAll("[name=remove]").length;
  const fit = files.slice(0, Math.max(0, room - there));
  const names = files.slice(fit.length).map((file) => file.name).join(notice.dataset.comma);
  const sentence = names && notice.dataset.leftOut.replace("{names}", names);
  notice.hidden = !names;
  notice.querySelector("[data-sentence]").textContent = sentence;
  if (names) say(sentence);
  return fit;
}

// A sentence about a file that is larger than its kind may be; the limits are in MiB.
export function tooBig(file, { image, pdf, video, audio }, words) {
  const size = (file.size / MEBIBYTE).toFixed(1);
  const kinds = [["image/", image, words.bigImage], ["application/pdf", pdf, words.bigPdf], ["video/", video, words.bigVideo], ["audio/", audio, words.bigAudio]];
  const found = kinds.find(([type]) => file.type.startsWith(type));
  return found && file.size > found[1] * MEBIBYTE ? found[2].replace("{size}", size).replace("{limit}", found[1]) : "";
}
