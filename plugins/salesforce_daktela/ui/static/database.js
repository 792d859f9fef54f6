// @ts-check
import { makeChanges } from "./changes.logic.js";
import { page, send } from "./http.js";
import { leaveWhenKept } from "./leaving.js";

const root = /** @type {HTMLElement} */ (document.getElementById("database"));
const select = /** @type {HTMLSelectElement} */ (document.getElementById("database-choice"));
const typed = /** @type {HTMLInputElement} */ (document.getElementById("database-name"));
const sync = root.dataset.sync ?? "";
const changes = makeChanges(Number(root.dataset.version), (body) => send("PUT", page(`/syncs/${sync}/database`), body));
let kept = typed.value;
let keeping = Promise.resolve(true);

/**
 * @param {string} id
 * @param {boolean} shown
 */
function show(id, shown) {
  /** @type {HTMLElement} */ (document.getElementById(id)).hidden = !shown;
}

/** @param {string} what */
function problem(what) {
  const place = /** @type {HTMLElement} */ (document.getElementById("database-problem"));
  place.hidden = !what;
  place.textContent = what;
  for (const field of [select, typed]) {
    field.setAttribute("aria-invalid", what ? "true" : "false");
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function made(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

/** @param {any} choices */
function trouble(choices) {
  const place = /** @type {HTMLElement} */ (document.getElementById("database-trouble"));
  place.hidden = !choices.note;
  place.replaceChildren(made("p", choices.note));
  if (choices.what) {
    place.append(made("p", choices.what), made("p", choices.advice));
  }
  if (choices.field) {
    const link = document.createElement("a");
    link.href = page(`/syncs/${sync}/connect#${choices.field}`);
    link.textContent = root.dataset.change ?? "";
    const change = made("p", "");
    change.append(link);
    place.append(change);
  }
}

/** @param {any} choices */
function offer(choices) {
  const some = choices.databases.length > 0;
  show("database-list", some);
  show("database-typed", !some);
  typed.value = kept || choices.suggested;
  const first = new Option(root.dataset.choose, "", true);
  first.disabled = true;
  const options = choices.databases.map((/** @type {any} */ each) => new Option(each.label, each.value));
  select.replaceChildren(first, ...options);
  select.value = choices.suggested;
  trouble(choices);
  problem(choices.missing);
}

function listed() {
  return !(/** @type {HTMLElement} */ (document.getElementById("database-list")).hidden);
}

/** The name that stands in the field that is shown. */
function chosen() {
  return (listed() ? select.value : typed.value).trim();
}

/** Keep the choice in the draft, after what is still on its way. Returns whether it is kept. */
function keep() {
  keeping = keeping.then(write);
  return keeping;
}

/** @returns {Promise<boolean>} */
async function write() {
  const database = chosen();
  if (!database && (kept || listed())) {
    problem(root.dataset.choose ?? "");
    return false;
  }
  if (database === kept) {
    return true;
  }
  const reply = await changes.keep(() => ({ database }));
  if (!reply.ok) {
    problem(reply.body?.detail ?? root.dataset.failed ?? "");
    return false;
  }
  kept = database;
  problem("");
  show("unsaved", reply.body.unsaved);
  show("database-saved", true);
  return true;
}

select.addEventListener("change", () => void keep());
typed.addEventListener("change", () => void keep());
leaveWhenKept(
  () => changes.busy,
  () => keeping,
);
const onward = document.querySelector(".onward a[rel='next']");
onward?.addEventListener("click", async (event) => {
  if (!(event instanceof MouseEvent) || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  if (await keep()) {
    window.location.href = /** @type {HTMLAnchorElement} */ (onward).href;
  }
});

const reply = await send("GET", page(`/syncs/${sync}/database/choices`));
show("database-asking", false);
offer(reply.ok ? reply.body : { databases: [], suggested: kept, missing: "", note: reply.body?.detail ?? root.dataset.failed });
