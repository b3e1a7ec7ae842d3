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
document.addEventListener("text-expander-change", ({ detail: { key, provide, text } }) => {
  if (text.length > 0) provide(key === "#" ? tags(text) : people(text));
}, true);
document.addEventListener("text-expander-value", ({ detail }) => {
  detail.value = detail.item.dataset.value;
}, true);

async function find(type, text) {
  const answer = await fetch(`/api/v2/search?limit=5&type=${type}&q=${encodeURIComponent(text)}`);
  return answer.ok ? (await answer.json())[type] : [];
}

/** A menu of what would be put in, each with what is shown for it. */
function menuOf(rows) {
  const menu = document.createElement("ul");
  menu.className = "menu";
  menu.role = "listbox";
  menu.append(...rows.map(([value, ...shown], at) => {
    const row = document.createElement("li");
    row.role = "option";
    row.id = `completion-${at}`;
    row.dataset.value = value;
    row.append(...shown);
    return row;
  }));
  return { matched: rows.length > 0, fragment: menu };
}

function element(kind, text, name = "") {
  const made = document.createElement(kind);
  made.textContent = text;
  made.className = name;
  return made;
}

/** People whose names have this in them. */
const people = async (text) => menuOf((await find("accounts", text)).map(({ acct, display_name: name }) => (
  [`@${acct}`, element("bdi", name), " ", element("span", `@${acct}`, "handle")]
)));

/** Tags that begin with this. */
const tags = async (text) => menuOf((await find("hashtags", text)).map(({ name }) => [`#${name}`, element("bdi", `#${name}`)]));

begin(box());
