// The check without loading pages: so that Back shows the question one was at, where a browser would otherwise ask whether to
// send a form again. The answers stay in the memory of this page and go with it: browsers write the history of a tab to disk,
// so an entry of it holds nothing but its place.

const PARTS = ["[data-swap=header]", "[data-swap=page]"];
const kept = new Map(); // place in the history → what shows its page again
let place = history.state?.place ?? 0;

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
  // To leave the page is to lose the answers: what explains them opens beside it, and says so.
  if (!document.getElementById("beside")) return;
  for (const link of document.querySelectorAll("[data-swap=page] a[href^='/']:not([data-leave])")) {
    Object.assign(link, { target: "_blank", rel: "noopener" }).setAttribute("aria-describedby", "beside");
  }
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
    place += 1;
    kept.set(place, { url: form.action, body });
    history.pushState({ place }, "", url);
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

addEventListener("popstate", () => {
  place = history.state?.place ?? 0;
  const page = kept.get(place);
  if (page) send(page.url, page.body).catch(() => location.reload());
  else location.reload();
});

// The page the browser loaded itself. Its entry is made anew: one that a form was sent for would keep what was sent.
const told = document.querySelector("[data-swap=header] [name=told]")?.value;
if (told) kept.set(place, { url: location.href, body: new URLSearchParams({ told }).toString() });
history.replaceState({ place }, "", location.href);
ready();
