// Other people's packages for lists that go on and for the composer: larger than all the rest together.

import "@github/text-expander-element";
import "htmx.org/dist/htmx.esm.min.js";
