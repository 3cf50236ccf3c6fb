// When the line is down: a strip on the pages of the form says so, and a press on Continue waits for a second one instead of
// losing the page. The service worker keeps static files and one page, nothing of anybody (templates/app/service_worker.js).

const strip = document.querySelector("[data-offline]");
let wasTold = false;

function show() {
  strip.hidden = navigator.onLine;
  strip.querySelector("[data-sentence]").textContent = navigator.onLine ? "" : strip.dataset.offline;
  if (navigator.onLine) wasTold = false;
}

if (strip) {
  window.addEventListener("offline", show);
  window.addEventListener("online", show);
  show();
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || wasTold) return; // some devices believe they are offline when they are not: the second press goes
    event.preventDefault();
    event.stopImmediatePropagation();
    wasTold = true;
    strip.scrollIntoView({ block: "nearest" });
  }, { capture: true });
}

// After the page, so that it takes nothing from it. In a window without the right to it (private windows of some browsers)
// everything else works as it is.
window.addEventListener("load", () => navigator.serviceWorker?.register("/service-worker.js").catch(() => {}));
