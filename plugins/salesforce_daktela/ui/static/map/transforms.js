// @ts-check
/** The transforms of one field, in their order, each with its options. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { get, isKeys, listOf, moved, replaced, textOf, without } from "./document.logic.js";
import { moveButtons } from "./moving.js";
import { state } from "./store.js";
import { callOf, itemOf, missing, optionsOf, typed, withOption } from "./transforms.logic.js";
import { valueTable } from "./value_table.js";
import { say } from "./words.js";

/**
 * @typedef {import("./document.logic.js").Value} Value
 * @typedef {import("./transforms.logic.js").Call} Call
 * @typedef {import("./transforms.logic.js").Option} Option
 * @typedef {import("./transforms.logic.js").Transform} Transform
 * @typedef {{id: string, field: string, written: Value | undefined, offered: {value: string, label: string}[],
 *   options: {value: string, label: string}[] | null, set: (items: Value | undefined) => void}} Editor
 */

/** @param {Editor} editor */
export function transformList(editor) {
  const items = listOf(editor.written);
  const save = (/** @type {Value[]} */ after) => editor.set(after.length > 0 ? after : undefined);
  return html`${items.length === 0
      ? html`<p class="note">${say("transforms.none")}</p>`
      : html`<ol class="calls">
          ${items.map((item, n) => call(editor, items, n, callOf(item), save))}
        </ol>`}
    ${adding(editor, items, save)}`;
}

/**
 * @param {Editor} editor
 * @param {Value[]} items
 * @param {number} n
 * @param {Call} found
 * @param {(items: Value[]) => void} save
 */
function call(editor, items, n, found, save) {
  const transform = state.grammar.transforms.find((each) => each.name === found.name);
  const set = (/** @type {Call} */ after) => save(replaced(items, n, itemOf(after)));
  const remove = () => {
    save(without(items, n));
    document.getElementById(`${editor.id}-add`)?.focus();
  };
  return html`<li>
    <div class="line">
      <code>${found.name}</code>
      <span class="muted">${transform?.doc ?? say("transforms.unknown")}</span>
      <span class="buttons">
        ${moveButtons({ id: editor.id, place: n, count: items.length, name: found.name, says: { up: "transforms.up", down: "transforms.down" }, move: (to) => save(moved(items, n, to)) })}
        <button type="button" class="small plain" aria-label=${say("transforms.remove", { name: found.name })} @click=${remove}>✕</button>
      </span>
    </div>
    ${options(editor, `${editor.id}-${n}`, found, transform, set)}
  </li>`;
}

/**
 * @param {Editor} editor
 * @param {string} id
 * @param {Call} found
 * @param {Transform | undefined} transform
 * @param {(call: Call) => void} set
 */
function options(editor, id, found, transform, set) {
  const given = transform === undefined ? null : optionsOf(found, transform);
  if (transform === undefined || given === null) {
    return found.given === null ? nothing : html`<p class="note">${say("transforms.asText")} <code>${JSON.stringify(found.given)}</code></p>`;
  }
  if (transform.options.length === 0) {
    return nothing;
  }
  return html`<div class="options">
      ${transform.options.map((option) => optionBox(editor, `${id}-${option.name}`, option, get(given, option.name), (value) => set(withOption(found, transform, option.name, value))))}
    </div>
    ${missing(transform, given).map((option) => html`<p class="problem">${say("transforms.missing", { option: option.name })}</p>`)}`;
}

/**
 * @param {Editor} editor
 * @param {string} id
 * @param {Option} option
 * @param {Value | undefined} value
 * @param {(value: Value | undefined) => void} set
 */
function optionBox(editor, id, option, value, set) {
  if (option.type === "table") {
    return valueTable({ id, label: option.name, table: isKeys(value) ? value : undefined, offered: editor.offered, options: editor.options, set });
  }
  const text = textOf(value);
  const changed = (/** @type {Event} */ event) => set(typed(option, /** @type {HTMLInputElement} */ (event.currentTarget).value));
  const choices = option.type === "bool" ? ["true", "false"] : option.choices;
  const standard = option.default === null || option.default === undefined ? "" : textOf(option.default);
  return html`<label for=${id}>
    <span>${option.name}${option.required ? html` <span class="required">${say("required")}</span>` : nothing}</span>
    ${choices === null || choices === undefined
      ? html`<input id=${id} type="text" autocomplete="off" .value=${live(text)} placeholder=${standard} @input=${changed} />`
      : html`<select id=${id} .value=${live(text)} @change=${changed}>
          <option value="" ?selected=${text === ""}>${standard === "" ? say("left") : say("leftAs", { value: standard })}</option>
          ${choices.map((choice) => html`<option value=${choice} ?selected=${choice === text}>${choice}</option>`)}
        </select>`}
  </label>`;
}

/**
 * @param {Editor} editor
 * @param {Value[]} items
 * @param {(items: Value[]) => void} save
 */
function adding(editor, items, save) {
  const add = () => {
    const select = /** @type {HTMLSelectElement} */ (document.getElementById(`${editor.id}-add`));
    if (select.value !== "") {
      save([...items, select.value]);
      select.value = "";
      select.focus();
    }
  };
  const group = (/** @type {boolean} */ own) => state.grammar.transforms.filter((each) => each.own === own);
  const listed = (/** @type {Transform[]} */ all) => all.map((each) => html`<option value=${each.name}>${each.name}${each.doc === "" ? "" : ` – ${each.doc}`}</option>`);
  return html`<div class="line adding">
    <label for=${`${editor.id}-add`}>${say("transforms.add")}</label>
    <select id=${`${editor.id}-add`}>
      <option value="">${say("transforms.choose")}</option>
      ${listed(group(false))} ${group(true).length === 0 ? nothing : html`<optgroup label=${say("transforms.own")}>${listed(group(true))}</optgroup>`}
    </select>
    <button type="button" class="small" @click=${add}>${say("add")}</button>
  </div>`;
}
