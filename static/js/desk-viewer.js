// The evidence viewer without loading anew: closer, farther, as it was, a quarter turn, and the same by single keys,
// which can be switched off (WCAG 2.1.4) as on the queue. Every button is a link underneath.

const KEPT = "desk-keys";
const stages = document.querySelector("[data-stages]");
const said = document.querySelector("[data-said]");
const toggle = document.querySelector("[data-keys-on]");
const isOn = () => localStorage.getItem(KEPT) !== "off";

const zooms = stages.dataset.zooms.split(" ");

function zoom(by) {
  const now = zooms.indexOf(stages.dataset.zoom);
  const place = by === 0 ? zooms.indexOf("100") : Math.min(Math.max(now + by, 0), zooms.length - 1);
  stages.dataset.zoom = zooms[place];
  said.textContent = said.dataset.zoomed.replace("{n}", zooms[place]);
  keep("zoom", zooms[place], "100");
}

function turn() {
  const quarters = (Number(stages.dataset.turn) + 1) % 4;
  stages.dataset.turn = String(quarters);
  for (const picture of stages.querySelectorAll(".evv-pic")) {
    const { width, height } = picture.dataset;
    const shift = ["", `translate(${height} 0)`, `translate(${width} ${height})`, `translate(0 ${width})`][quarters];
    picture.setAttribute("viewBox", quarters % 2 ? `0 0 ${height} ${width}` : `0 0 ${width} ${height}`);
    picture.firstElementChild.setAttribute("transform", `${shift} rotate(${quarters * 90})`);
    picture.classList.toggle("evv-pic--wide", Number(width) > Number(height) !== (quarters % 2 === 1));
  }
  said.textContent = said.dataset.turnedTo.replace("{n}", String(quarters * 90));
  keep("turn", String(quarters), "0");
}

/** The address says it as well, so that a copied link shows the same. */
function keep(name, value, plain) {
  const address = new URL(location);
  if (value === plain) address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  history.replaceState(null, "", address);
  for (const link of document.querySelectorAll(".evv-tools a")) {
    const other = new URL(link.href);
    if (value === plain) other.searchParams.delete(name);
    else other.searchParams.set(name, value);
    link.href = other;
  }
}

const go = (rel) => document.querySelector(`.evv-nav [rel=${rel}]`)?.click();
const KEYS = {
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  0: () => zoom(0),
  r: turn,
  ArrowLeft: () => go("prev"),
  ArrowRight: () => go("next"),
};
const BUTTONS = { closer: () => zoom(1), farther: () => zoom(-1), whole: () => zoom(0), turned: turn };

for (const [name, act] of Object.entries(BUTTONS)) {
  document.querySelector(`[data-${name}]`)?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    act();
  });
}

document.addEventListener("keydown", (event) => {
  const busy = event.target.closest("input:not([type=checkbox]), textarea, select, video, audio, [contenteditable]");
  const scrolls = event.key.startsWith("Arrow") && event.target.closest(".evv-stage");
  if (!isOn() || busy || scrolls || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

if (toggle) {
  toggle.checked = isOn();
  toggle.addEventListener("change", () => localStorage.setItem(KEPT, toggle.checked ? "on" : "off"));
}

// A sentence heard at 12:31 is played from there.
const film = document.querySelector("[data-film]");
for (const button of document.querySelectorAll("[data-seek]")) {
  button.addEventListener("click", () => {
    film.currentTime = button.dataset.seek.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    film.play();
    film.focus();
  });
}
