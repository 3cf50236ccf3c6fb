// Who else has this case open: the page says every half minute that it is open, and shows who answers. Without this
// script the line is right as the page loads.

const form = document.querySelector("[data-here]");

/** Tell the desk, and put its answer in place; a line that is down changes nothing. */
async function tell(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    const shown = form.querySelector("[data-lookers]");
    if (found.textContent.trim() !== shown.textContent.trim()) shown.replaceChildren(...found.childNodes);
  } catch {
    // the next beat tries again
  }
}

if (form) {
  let timer = 0;
  const begin = () => (timer ||= setInterval(() => tell(form), Number(form.dataset.here)));
  document.addEventListener("visibilitychange", () => {
    clearInterval(timer);
    timer = 0;
    if (document.visibilityState === "visible") {
      tell(form);
      begin();
    }
  });
  addEventListener("pagehide", () => {
    const last = new FormData(form);
    last.set("leave", "1");
    navigator.sendBeacon(form.action, last);
  });
  addEventListener("pageshow", (event) => event.persisted && tell(form));
  begin();
}
