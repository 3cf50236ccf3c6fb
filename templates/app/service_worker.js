// Keeps the page for a line that is down, and static files. Pages, answers and evidence are never kept: every request for
// them goes to the network untouched, and a page that cannot be reached is answered with the page below.

const CACHE = "whoanswers-{{ version }}";
const KEPT = [{% for url in kept %}"{{ url|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

self.addEventListener("install", (event) => {
  // Without cookies: what is kept was shown to nobody in particular. Static files came with the page that is open.
  const freshness = (url) => (url.startsWith("{{ static|escapejs }}") ? "default" : "reload");
  const anonymous = KEPT.map((url) => new Request(url, { credentials: "omit", cache: freshness(url) }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(anonymous)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

async function fromNetworkOrKept(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(CACHE)).put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const offline = url.pathname.startsWith("/en/") ? "{{ english|escapejs }}" : "{{ chinese|escapejs }}";
    event.respondWith(fetch(request).catch(() => caches.match(offline)));
  } else if (url.pathname.startsWith("{{ static|escapejs }}")) event.respondWith(fromNetworkOrKept(request));
});
