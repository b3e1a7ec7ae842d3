// The box for a new tweet: what is left of its length, a draft that survives, Ctrl+Enter, names that complete.

import { say } from "./say.js";

/** Characters as the server counts them: what a reader sees as one. */
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const count = (text) => [...segmenter.segment(text.trim())].length;

const box = () => document.querySelector("form.compose");
const draftOf = (form) => `draft:${form.dataset.author}`;

function show(form) {
  const { value } = form.elements.text;
  const left = Number(form.dataset.most) - count(value);
  const told = form.querySelector(".left");
  told.hidden = false;
  told.textContent = left;
  told.classList.toggle("over", left < 0);
  // For those who hear it, only when it matters.
  if (left === 20 || left === 0 || left === -1) say(left < 0 ? form.dataset.over : form.dataset.left.replace("{n}", left));
}

function begin(form) {
  if (!form) return;
  const { text } = form.elements;
  try {
    const draft = localStorage.getItem(draftOf(form));
    if (draft && !text.value) text.value = draft;
  } catch {
    // No storage, no drafts.
  }
  show(form);
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form.compose");
  if (!form) return;
  show(form);
  try {
    const { value } = form.elements.text;
    if (value) localStorage.setItem(draftOf(form), value);
    else localStorage.removeItem(draftOf(form));
  } catch {
    // As above.
  }
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.compose");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// The page that comes back has an empty box if the tweet was taken, and the text in it if not.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement?.closest?.("form.compose");
  if (!form || !ctx.response) return;
  if (!ctx.text.includes('id="home"')) {
    // Another page, such as the one to log in with, where what was typed comes along. To send it again is safe.
    event.preventDefault();
    form.submit();
    return;
  }
  if (ctx.response.raw.ok) {
    try {
      localStorage.removeItem(draftOf(form));
    } catch {
      // As above.
    }
    say(form.dataset.posted);
  }
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "home") begin(box());
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx?.sourceElement?.closest?.("form.compose")) return;
  const problem = ctx.sourceElement.querySelector(".unsent");
  problem.hidden = false;
  say(problem.textContent);
});

// These do not bubble, so they are caught on their way down.
document.addEventListener("text-expander-change", ({ detail: { provide, text } }) => {
  if (text.length > 0) provide(people(text));
}, true);
document.addEventListener("text-expander-value", ({ detail }) => {
  detail.value = detail.item.dataset.value;
}, true);

/** A menu of people whose names have this in them. */
async function people(text) {
  const answer = await fetch(`/api/v1/accounts/search?limit=5&q=${encodeURIComponent(text)}`);
  const found = answer.ok ? await answer.json() : [];
  const menu = document.createElement("ul");
  menu.className = "menu";
  menu.role = "listbox";
  menu.append(...found.map(({ acct, display_name: name }, at) => {
    const row = document.createElement("li");
    row.role = "option";
    row.id = `completion-${at}`;
    row.dataset.value = `@${acct}`;
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.textContent = `@${acct}`;
    const said = document.createElement("bdi");
    said.textContent = name;
    row.append(said, " ", handle);
    return row;
  }));
  return { matched: found.length > 0, fragment: menu };
}

begin(box());
