// "3 new; show": every half a minute the page asks how many were filed into its list since it was made. It says so and
// moves nothing; it does not ask while nobody looks, and gives up after a while of no answers.

const EVERY = 30_000; // ms
const GIVE_UP = 4; // failures in a row

const place = document.querySelector("[data-news]");
const link = place?.querySelector("a");
let failures = 0, said = "", timer;

async function ask() {
  const address = new URL(place.dataset.news, location.href);
  address.searchParams.set("since", place.dataset.since);
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const { words } = await answer.json();
    failures = 0;
    if (words !== said) link.textContent = said = words;
    link.hidden = !words;
  } catch {
    failures += 1;
  }
}

function wait() {
  clearTimeout(timer);
  if (document.hidden || failures >= GIVE_UP) return;
  timer = setTimeout(() => ask().then(wait), EVERY);
}

if (place) {
  document.addEventListener("visibilitychange", wait);
  wait();
}
