// A list keeps what was read of it: whoever comes back by the back button finds the same rows at the same place.

const feed = () => document.getElementById("feed");
const place = `feed:${location.href}`;

addEventListener("pagehide", () => {
  if (!feed()) return;
  try {
    sessionStorage.setItem(place, JSON.stringify({ rows: feed().innerHTML, top: scrollY, at: Date.now() }));
  } catch {
    // No storage, or a list that is larger than it: it begins at its top again.
  }
});

/** Rows of an hour ago are better made anew. */
const FRESH = 3_600_000;

function comeBack() {
  const [navigation] = performance.getEntriesByType("navigation");
  if (!feed() || navigation?.type !== "back_forward") return;
  try {
    const kept = JSON.parse(sessionStorage.getItem(place));
    if (!kept || Date.now() - kept.at > FRESH) return;
    feed().innerHTML = kept.rows;
    scrollTo(0, kept.top);
  } catch {
    // As above.
  }
}

// What is no further page of this list, since the server is away or the session is over, does not take the pager's place: its
// link leads there.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement?.matches?.(".pager")) return;
  const isHome = document.getElementById("home") !== null;
  if (!ctx.response.raw.ok || isHome !== ctx.text.includes('id="home"')) event.preventDefault();
});

// Somebody else may log in next.
document.addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action") === "/logout") sessionStorage.clear();
});

comeBack();
