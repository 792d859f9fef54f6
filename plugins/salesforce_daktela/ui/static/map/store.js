// @ts-check
/**
 * What the page knows. One object; whoever changes it does so by `update`, which draws the page anew a moment later.
 *
 * @typedef {import("./document.logic.js").Form} Form
 * @typedef {import("./fields.logic.js").Field} Field
 * @typedef {import("./fields.logic.js").Entry} Entry
 * @typedef {import("./rows.logic.js").Problem} Problem
 * @typedef {import("./rows.logic.js").Suggestion} Suggestion
 * @typedef {import("./rows.logic.js").DaktelaField} DaktelaField
 * @typedef {import("./rows.logic.js").Filter} Filter
 * @typedef {import("./saving.logic.js").State} SavingState
 * @typedef {import("./transforms.logic.js").Transform} Transform
 * @typedef {{transforms: Transform[], lookups: string[],
 *   settings: Record<string, {choices: string[] | null}>, rule: Record<string, {choices: string[] | null}>}} Grammar
 */

/** @type {Grammar} */
const NO_GRAMMAR = { transforms: [], lookups: [], settings: {}, rule: {} };

export const state = {
  /** @type {Form | null} */
  form: null,
  /** @type {Problem[]} */
  problems: [],
  /** @type {Problem[]} */
  live: [],
  /** Problems of the sync's other files. @type {Problem[]} */
  elsewhere: [],
  /** The file is no YAML of ours: its problems say where. */
  unreadable: false,
  canUndo: false,
  canRedo: false,
  unsaved: false,
  /** @type {SavingState} */
  saving: "kept",
  /** What went wrong, as a sentence for the bar above the table. */
  trouble: "",
  /** @type {Field[]} */
  fields: [],
  /** @type {Entry[]} */
  index: [],
  /** @type {Map<string, Field[]>} */
  parents: new Map(),
  /** @type {DaktelaField[]} */
  daktela: [],
  readAt: "",
  /** Why fields could not be read, as sentences. @type {string[]} */
  unread: [],
  /** @type {Suggestion[]} */
  suggestions: [],
  grammar: NO_GRAMMAR,
  /** @type {{record: {id: string, label: string} | null, values: Record<string, string | null>, trouble: string}} */
  samples: { record: null, values: {}, trouble: "" },
  /** @type {{state: "" | "asked" | "known" | "failed", count: number, trouble: string}} */
  count: { state: "", count: 0, trouble: "" },
  /** @type {Set<string>} */
  open: new Set(),
  /** What was typed into a combobox and not taken. @type {{id: string, text: string} | null} */
  notTaken: null,
  /** Fields that Daktela does not list, to be mapped. @type {string[]} */
  added: [],
  /** @type {Filter} */
  filter: "all",
  query: "",
  /** The rows that are shown since the filter and the search were chosen. @type {Set<string>} */
  held: new Set(),
};

/** @type {() => void} */
let draw = () => {};
let waiting = false;

/** @param {() => void} drawing */
export function drawBy(drawing) {
  draw = drawing;
}

/** @param {Partial<typeof state>} [changed] */
export function update(changed = {}) {
  Object.assign(state, changed);
  if (!waiting) {
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      draw();
    });
  }
}
