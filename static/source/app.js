// What a little JavaScript adds to pages that are complete without it.

import "@github/relative-time-element";

import "./composer.js";
import "./feed.js";
import "./keys.js";
import "./news.js";
import "./passkeys.js";
import "./place.js";

// What is wanted once somebody does something comes when the page has been drawn, where there is anything to do with it.
const { later } = document.querySelector("script[data-later]").dataset;
addEventListener("load", () => requestAnimationFrame(() => setTimeout(() => {
  if (document.querySelector("[hx-get], [hx-post], text-expander")) import(later);
})));

// It has a page for when the server cannot be reached, and does nothing else.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
