// Where the reader stopped, on whatever device: the newest tweet that they had before them. It is marked in the list.

import { idOf, rows as rowsOf } from "./rows.js";

const HOME = "/api/v1/markers";
/** A page that is open so long was looked at. */
const LOOKED_AT = 1500;

let last;

/** Ids are too large for numbers. */
const isRead = (row) => BigInt(idOf(row)) <= BigInt(last);
const rows = () => (document.querySelector("#home[data-newest]") ? rowsOf() : []);

/** Marks the first row that was there last time, unless nothing is new. */
function mark() {
  if (!last || document.querySelector(".tweet .here")) return;
  const at = rows().findIndex(isRead);
  const back = document.querySelector(".back");
  if (back) back.hidden = at >= 0 || rows().length === 0;
  if (at <= 0) return;
  const told = document.createElement("span");
  told.className = "here";
  told.textContent = back?.dataset.here;
  rows()[at].append(told);
}

async function keep() {
  const newest = rows()[0];
  if (!newest || document.hidden || (last && isRead(newest))) return;
  const body = JSON.stringify({ home: { last_read_id: idOf(newest) } });
  await fetch(HOME, { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => undefined);
}

async function begin() {
  if (rows().length === 0) return;
  const answer = await fetch(HOME).catch(() => undefined);
  if (!answer?.ok) return;
  last = (await answer.json()).home?.last_read_id;
  const back = document.querySelector(".back");
  // The page on which that tweet is the first.
  if (last && back) back.href = `/?max_id=${BigInt(last) + 1n}`;
  mark();
  setTimeout(keep, LOOKED_AT);
}

document.addEventListener("htmx:after:swap", mark);
begin();
