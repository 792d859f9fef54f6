// @ts-check
/** The step Map: draws the page, and begins with what the server knows. */
import { leaveWhenKept } from "../leaving.js";
import { html, render } from "../vendor/lit-html/lit-html.js";
import { goBack, leaveNow, load, loadFields, loadParent, loadSamples, loadSuggestions, saver, telling } from "./actions.js";
import { parentsBy } from "./combobox.js";
import { sourcesOf } from "./document.logic.js";
import { tableRows, together, visible } from "./rows.logic.js";
import { readGrammar } from "./server.js";
import { settings } from "./settings.js";
import { pathsOf } from "./sources.logic.js";
import { drawBy, state, update } from "./store.js";
import { table } from "./table.js";
import { bars, readAt, toolbar, unreadable } from "./toolbar.js";
import { say } from "./words.js";

/** The mark by which the time until the page can be used is measured. */
const READY = "map-ready";

const places = {
  bars: /** @type {HTMLElement} */ (document.getElementById("map-bars")),
  tools: /** @type {HTMLElement} */ (document.getElementById("map-tools")),
  read: /** @type {HTMLElement} */ (document.getElementById("map-read")),
  fields: /** @type {HTMLElement} */ (document.getElementById("map-fields")),
  settings: /** @type {HTMLElement} */ (document.getElementById("map-settings")),
};

function draw() {
  const { form } = state;
  if (form === null) {
    render(unreadable(), places.bars);
    document.getElementById("map-waiting")?.toggleAttribute("hidden", state.unreadable || state.trouble !== "");
    return;
  }
  document.getElementById("map-waiting")?.remove();
  document.getElementById("unsaved")?.toggleAttribute("hidden", !state.unsaved);
  const problems = together(state.problems, state.live);
  const rows = tableRows({ form, fields: state.daktela, problems, suggestions: state.suggestions, added: state.added });
  const shown = visible(rows, state.filter, state.query, state.held);
  state.held = new Set(shown.map((row) => row.target));
  render(bars(rows), places.bars);
  render(toolbar(rows, shown.length), places.tools);
  render(readAt(), places.read);
  render(html`${table(shown)} ${adding()}`, places.fields);
  render(settings(form, problems.filter((problem) => problem.target === null)), places.settings);
  if (state.daktela.length > 0 && performance.getEntriesByName(READY).length === 0) {
    performance.mark(READY);
  }
}

/** A field that Daktela does not list. */
function adding() {
  const add = (/** @type {Event} */ event) => {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (document.getElementById("new-target"));
    const target = input.value.trim();
    if (target !== "") {
      input.value = "";
      update({ filter: "all", query: "", added: [...state.added, target] });
      queueMicrotask(() => document.getElementById(`box-${target}`)?.focus());
    }
  };
  return html`<form class="line new-field" @submit=${add}>
    <label for="new-target">${say("newField.label")}</label>
    <input id="new-target" type="text" autocomplete="off" spellcheck="false" placeholder="customFields.name" />
    <button type="submit" class="small">${say("add")}</button>
  </form>`;
}

/** @param {KeyboardEvent} event */
function shortcut(event) {
  const typing = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea, select");
  if (typing || event.altKey || !(event.ctrlKey || event.metaKey)) {
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) {
    event.preventDefault();
    void goBack("undo");
  } else if (key === "y" || (key === "z" && event.shiftKey)) {
    event.preventDefault();
    void goBack("redo");
  }
}

/** Fields of the parents that the file's own paths go through: their labels and samples belong to the rows. */
async function loadUsedParents() {
  const sources = (state.form?.rows ?? []).flatMap((row) => sourcesOf(row.rule)).flatMap(pathsOf);
  const parents = sources.filter((path) => path.includes(".")).map((path) => path.slice(0, path.lastIndexOf(".")));
  await Promise.all([...new Set(parents)].map(loadParent));
}

/**
 * Goes to the field or the setting that an address names: `#field:title`, `#setting:where`.
 * @param {string} hash
 */
function follow(hash) {
  const [kind, name] = decodeURIComponent(hash.slice(1)).split(/:(.*)/);
  if (kind === "field" && name) {
    update({ filter: "all", query: "", open: new Set([...state.open, name]) });
  }
  queueMicrotask(() => {
    const found = document.getElementById(kind === "field" ? `box-${name}` : `setting-${name}`);
    found?.scrollIntoView({ block: "center" });
    found?.focus();
  });
}

async function begin() {
  parentsBy(loadParent);
  drawBy(draw);
  await Promise.all([telling(load), telling(() => loadFields(false))]);
  follow(window.location.hash);
  const grammar = telling(async () => update({ grammar: await readGrammar() }));
  await Promise.all([grammar, loadSuggestions(), loadSamples(""), loadUsedParents()]);
}

document.addEventListener("keydown", shortcut);
window.addEventListener("hashchange", () => follow(window.location.hash));
leaveWhenKept(
  () => saver.busy,
  () => saver.flush().then(() => !saver.unsent),
);
window.addEventListener("pagehide", leaveNow);
void begin();
