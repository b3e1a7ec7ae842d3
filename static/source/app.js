// What a little JavaScript adds to pages that are complete without it.

import "@github/relative-time-element";
import "@github/text-expander-element";
import "htmx.org/dist/htmx.esm.min.js";

import "./composer.js";
import "./feed.js";
import "./keys.js";
import "./news.js";
import "./place.js";
