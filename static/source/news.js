// Tells of tweets that came since the page was made. They are not put under the reader's eyes.

import { idOf, rows } from "./rows.js";
import { say } from "./say.js";

const EVERY = 20_000;
const MOST = 40;

async function look() {
  const told = document.querySelector(".news");
  const [newest] = rows();
  if (!told || !newest || document.hidden) return;
  const answer = await fetch(`/api/v1/timelines/home?since_id=${idOf(newest)}&limit=${MOST}`).catch(() => undefined);
  if (!answer?.ok) return;
  const { length } = await answer.json();
  if (length === 0) return;
  const { one, many, most } = told.dataset;
  const words = length === 1 ? one : (length === MOST ? most : many).replace("{n}", length);
  if (told.textContent === words) return;
  told.textContent = words;
  told.hidden = false;
  say(words);
}

if (document.querySelector(".news")) {
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}
