// Moving by keyboard. The same list stands on the page /keys, which ? shows in a dialog.

import { tinykeys } from "tinykeys";

const rows = () => [...document.querySelectorAll(".tweet, .person")];

function move(by) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  // Without a row in focus, the first that is not above the window.
  const from = at < 0 ? all.findIndex((row) => row.getBoundingClientRect().bottom > 0) - (by > 0 ? 1 : 0) : at;
  const row = all[Math.min(Math.max(from + by, 0), all.length - 1)];
  const link = row.querySelector("a.when, a.who");
  link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

const go = (address) => () => location.assign(address);
const focus = (selector) => () => {
  const field = document.querySelector(selector);
  if (field) field.focus();
  return Boolean(field);
};
const followHere = () => {
  const row = document.activeElement.closest(".person, .tweet") ?? document.querySelector(".profile");
  row?.querySelector("form[action*=follow] button")?.click();
};

async function help() {
  if (document.getElementById("keys-title")) return;
  const page = new DOMParser().parseFromString(await (await fetch("/keys")).text(), "text/html");
  const list = page.getElementById("keys");
  if (!list) return;
  const [dialog, form, close] = ["dialog", "form", "button"].map((name) => document.createElement(name));
  close.textContent = list.dataset.close;
  close.className = "quiet";
  form.method = "dialog";
  form.append(close);
  dialog.className = "keys";
  dialog.setAttribute("aria-labelledby", "keys-title");
  dialog.append(...list.children, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  n: () => focus("form.compose textarea")() || go("/#text")(),
  f: followHere,
  "/": () => focus("input[type=search]")() || go("/users")(),
  "?": help,
  "Shift+?": help,
  "g h": go("/"),
  "g p": () => document.querySelector("header.site a[href^='/@']")?.click(),
  "g s": go("/settings"),
  ".": () => document.querySelector(".news:not([hidden])")?.click(),
};

const isTyping = ({ target }) => target.closest?.("input, textarea, select, dialog, [contenteditable]");
tinykeys(window, Object.fromEntries(Object.entries(keys).map(([key, act]) => [key, (event) => {
  if (isTyping(event)) return;
  event.preventDefault();
  act();
}])));
