// @ts-check
/** The table: a row for each Daktela field. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { change } from "./actions.js";
import { details } from "./details.js";
import { get, isKeys, listOf, textOf, withRule } from "./document.logic.js";
import { focusInstead } from "./focus.js";
import { sourceCell } from "./source_cell.js";
import { state, update } from "./store.js";
import { callOf } from "./transforms.logic.js";
import { say } from "./words.js";

/** @typedef {import("./rows.logic.js").TableRow} TableRow */

/** @param {TableRow[]} rows */
export function table(rows) {
  return html`<table class="mapping">
    <thead>
      <tr>
        <th scope="col">${say("column.daktela")}</th>
        <th scope="col">${say("column.salesforce")}</th>
        <th scope="col">${say("column.rule")}</th>
      </tr>
    </thead>
    ${repeat(rows, (/** @type {TableRow} */ row) => row.target, body)}
    ${rows.length === 0 ? html`<tbody><tr><td colspan="3">${say("rows.none")}</td></tr></tbody>` : nothing}
  </table>`;
}

/** @param {TableRow} row */
function body(row) {
  const open = state.open.has(row.target);
  const bad = row.problems.some((problem) => problem.severity !== "warning") || row.twice;
  return html`<tbody class=${`row ${row.mapped ? "mapped" : "unmapped"} ${bad ? "bad" : ""}`} data-target=${row.target}>
    <tr>
      <th scope="row">${field(row)}</th>
      <td>${sourceCell(row)} ${said(row)}</td>
      <td>${summary(row)} ${buttons(row, open)}</td>
    </tr>
    ${open
      ? html`<tr class="details" id=${`details-${row.target}`}><td colspan="3">${details(row)}</td></tr>`
      : nothing}
  </tbody>`;
}

/** @param {TableRow} row */
function field({ target, field, required, mapped }) {
  const length = field?.length ? say("field.length", { count: field.length }) : "";
  const options = field?.options?.length ? say("field.options", { count: field.options.length }) : "";
  return html`<bdi class="name">${field?.label || target}</bdi>
    ${required ? html`<span class=${`badge ${mapped ? "" : "broken"}`}>${say("required")}</span>` : nothing}
    ${field?.label && field.label !== target ? html`<code class="target">${target}</code>` : nothing}
    <span class="detail">${[field?.type ?? say("field.unlisted"), length, options, field?.multiple ? say("field.multiple") : ""].filter(Boolean).join(" · ")}</span>
    ${field?.meaning ? html`<bdi class="detail">${field.meaning}</bdi>` : nothing}`;
}

/** @param {TableRow} row */
function said(row) {
  const empty = row.required && !row.mapped;
  return html`<div class="said" id=${`problems-${row.target}`}>
    ${row.problems.map(
      (problem) => html`<p class=${problem.severity === "warning" ? "problem warning" : "problem"}>
        ${problem.key === null ? nothing : html`<strong>${keyName(problem.key)}:</strong>`} ${problem.what}
        ${problem.advice === "" ? nothing : html`<span class="todo">${problem.advice}</span>`}
      </p>`,
    )}
    ${row.twice ? html`<p class="problem">${say("row.twice")}</p>` : nothing}
    ${empty && row.problems.length === 0 ? html`<p class="note">${say("row.required")}</p>` : nothing}
    ${row.alsoFills.length === 0 ? nothing : html`<p class="note">${say("row.alsoFills", { fields: row.alsoFills.join(", ") })}</p>`}
  </div>`;
}

/** @param {string} key */
function keyName(key) {
  const name = say(`key.${key}`);
  return name === `key.${key}` ? key : name;
}

/**
 * What a rule does, in a word or two; what is no word of ours stays as it is.
 * @param {string} policy
 */
function inShort(policy) {
  const words = say(`policy.short.${policy}`);
  return words === `policy.short.${policy}` ? policy : words;
}

/** @param {TableRow} row */
function summary({ row, unshown }) {
  if (row === null) {
    return unshown.length > 0 ? html`<span class="badge waiting">${say("unshown.badge")}</span>` : nothing;
  }
  const { rule } = row;
  const table_ = get(rule, "values");
  const lookups = listOf(get(rule, "lookup")).map(textOf);
  const words = [
    ...(lookups.length > 0 ? [say("summary.lookup", { to: lookups.join(", ") })] : []),
    ...listOf(get(rule, "transforms")).map((item) => callOf(item).name),
    ...(isKeys(table_) ? [say("summary.values", { count: table_.keys.length })] : []),
    ...(get(rule, "default") === undefined ? [] : [say("summary.default", { value: textOf(get(rule, "default")) })]),
    ...["on_missing", "when_empty", "on_error"].filter((name) => get(rule, name) !== undefined).map((name) => say(`summary.${name}`, { value: inShort(textOf(get(rule, name))) })),
  ];
  return html`<span class="chips">
    ${words.map((word) => html`<span class="chip">${word}</span>`)}
    ${unshown.length > 0 ? html`<span class="badge waiting">${say("unshown.badge")}</span>` : nothing}
  </span>`;
}

/**
 * @param {TableRow} row
 * @param {boolean} open
 */
function buttons(row, open) {
  const name = row.field?.label || row.target;
  const toggle = () => {
    const after = new Set(state.open);
    if (!after.delete(row.target)) {
      after.add(row.target);
    }
    update({ open: after });
  };
  const remove = () => {
    change((form) => withRule(form, row.target, { keys: [] }));
    focusInstead(`toggle-${row.target}`, "new-target");
  };
  return html`<span class="buttons">
    <button type="button" class="small" id=${`toggle-${row.target}`} aria-expanded=${open ? "true" : "false"} aria-controls=${open ? `details-${row.target}` : nothing} aria-label=${say(open ? "row.lessOf" : "row.moreOf", { field: name })} @click=${toggle}>${say(open ? "row.less" : "row.more")}</button>
    ${row.row === null ? nothing : html`<button type="button" class="small plain" aria-label=${say("row.removeOf", { field: name })} @click=${remove}>${say("row.remove")}</button>`}
  </span>`;
}
