// @ts-check
/** Where one field's value comes from, in its row. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { change } from "./actions.js";
import { combobox } from "./combobox.js";
import { get, replaced, ruleOf, sourcesOf, textOf, withConstant, withSources, withSuggestions, without } from "./document.logic.js";
import { named } from "./fields.logic.js";
import { focusInstead } from "./focus.js";
import { kindOf, sampleOf } from "./sources.logic.js";
import { state, update } from "./store.js";
import { say } from "./words.js";

/**
 * @typedef {import("./rows.logic.js").TableRow} TableRow
 * @typedef {import("./combobox.js").Taken} Taken
 */

/**
 * The control for one of a field's sources; the place behind the last one adds a source.
 * @param {TableRow} row
 * @param {number} place
 * @param {{id: string, constants: boolean, placeholder?: string}} with_
 */
export function sourceBox(row, place, { id, constants, placeholder }) {
  const sources = row.row === null ? [] : sourcesOf(row.row.rule);
  const name = row.field?.label ?? row.target;
  return combobox({
    id,
    value: sources[place] ?? "",
    label: place === 0 ? say("box.label", { field: name }) : say("box.labelMore", { field: name, number: place + 1 }),
    describedBy: row.problems.length > 0 ? `problems-${row.target}` : undefined,
    invalid: row.problems.some((problem) => problem.severity !== "warning" && ["from", null].includes(problem.key)),
    constants,
    placeholder,
    take: (taken) => takeSource(row.target, place, taken),
  });
}

/**
 * @param {string} target
 * @param {number} place
 * @param {Taken} taken
 */
function takeSource(target, place, taken) {
  if (taken.kind === "constant") {
    change((form) => withConstant(form, target, taken.text));
    focusInstead(`box-${target}`);
    return;
  }
  change((form) => {
    const sources = sourcesOf(ruleOf(form, target));
    if (taken.kind === "nothing") {
      return withSources(form, target, without(sources, place));
    }
    const after = place < sources.length ? replaced(sources, place, taken.source) : [...sources, taken.source];
    return withSources(form, target, after);
  });
  focusInstead(`source-${target}-new`);
}

/**
 * The input of a constant: Daktela's options where it has some.
 * @param {TableRow} row
 * @param {string} id
 */
export function constantBox(row, id) {
  const value = row.row === null ? undefined : get(row.row.rule, "value");
  const label = say("constant.label", { field: row.field?.label ?? row.target });
  if (Array.isArray(value)) {
    return html`<output id=${id} class="fixed">${textOf(value)}</output>`;
  }
  return valueBox({
    id,
    label,
    value: textOf(value),
    options: row.field?.options ?? null,
    none: "",
    set: (text) => change((form) => withConstant(form, row.target, text)),
  });
}

/**
 * An input for one value of a Daktela field: a list of its options where it has some, else a text. `emptied` is told
 * instead of `set` when none of the options is chosen any more.
 * @param {{id: string, label: string, value: string, options: {value: string, label: string}[] | null, none: string,
 *   invalid?: boolean, set: (text: string) => void, emptied?: () => void}} box
 */
export function valueBox({ id, label, value, options, none, invalid, set, emptied }) {
  const textIn = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;
  if (options === null || options.length === 0) {
    return html`<input
      id=${id}
      type="text"
      autocomplete="off"
      aria-label=${label}
      aria-invalid=${invalid ? "true" : nothing}
      .value=${live(value)}
      @input=${(/** @type {Event} */ event) => set(textIn(event))}
    />`;
  }
  const chosen = (/** @type {Event} */ event) => (textIn(event) === "" && emptied ? emptied() : set(textIn(event)));
  const known = value === "" || options.some((option) => option.value === value);
  return html`<select id=${id} aria-label=${label} aria-invalid=${invalid ? "true" : nothing} .value=${live(value)} @change=${chosen}>
    <option value="" ?selected=${value === ""}>${none}</option>
    ${known ? nothing : html`<option value=${value} selected>${say("option.unknown", { value })}</option>`}
    ${options.map(
      (option) =>
        html`<option value=${option.value} ?selected=${option.value === value}>
          ${option.label === option.value || option.label === "" ? option.value : `${option.label} (${option.value})`}
        </option>`,
    )}
  </select>`;
}

/** @param {TableRow} row */
export function isConstant(row) {
  return row.row !== null && get(row.row.rule, "value") !== undefined;
}

/**
 * The second cell of a row.
 * @param {TableRow} row
 */
export function sourceCell(row) {
  if (row.row === null && row.unshown.length > 0) {
    return html`<p class="note">${say("unshown.row")}</p>`;
  }
  if (isConstant(row)) {
    return html`<div class="line"><span class="badge">${say("constant.badge")}</span> ${constantBox(row, `box-${row.target}`)}</div>`;
  }
  const sources = row.row === null ? [] : sourcesOf(row.row.rule);
  return html`${sourceBox(row, 0, { id: `box-${row.target}`, constants: true })}
    ${sources.length > 0 ? about(sources) : nothing} ${row.suggestion === null ? nothing : suggestion(row)}`;
}

/** @param {string[]} sources */
function about(sources) {
  const others = sources.slice(1);
  return html`<p class="about">
    ${called(sources[0])} ${sampled(sources[0])}
    ${others.length === 0 ? nothing : html`<span class="more">${say("sources.more", { count: others.length })} ${others.map((each) => html`<code>${each}</code> `)}</span>`}
  </p>`;
}

/** @param {string} source */
export function called(source) {
  if (kindOf(source) === "template") {
    return html`<span class="muted">${say("sources.template")}</span>`;
  }
  const field = [state.fields, ...state.parents.values()].map((all) => named(all, source)).find(Boolean);
  return field === undefined ? nothing : html`<span class="muted"><bdi>${field.label}</bdi> · ${field.type}</span>`;
}

/** @param {string} source */
export function sampled(source) {
  const sample = sampleOf(source, state.samples.values);
  return sample === undefined
    ? nothing
    : html`<span class="sample" title=${say("sample.title")}><bdi>${sample === "" ? say("sample.empty") : sample}</bdi></span>`;
}

/** @param {TableRow} row */
function suggestion(row) {
  const suggested = /** @type {NonNullable<TableRow["suggestion"]>} */ (row.suggestion);
  const { from, why } = suggested;
  const take = () => {
    change((form) => withSuggestions(form, [suggested]));
    document.getElementById(`box-${row.target}`)?.focus();
  };
  const leave = () => {
    update({ suggestions: state.suggestions.filter((each) => each.target !== row.target) });
    document.getElementById(`box-${row.target}`)?.focus();
  };
  return html`<p class="suggestion">
    <span class="badge waiting">${say("suggestion.badge")}</span> <code>${from}</code> ${called(from)}
    <span class="muted">${why}</span>
    <button type="button" class="small" @click=${take} aria-label=${say("suggestion.takeFor", { field: row.field?.label ?? row.target })}>${say("suggestion.take")}</button>
    <button type="button" class="small plain" @click=${leave} aria-label=${say("suggestion.leaveFor", { field: row.field?.label ?? row.target })}>${say("suggestion.leave")}</button>
  </p>`;
}
