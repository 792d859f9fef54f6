// @ts-check
/** All of one field's rule, below its row. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { change } from "./actions.js";
import { get, isKeys, listOf, moved, oneOrAll, replaced, ruleOf, sourcesOf, textOf, withConstant, withKey, withSources, without } from "./document.logic.js";
import { named, valuesOf } from "./fields.logic.js";
import { focusInstead } from "./focus.js";
import { moveButtons } from "./moving.js";
import { called, isConstant, sampled, sourceBox, valueBox } from "./source_cell.js";
import { state } from "./store.js";
import { transformList } from "./transforms.js";
import { valueTable } from "./value_table.js";
import { say } from "./words.js";

/**
 * @typedef {import("./document.logic.js").Keys} Keys
 * @typedef {import("./document.logic.js").Value} Value
 * @typedef {import("./rows.logic.js").TableRow} TableRow
 */

/** @param {TableRow} row */
export function details(row) {
  const rule = state.form === null ? { keys: [] } : ruleOf(state.form, row.target);
  return html`${row.unshown.map(
      (each) => html`<div class="untouched"><p>${say("unshown.text", { line: String(each.line) })}</p><pre><code>${each.text}</code></pre></div>`,
    )}
    <div class="parts">
      ${part(row, "sources", ["from", "value"], sources(row))} ${part(row, "transforms", ["transforms"], transforms(row, rule))}
      ${part(row, "values", ["values"], values(row, rule))} ${part(row, "empty", ["default", "when_empty", "on_error"], empties(row, rule))}
      ${part(row, "lookup", ["lookup", "on_missing"], lookup(row, rule))}
    </div>`;
}

/**
 * @param {TableRow} row
 * @param {string} name
 * @param {string[]} keys
 * @param {unknown} inside
 */
function part(row, name, keys, inside) {
  const problems = row.problems.filter((problem) => problem.key !== null && keys.includes(problem.key));
  return html`<div class=${`part ${name}`}>
    <h3>${say(`part.${name}`)}</h3>
    ${problems.map((problem) => html`<p class="problem">${problem.what}${problem.advice === "" ? nothing : html` <span class="todo">${problem.advice}</span>`}</p>`)}
    ${inside}
  </div>`;
}

/** @param {TableRow} row */
function sources(row) {
  const { target } = row;
  if (isConstant(row)) {
    const useField = () => {
      change((form) => withKey(form, target, "value", undefined));
      focusInstead(`source-${target}-new`);
    };
    return html`<p class="note">${say("constant.explained")}</p>
      ${constants(row)}
      <button type="button" class="small" @click=${useField}>${say("constant.instead")}</button>`;
  }
  const all = row.row === null ? [] : sourcesOf(row.row.rule);
  const options = row.field?.options ?? [];
  const useConstant = () => {
    change((form) => withConstant(form, target, options[0]?.value ?? ""));
    focusInstead(`constant-${target}-0`);
  };
  return html`<ol class="sources">
      ${all.map((source, n) => sourceLine(row, all, source, n))}
      <li>${sourceBox(row, all.length, { id: `source-${target}-new`, constants: false, placeholder: all.length > 0 ? say("sources.add") : undefined })}</li>
    </ol>
    ${all.length > 1 ? html`<p class="note">${say("sources.several")}</p>` : nothing}
    <p class="note">${say("sources.help")}</p>
    ${all.length > 0
      ? nothing
      : html`<button type="button" class="small" @click=${useConstant}>${say("constant.use")}</button>`}`;
}

/**
 * The values of a constant: one, or a list.
 * @param {TableRow} row
 */
function constants({ target, field, row }) {
  const written = row === null ? null : get(row.rule, "value");
  const items = listOf(written);
  const name = field?.label || target;
  const save = (/** @type {Value[]} */ after) => change((form) => withConstant(form, target, Array.isArray(written) || after.length > 1 ? after : after[0]));
  const remove = (/** @type {number} */ n) => {
    save(without(items, n));
    focusInstead(`constant-${target}-${n}`, `constant-${target}-${n - 1}`);
  };
  const box = (/** @type {Value} */ item, /** @type {number} */ n) => html`<li class="line">
    ${valueBox({
      id: `constant-${target}-${n}`,
      label: say("constant.labelOf", { field: name, number: n + 1 }),
      value: textOf(item),
      options: field?.options ?? null,
      none: "",
      set: (text) => save(replaced(items, n, text)),
    })}
    ${items.length === 1 ? nothing : html`<button type="button" class="small plain" aria-label=${say("sources.remove", { name: textOf(item) })} @click=${() => remove(n)}>✕</button>`}
  </li>`;
  return html`<ol>${items.map(box)}</ol>
    <button type="button" class="small" @click=${() => save([...items, ""])}>${say("constant.more")}</button>`;
}

/**
 * @param {TableRow} row
 * @param {string[]} all
 * @param {string} source
 * @param {number} n
 */
function sourceLine(row, all, source, n) {
  const { target } = row;
  const set = (/** @type {string[]} */ after) => change((form) => withSources(form, target, after));
  const remove = () => {
    set(without(all, n));
    document.getElementById(`source-${target}-new`)?.focus();
  };
  return html`<li>
    <div class="line">
      ${sourceBox(row, n, { id: `source-${target}-${n}`, constants: false })}
      <span class="buttons">
        ${moveButtons({ id: `source-${target}`, place: n, count: all.length, name: source, says: { up: "sources.up", down: "sources.down" }, move: (to) => set(moved(all, n, to)) })}
        <button type="button" class="small plain" aria-label=${say("sources.remove", { name: source })} @click=${remove}>✕</button>
      </span>
    </div>
    <p class="about">${called(source)} ${sampled(source)}</p>
  </li>`;
}

/**
 * The values that a field's first source may hold.
 * @param {Keys} rule
 */
function picklist(rule) {
  const all = [state.fields, ...state.parents.values()];
  const found = sourcesOf(rule).flatMap((source) => all.map((fields) => valuesOf(named(fields, source))));
  return found.find((values) => values.length > 0) ?? [];
}

/**
 * @param {TableRow} row
 * @param {Keys} rule
 */
function transforms(row, rule) {
  return transformList({
    id: `transforms-${row.target}`,
    field: row.target,
    written: get(rule, "transforms"),
    offered: picklist(rule),
    options: row.field?.options ?? null,
    set: (items) => change((form) => withKey(form, row.target, "transforms", items)),
  });
}

/**
 * @param {TableRow} row
 * @param {Keys} rule
 */
function values(row, rule) {
  const table = get(rule, "values");
  const offered = picklist(rule);
  return html`<p class="note">${say(offered.length > 0 ? "values.picklist" : "values.explained")}</p>
    ${valueTable({
      id: `values-${row.target}`,
      label: say("part.values"),
      table: isKeys(table) ? table : undefined,
      offered,
      options: row.field?.options ?? null,
      set: (after) => change((form) => withKey(form, row.target, "values", after)),
    })}`;
}

/**
 * @param {TableRow} row
 * @param {Keys} rule
 */
function empties(row, rule) {
  const set = (/** @type {string} */ name, /** @type {string} */ text) => change((form) => withKey(form, row.target, name, text === "" ? undefined : text));
  const id = `default-${row.target}`;
  return html`<div class="pairs">
    <label for=${id}>${say("rule.default")}</label>
    ${valueBox({ id, label: say("rule.default"), value: textOf(get(rule, "default")), options: row.field?.options ?? null, none: say("rule.default.none"), set: (text) => set("default", text) })}
    ${choice(row, rule, "when_empty", ["clear", "keep"])} ${choice(row, rule, "on_error", ["reject", "drop"])}
  </div>`;
}

/**
 * @param {TableRow} row
 * @param {Keys} rule
 * @param {string} name
 * @param {string[]} usual
 */
function choice(row, rule, name, usual) {
  const id = `${name}-${row.target}`;
  const value = textOf(get(rule, name));
  const choices = state.grammar.rule[name]?.choices ?? usual;
  const changed = (/** @type {Event} */ event) => {
    const text = /** @type {HTMLSelectElement} */ (event.currentTarget).value;
    change((form) => withKey(form, row.target, name, text === "" ? undefined : text));
  };
  return html`<label for=${id}>${say(`rule.${name}`)}</label>
    <select id=${id} .value=${live(value)} @change=${changed}>
      <option value="" ?selected=${value === ""}>${say(`rule.${name}.left`)}</option>
      ${choices.map((each) => html`<option value=${each} ?selected=${value === each}>${say(`rule.${name}.${each}`)}</option>`)}
      ${value === "" || choices.includes(value) ? nothing : html`<option value=${value} selected>${value}</option>`}
    </select>`;
}

/**
 * @param {TableRow} row
 * @param {Keys} rule
 */
function lookup(row, rule) {
  const chosen = listOf(get(rule, "lookup")).map(textOf);
  const names = [...new Set([...state.grammar.lookups, ...chosen])];
  const toggle = (/** @type {string} */ name) => {
    const after = chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name];
    change((form) => withKey(form, row.target, "lookup", oneOrAll(after)));
  };
  return html`<p class="note">${say("lookup.explained")}</p>
    <div class="line" role="group" aria-label=${say("part.lookup")}>
      ${names.map(
        (name) => html`<label class="check"><input type="checkbox" .checked=${live(chosen.includes(name))} @change=${() => toggle(name)} /> ${name === "users" ? say("lookup.users") : name}</label>`,
      )}
    </div>
    ${chosen.length === 0 && get(rule, "on_missing") === undefined
      ? nothing
      : html`<div class="pairs">${choice(row, rule, "on_missing", ["park", "drop", "reject"])}</div>`}`;
}
