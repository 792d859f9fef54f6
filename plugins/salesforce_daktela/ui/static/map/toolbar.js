// @ts-check
/** What stands above the table: the draft's state, undo, filters, the sample record, suggestions. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { change, goBack, keepMine, loadFields, loadSamples, saver, takeTheirs, telling } from "./actions.js";
import { withSuggestions } from "./document.logic.js";
import { focusInstead } from "./focus.js";
import { FILTERS, counts, missingRequired } from "./rows.logic.js";
import { SETTINGS } from "./settings.logic.js";
import { state, update } from "./store.js";
import { at, number, say } from "./words.js";

/** @typedef {import("./rows.logic.js").TableRow} TableRow */

/**
 * @param {TableRow[]} rows all of them, whatever the filter
 * @param {number} shown
 */
export function toolbar(rows, shown) {
  return html`${hindrances()}
    <div class="tools">
      <div class="buttons">
        <button type="button" ?disabled=${!state.canUndo && !saver.unsent} aria-keyshortcuts="Control+Z" @click=${() => void goBack("undo")}>${say("undo")}</button>
        <button type="button" ?disabled=${!state.canRedo} aria-keyshortcuts="Control+Y" @click=${() => void goBack("redo")}>${say("redo")}</button>
        <span class="muted">${say(`saving.${state.saving}`)}</span>
      </div>
      ${samples()}
    </div>
    <div class="tools">
      ${filters(rows)}
      <label class="search" for="row-search"><span class="hidden-text">${say("rows.search")}</span>
        <input id="row-search" type="search" autocomplete="off" placeholder=${say("rows.search")} .value=${live(state.query)} @input=${(/** @type {Event} */ event) => update({ query: /** @type {HTMLInputElement} */ (event.currentTarget).value, held: new Set() })} />
      </label>
      <span class="muted" role="status">${state.query === "" ? nothing : say("rows.shown", { count: shown })}</span>
      ${suggestions(rows)}
    </div>`;
}

/** What the page says where there is no form: the file cannot be read, or the server did not answer. */
export function unreadable() {
  return html`${state.trouble === "" ? nothing : trouble()}
  ${state.unreadable ? html`<div class="notice broken"><p>${say("file.unreadable")}</p>${state.problems.map(line)}</div>` : nothing}`;
}

/** @param {import("./rows.logic.js").Problem} problem */
function line(problem) {
  const place = problem.line === null ? "" : say("file.line", { line: String(problem.line) });
  return html`<p><strong>${[problem.file, place].filter(Boolean).join(", ")}</strong> ${problem.what} <span class="todo">${problem.advice}</span></p>`;
}

/**
 * What the person should know of the file, above everything.
 * @param {TableRow[]} rows
 */
export function bars(rows) {
  const required = missingRequired(rows);
  const general = [...state.problems, ...state.live].filter((problem) => problem.target === null && !SETTINGS.includes(problem.key ?? ""));
  const others = state.form?.unshown.filter((each) => each.path[0] !== "fields" || each.path.length === 1) ?? [];
  return html`${state.unread.map((sentence) => html`<div class="notice"><p>${sentence}</p><p><button type="button" class="small" @click=${() => void telling(() => loadFields(true))}>${say("read.again")}</button></p></div>`)}
    ${general.map((problem) => html`<div class="notice broken"><p>${problem.key === null ? nothing : html`<code>${problem.key}</code>: `}${problem.what} <span class="todo">${problem.advice}</span></p></div>`)}
    ${state.elsewhere.length === 0 ? nothing : html`<details class="notice"><summary>${say("file.elsewhere", { count: state.elsewhere.length })}</summary>${state.elsewhere.map(line)}</details>`}
    ${required.length === 0 ? nothing : html`<p class="missing">${say("rows.missing", { count: required.length, fields: required.map((row) => row.field?.label || row.target).join(", ") })}</p>`}
    ${others.length === 0 ? nothing : html`<div class="notice"><p>${say("unshown.file")}</p>${others.map((each) => html`<pre><code>${each.text}</code></pre>`)}</div>`}`;
}

/** What stands against keeping the last change; it stays in sight. */
function hindrances() {
  return html`${state.saving === "conflict" ? conflict() : nothing}
    ${state.saving === "signedOut" ? html`<p class="line"><button type="button" @click=${() => void saver.flush()}>${say("trouble.again")}</button></p>` : nothing}
    ${(state.saving === "failed" && saver.unsent) || (state.trouble !== "" && state.saving !== "conflict") ? trouble() : nothing}`;
}

function conflict() {
  return html`<div class="notice broken" role="alert">
    <p>${say("conflict.said")}</p>
    <p class="line">
      <button type="button" @click=${() => void takeTheirs()}>${say("conflict.theirs")}</button>
      <button type="button" @click=${() => void keepMine()}>${say("conflict.mine")}</button>
    </p>
  </div>`;
}

function trouble() {
  return html`<div class="notice broken" role="alert">
    <p>${state.trouble}</p>
    <p class="line">
      ${saver.unsent
        ? html`<button type="button" @click=${() => void saver.flush()}>${say("trouble.again")}</button>
            ${state.saving === "failed" ? html`<button type="button" @click=${() => void takeTheirs()}>${say("trouble.giveUp")}</button>` : nothing}`
        : html`<button type="button" @click=${() => update({ trouble: "" })}>${say("trouble.close")}</button>`}
    </p>
  </div>`;
}

/** @param {TableRow[]} rows */
function filters(rows) {
  const count = counts(rows);
  return html`<div class="filters" role="group" aria-label=${say("filter")}>
    ${FILTERS.map(
      (filter) => html`<button type="button" aria-pressed=${state.filter === filter ? "true" : "false"} @click=${() => update({ filter, held: new Set() })}>
        ${say(`filter.${filter}`)} <span class="number">${number(count[filter])}</span>
      </button>`,
    )}
  </div>`;
}

function samples() {
  const { record, trouble: wrong } = state.samples;
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void loadSamples(/** @type {HTMLInputElement} */ (document.getElementById("sample-record")).value.trim());
  };
  return html`<form class="samples" @submit=${submit}>
    <label for="sample-record">${say("samples.label")}</label>
    <input id="sample-record" type="text" autocomplete="off" spellcheck="false" placeholder=${say("samples.placeholder")} aria-describedby="sample-said" />
    <button type="submit" class="small">${say("samples.show")}</button>
    <span id="sample-said" role="status" class=${wrong === "" ? "muted" : "problem"}>${wrong !== "" ? wrong : record === null ? nothing : say("samples.of", { record: record.label || record.id })}</span>
  </form>`;
}

/** @param {TableRow[]} rows */
function suggestions(rows) {
  const open = rows.flatMap((row) => (row.suggestion === null ? [] : [row.suggestion]));
  const take = () => {
    change((form) => withSuggestions(form, open));
    focusInstead("row-search");
  };
  return open.length === 0 ? nothing : html`<button type="button" class="end" @click=${take}>${say("suggestion.all", { count: open.length })}</button>`;
}

/** When Salesforce's fields were read, and the way to read them again. */
export function readAt() {
  return state.readAt === ""
    ? nothing
    : html`<span class="read muted">${say("read.at", { at: at(state.readAt) })}
        <button type="button" class="small plain" @click=${() => void telling(() => loadFields(true))}>${say("read.again")}</button></span>`;
}
