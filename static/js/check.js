// The check without loading pages: so that Back, reloading and coming back show the question one was at, where a browser would
// otherwise ask whether to send a form again. What was sent stays with the entry of the tab's history and goes with it.

const PARTS = ["[data-swap=header]", "[data-swap=page]"];

function put(text) {
  const next = new DOMParser().parseFromString(text, "text/html");
  document.title = next.title;
  for (const part of PARTS) {
    const [old, fresh] = [document.querySelector(part), next.querySelector(part)];
    if (old && fresh) old.replaceWith(fresh);
  }
  ready();
  document.dispatchEvent(new Event("page:shown"));
  scrollTo(0, 0);
  const heading = document.querySelector("[data-focus]") ?? document.querySelector("main h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
}

async function send(url, body) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(body), credentials: "same-origin" });
  if (!answer.ok) throw new Error(answer.status);
  put(await answer.text());
  return answer.url;
}

function ready() {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  // On a narrow screen what one has said oneself can wait behind its heading.
  const narrow = matchMedia("(max-width: 59.99rem)").matches;
  for (const fold of document.querySelectorAll("details[data-wide]")) fold.open = !narrow;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-check]")) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  const button = event.submitter;
  button?.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form, button)).toString();
  try {
    const url = await send(form.action, body);
    history.pushState({ url: form.action, body }, "", url);
  } catch {
    // The plain way: the browser says itself what is wrong with the line.
    delete form.dataset.sent;
    if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    form.submit();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
  const link = event.target.closest("a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault(); // no entry of the history without its answers
  const fold = target.closest("details");
  if (fold) fold.open = true;
  target.scrollIntoView();
  if (!target.matches("input")) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
});

function again() {
  const { url, body } = history.state ?? {};
  if (url) send(url, body).catch(() => location.reload());
  else location.reload();
}

addEventListener("popstate", again);
// Come back from another page, or reloaded: the address alone knows no answers, the entry of the history does.
if (history.state?.url) again();
ready();
