// Files that are being checked: ask how far they are, less and less often, and show it in place. Without scripts a reload
// of the page shows the same.
{
  const FIRST = 3_000, LONGEST = 60_000; // milliseconds between two looks: half as often while nothing changes
  let pause = FIRST;

  const waiting = () => [...document.querySelectorAll("[data-waiting]")];

  // What the server's page says of a file that waits no longer; the rest of this page stays as it is, words and all.
  const take = (page) => {
    let news = false;
    for (const old of waiting()) {
      const fresh = page.getElementById(old.id);
      if (fresh?.hasAttribute("data-waiting")) continue;
      news = true;
      for (const id of [old.dataset.waiting, old.id]) {
        const place = document.getElementById(id), shown = page.getElementById(id);
        if (place && shown) place.replaceChildren(...shown.childNodes);
      }
      old.removeAttribute("data-waiting");
    }
    return news;
  };

  const look = async () => {
    if (waiting().length && !document.hidden) {
      try {
        const answer = await fetch(location.pathname + location.search, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        pause = answer.ok && take(page) ? FIRST : Math.min(pause * 2, LONGEST);
      } catch {
        pause = LONGEST; // no line just now
      }
    } else pause = FIRST;
    setTimeout(look, pause);
  };

  setTimeout(look, FIRST);
}
