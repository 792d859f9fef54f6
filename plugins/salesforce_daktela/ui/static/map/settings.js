// @ts-check
/** The second section: which records, how they are found again, and what happens to those that go. */
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { change, count, countSoon } from "./actions.js";
import { get, isKeys, listOf, moved, oneOrAll, textOf, withSetting, without } from "./document.logic.js";
import { focusInstead } from "./focus.js";
import { moveButtons } from "./moving.js";
import { SETTINGS, inSetting, left } from "./settings.logic.js";
import { state } from "./store.js";
import { valueTable } from "./value_table.js";
import { say } from "./words.js";

/**
 * @typedef {import("./document.logic.js").Form} Form
 * @typedef {import("./rows.logic.js").Problem} Problem
 */

/** @type {Record<string, string[]>} */
const CHOICES = { on_gone: ["keep", "recreate"], on_both: ["keep", "merge"] };

/**
 * @param {Form} form
 * @param {Problem[]} problems those of the settings
 */
export function settings(form, problems) {
  return html`<div class="settings">
    ${SETTINGS.filter((name) => concerns(form, name)).map((name) => setting(form, name, problems.filter((problem) => problem.key === name)))}
  </div>`;
}

/**
 * Whether the page shows a setting: what is there for dial lists only where the mapping writes one, or has it all the same.
 * @param {Form} form
 * @param {string} name
 */
function concerns(form, name) {
  return name !== "hands_off" || textOf(get(form.settings, "daktela")) === "campaignsRecords" || form.unshown.some((each) => each.path[0] === name);
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {Problem[]} problems
 */
function setting(form, name, problems) {
  const untouched = form.unshown.find((each) => each.path.length === 1 && each.path[0] === name);
  const bad = problems.length > 0;
  const labelled = !["match", "once", "hands_off", "mark", "becomes"].includes(name);
  const heading = labelled ? html`<label for=${`setting-${name}`}>${say(`setting.${name}`)}</label>` : html`<span class="name" id=${`setting-${name}`}>${say(`setting.${name}`)}</span>`;
  return html`<div class=${`setting ${bad ? "bad" : ""}`} data-setting=${name}>
    <div>${heading} <code class="target">${name}</code><span class="detail" id=${`about-${name}`}>${say(`setting.${name}.about`)}</span></div>
    <div>
      ${untouched === undefined ? control(form, name, bad) : html`<p class="note">${say("unshown.text", { line: String(untouched.line) })}</p><pre><code>${untouched.text}</code></pre>`}
      <div id=${`wrong-${name}`}>
        ${problems.map((problem) => html`<p class="problem">${problem.what} ${problem.advice === "" ? nothing : html`<span class="todo">${problem.advice}</span>`}</p>`)}
      </div>
    </div>
  </div>`;
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {boolean} bad
 */
function control(form, name, bad) {
  switch (name) {
    case "match":
    case "once":
      return targets(form, name);
    case "hands_off":
      return html`<p class="note" aria-labelledby="setting-hands_off">${say("setting.hands_off.left")}</p>`;
    case "mark":
      return mark(form);
    case "becomes":
      return becomes(form);
    case "where":
      return html`${text(form, name, bad)} ${counted(form)}`;
    case "on_delete":
    case "on_filter_exit":
    case "on_gone":
    case "on_both":
      return choice(form, name, bad);
    default:
      return text(form, name, bad);
  }
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {boolean} bad
 */
function text(form, name, bad) {
  const changed = (/** @type {Event} */ event) => {
    const typed = /** @type {HTMLInputElement} */ (event.currentTarget).value;
    change((before) => withSetting(before, name, inSetting(name, typed)));
    if (name === "where") {
      countSoon(typed);
    }
  };
  return html`<input
    id=${`setting-${name}`}
    type="text"
    autocomplete="off"
    spellcheck="false"
    aria-describedby=${`about-${name} wrong-${name}`}
    aria-invalid=${bad ? "true" : nothing}
    placeholder=${left(name)}
    .value=${live(textOf(get(form.settings, name)))}
    @input=${changed}
  />`;
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {boolean} bad
 */
function choice(form, name, bad) {
  const value = textOf(get(form.settings, name));
  const choices = state.grammar.settings[name]?.choices ?? CHOICES[name] ?? ["keep", "mark", "delete"];
  const changed = (/** @type {Event} */ event) => {
    const chosen = /** @type {HTMLSelectElement} */ (event.currentTarget).value;
    change((before) => withSetting(before, name, chosen === "" ? undefined : chosen));
  };
  return html`<select id=${`setting-${name}`} aria-describedby=${`about-${name} wrong-${name}`} aria-invalid=${bad ? "true" : nothing} .value=${live(value)} @change=${changed}>
    <option value="" ?selected=${value === ""}>${say(`setting.${name}.left`)}</option>
    ${choices.map((each) => html`<option value=${each} ?selected=${each === value}>${say(`policy.${each}`)}</option>`)}
    ${value === "" || choices.includes(value) ? nothing : html`<option value=${value} selected>${value}</option>`}
  </select>`;
}

/** @param {Form} form */
function counted(form) {
  const where = textOf(get(form.settings, "where"));
  const { state: known, count: number, trouble } = state.count;
  return html`<p class="line">
    <button type="button" class="small" ?disabled=${known === "asked"} @click=${() => void count(where)}>${say("count.ask")}</button>
    <span role="status">${known === "known" ? say("count.known", { count: number }) : known === "asked" ? say("count.asked") : nothing}</span>
    ${known === "failed" ? html`<span class="problem">${trouble}</span>` : nothing}
  </p>`;
}

/**
 * A list of mapped fields.
 * @param {Form} form
 * @param {string} name
 */
function targets(form, name) {
  const chosen = listOf(get(form.settings, name)).map(textOf);
  const rest = form.rows.map((row) => row.target).filter((target) => !chosen.includes(target));
  const set = (/** @type {string[]} */ after) => change((before) => withSetting(before, name, after.length > 0 ? after : undefined));
  const remove = (/** @type {number} */ n) => {
    set(without(chosen, n));
    focusInstead(`${name}-add`);
  };
  const add = () => {
    const select = /** @type {HTMLSelectElement} */ (document.getElementById(`${name}-add`));
    if (select.value !== "") {
      set([...chosen, select.value]);
      select.value = "";
    }
  };
  return html`<div role="group" aria-labelledby=${`setting-${name}`} aria-describedby=${`about-${name} wrong-${name}`}>
    ${chosen.length === 0 ? html`<p class="note">${say(`setting.${name}.left`)}</p>` : nothing}
    <ol class="calls">
      ${chosen.map(
        (target, n) => html`<li class="line">
          <code>${target}</code>
          <span class="buttons">
            ${moveButtons({ id: name, place: n, count: chosen.length, name: target, says: { up: "sources.up", down: "sources.down" }, move: (to) => set(moved(chosen, n, to)) })}
            <button type="button" class="small plain" aria-label=${say("sources.remove", { name: target })} @click=${() => remove(n)}>✕</button>
          </span>
        </li>`,
      )}
    </ol>
    <div class="line">
      <label class="hidden-text" for=${`${name}-add`}>${say("match.add")}</label>
      <select id=${`${name}-add`}>
        <option value="">${say("match.add")}</option>
        ${rest.map((target) => html`<option value=${target}>${target}</option>`)}
      </select>
      <button type="button" class="small" @click=${add}>${say("add")}</button>
    </div>
  </div>`;
}

/** @param {string} key */
function removal(key) {
  return say("sources.remove", { name: key });
}

/** @param {Form} form */
function mark(form) {
  return table(form, "mark", state.daktela.map((field) => field.target), {
    left: say("column.daktela"),
    right: say("values.to"),
    newKey: say("column.daktela"),
    newValue: say("values.newValue"),
    valueOf: (key) => say("values.for", { value: key }),
    remove: removal,
  });
}

/** @param {Form} form */
function becomes(form) {
  return table(form, "becomes", state.grammar.lookups.filter((each) => each !== "users"), {
    left: say("becomes.mapping"),
    right: say("becomes.field"),
    newKey: say("becomes.mapping"),
    newValue: say("becomes.field"),
    valueOf: (key) => say("box.label", { field: key }),
    remove: removal,
  });
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {string[]} keys
 * @param {import("./value_table.js").Words} words
 */
function table(form, name, keys, words) {
  const found = get(form.settings, name);
  const written = isKeys(found) ? found.keys.map(([key]) => key) : [];
  return valueTable({
    id: `setting-${name}-table`,
    label: say(`setting.${name}`),
    table: isKeys(found) ? found : undefined,
    offered: [],
    options: null,
    keys: keys.filter((key) => !written.includes(key)),
    words,
    set: (after) => change((before) => withSetting(before, name, after)),
  });
}
