// @ts-check
/** A value table: Salesforce's values on the left, what Daktela gets on the right. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { isKeys, textOf, withPair } from "./document.logic.js";
import { focusInstead } from "./focus.js";
import { valueBox } from "./source_cell.js";
import { say } from "./words.js";

/**
 * @typedef {import("./document.logic.js").Value} Value
 * @typedef {{left: string, right: string, newKey: string, newValue: string, valueOf: (key: string) => string,
 *   remove: (key: string) => string}} Words
 * @typedef {{id: string, label: string, table: Value | undefined, offered: {value: string, label: string}[],
 *   options: {value: string, label: string}[] | null, keys?: string[], words?: Words,
 *   set: (table: Value | undefined) => void}} Table
 */

/** @type {Words} */
const TRANSLATION = {
  left: say("values.from"),
  right: say("values.to"),
  newKey: say("values.newKey"),
  newValue: say("values.newValue"),
  valueOf: (key) => say("values.for", { value: key }),
  remove: (key) => say("values.remove", { value: key }),
};

/**
 * `keys` are all that the left side can be, where it is a choice; `words` say what both sides are, where the table
 * translates nothing.
 * @param {Table} with_
 */
export function valueTable(with_) {
  const { id, label, table, offered } = with_;
  const { left, right } = with_.words ?? TRANSLATION;
  const pairs = isKeys(table) ? table.keys : [];
  const written = new Map(pairs);
  const others = pairs.map(([key]) => key).filter((key) => !offered.some((each) => each.value === key));
  return html`<table class="values" aria-label=${label}>
    <thead>
      <tr>
        <th scope="col">${left}</th>
        <th scope="col">${right}</th>
        <td></td>
      </tr>
    </thead>
    <tbody>
      ${offered.map((each, n) => pair(with_, { id: `${id}-${n}`, key: each.value, label: each.label, value: written.get(each.value), stays: true }))}
      ${repeat(others, (/** @type {string} */ key) => key, (/** @type {string} */ key, /** @type {number} */ n) => pair(with_, { id: `${id}-other-${n}`, key, label: "", value: written.get(key), stays: false }))}
      ${adding(with_)}
    </tbody>
  </table>`;
}

/**
 * One key with its value. One that is emptied goes when its row is left: neither the row nor the button in it may vanish
 * under the hands of whoever types another value, or goes on by keyboard. The row of a key that is offered `stays`.
 * @param {Table} with_
 * @param {{id: string, key: string, label: string, value: Value | undefined, stays: boolean}} row
 */
function pair({ id: whole, table, options, words = TRANSLATION, set }, { id, key, label, value, stays }) {
  const given = value !== undefined;
  const drop = () => set(withPair(table, key, undefined));
  const remove = () => {
    drop();
    focusInstead(id, `${whole}-new-key`);
  };
  const typed = (/** @type {Event} */ event) => {
    /** @type {HTMLElement} */ (event.currentTarget).dataset.typed = "";
  };
  const left = (/** @type {FocusEvent} */ event) => {
    const row = /** @type {HTMLElement} */ (event.currentTarget);
    if ("typed" in row.dataset && document.hasFocus() && !row.contains(/** @type {Node | null} */ (event.relatedTarget))) {
      delete row.dataset.typed;
      if (given && textOf(value) === "") {
        drop();
      }
    }
  };
  return html`<tr @input=${typed} @focusout=${left}>
    <th scope="row"><code><bdi>${key}</bdi></code> ${label === "" || label === key ? nothing : html`<bdi class="muted">${label}</bdi>`}</th>
    <td>
      ${valueBox({
        id,
        label: words.valueOf(key),
        value: textOf(value),
        options,
        none: say("values.none"),
        set: (text) => set(withPair(table, key, text)),
        emptied: stays ? drop : undefined,
      })}
    </td>
    <td>
      ${given
        ? html`<button type="button" class="small plain" aria-label=${words.remove(key)} @click=${remove}>✕</button>`
        : nothing}
    </td>
  </tr>`;
}

/** @param {Table} with_ */
function adding({ id, table, options, keys, words = TRANSLATION, set }) {
  const { newKey, newValue } = words;
  const add = () => {
    const [from, to] = [inputOf(`${id}-new-key`), inputOf(`${id}-new-value`)];
    if (from !== null && to !== null && from.value !== "" && to.value !== "") {
      set(withPair(table, from.value, to.value));
      from.value = "";
      to.value = "";
      from.focus();
    }
  };
  const onEnter = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      add();
    }
  };
  return html`<tr>
    <th scope="row">
      ${keys === undefined
        ? html`<input id=${`${id}-new-key`} type="text" autocomplete="off" aria-label=${newKey} placeholder=${newKey} @keydown=${onEnter} />`
        : html`<select id=${`${id}-new-key`} aria-label=${newKey}>
            <option value="">${newKey}</option>
            ${keys.map((key) => html`<option value=${key}>${key}</option>`)}
          </select>`}
    </th>
    <td>
      ${options === null || options.length === 0
        ? html`<input id=${`${id}-new-value`} type="text" autocomplete="off" aria-label=${newValue} placeholder=${newValue} @keydown=${onEnter} />`
        : html`<select id=${`${id}-new-value`} aria-label=${newValue}>
            <option value="">${say("values.none")}</option>
            ${options.map((option) => html`<option value=${option.value}>${option.label || option.value}</option>`)}
          </select>`}
    </td>
    <td><button type="button" class="small" aria-label=${say("values.add")} @click=${add}>${say("add")}</button></td>
  </tr>`;
}

/**
 * @param {string} id
 * @returns {HTMLInputElement | null}
 */
function inputOf(id) {
  return /** @type {HTMLInputElement | null} */ (document.getElementById(id));
}
