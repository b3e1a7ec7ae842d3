// What a little JavaScript adds to pages that are complete without it.

import "@github/relative-time-element";
import "@github/text-expander-element";
import "htmx.org/dist/htmx.esm.min.js";

import "./composer.js";
import "./feed.js";
import "./keys.js";
import "./news.js";
import "./passkeys.js";
import "./place.js";

// It has a page for when the server cannot be reached, and does nothing else.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
