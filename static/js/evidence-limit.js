// How many files still fit, and a notice that stays and names those that were left out.

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
