// @ts-check
/**
 * The form of a mapping file as the server sends it, and its changes. Nothing here changes what it is given.
 *
 * A value is JSON as `mapping/editing/document.py` writes it: keys are lists of pairs, because their order counts. The items
 * of a list are values too; JSDoc cannot say so of a type within itself.
 *
 * @typedef {{keys: [string, Value][]}} Keys
 * @typedef {null | boolean | number | string | unknown[] | Keys | {bare: string} | {number: string}} Value
 * @typedef {{target: string, origin: string | null, rule: Keys}} Row
 * @typedef {{path: string[], text: string, line: number}} Unshown
 * @typedef {{settings: Keys, rows: Row[], unshown: Unshown[]}} Form
 */

/** @type {Keys} */
const NOTHING = { keys: [] };

/**
 * @param {Value | undefined} value
 * @returns {value is Keys}
 */
export function isKeys(value) {
  // An array has a method of that name.
  return typeof value === "object" && value !== null && !Array.isArray(value) && "keys" in value;
}

/**
 * The value of a key, undefined where it is not written.
 * @param {Keys} keys
 * @param {string} name
 */
export function get(keys, name) {
  return keys.keys.find(([key]) => key === name)?.[1];
}

/**
 * Keys in which one has another value; without one it is gone.
 * @param {Keys} keys
 * @param {string} name
 * @param {Value | undefined} value
 * @returns {Keys}
 */
export function set(keys, name, value) {
  if (value === undefined || value === null) {
    return { keys: keys.keys.filter(([key]) => key !== name) };
  }
  /** @type {[string, Value]} */
  const pair = [name, value];
  const place = keys.keys.findIndex(([key]) => key === name);
  return { keys: place < 0 ? [...keys.keys, pair] : replaced(keys.keys, place, pair) };
}

/**
 * What a person reads and types for a single value.
 * @param {Value | undefined} value
 * @returns {string}
 */
export function textOf(value) {
  if (value === undefined || value === null) {
    return "";
  }
  if (Array.isArray(value)) {
    return listOf(value).map(textOf).join(", ");
  }
  if (typeof value === "object") {
    return "bare" in value ? value.bare : "number" in value ? value.number : value.keys.map(([key]) => key).join(", ");
  }
  return String(value);
}

/**
 * The items of a list, also of one value that stands alone.
 * @param {Value | undefined} value
 * @returns {Value[]}
 */
export function listOf(value) {
  if (value === undefined || value === null) {
    return [];
  }
  return Array.isArray(value) ? /** @type {Value[]} */ (value) : [value];
}

/**
 * A list as the language writes it: one alone without brackets, none not at all.
 * @param {Value[]} items
 * @returns {Value | undefined}
 */
export function oneOrAll(items) {
  return items.length > 1 ? items : items[0];
}

/**
 * The row of a Daktela field, undefined where the file does not map it.
 * @param {Form} form
 * @param {string} target
 */
export function rowOf(form, target) {
  return form.rows.find((row) => row.target === target);
}

/**
 * @param {Form} form
 * @param {string} target
 * @returns {Keys}
 */
export function ruleOf(form, target) {
  return rowOf(form, target)?.rule ?? NOTHING;
}

/**
 * The form in which a field has this rule; an empty one takes the row away.
 * @param {Form} form
 * @param {string} target
 * @param {Keys} rule
 * @returns {Form}
 */
export function withRule(form, target, rule) {
  const place = form.rows.findIndex((row) => row.target === target);
  if (rule.keys.length === 0) {
    return { ...form, rows: form.rows.filter((row) => row.target !== target) };
  }
  if (place < 0) {
    return { ...form, rows: [...form.rows, { target, origin: null, rule }] };
  }
  return { ...form, rows: replaced(form.rows, place, { ...form.rows[place], rule }) };
}

/**
 * The form in which one key of a field's rule has another value.
 * @param {Form} form
 * @param {string} target
 * @param {string} name
 * @param {Value | undefined} value
 */
export function withKey(form, target, name, value) {
  return withRule(form, target, set(ruleOf(form, target), name, value));
}

/**
 * @param {Form} form
 * @param {string} name
 * @param {Value | undefined} value
 * @returns {Form}
 */
export function withSetting(form, name, value) {
  return { ...form, settings: set(form.settings, name, value) };
}

/**
 * The sources of a rule: field paths and templates as they are written.
 * @param {Keys} rule
 */
export function sourcesOf(rule) {
  return listOf(get(rule, "from")).map(textOf);
}

/**
 * The form in which a field comes from these sources, and no longer from a constant.
 * @param {Form} form
 * @param {string} target
 * @param {string[]} sources
 */
export function withSources(form, target, sources) {
  const rule = set(ruleOf(form, target), "from", oneOrAll(sources));
  return withRule(form, target, sources.length > 0 ? set(rule, "value", undefined) : rule);
}

/**
 * The form in which a field is a constant, and comes from no source.
 * @param {Form} form
 * @param {string} target
 * @param {Value} value
 */
export function withConstant(form, target, value) {
  return withRule(form, target, set(set(ruleOf(form, target), "from", undefined), "value", value));
}

/**
 * The form with every suggestion taken whose field is not mapped.
 * @param {Form} form
 * @param {{target: string, from: string, rule?: Keys}[]} suggestions `rule` is the whole of it where more than a source is meant
 */
export function withSuggestions(form, suggestions) {
  return suggestions
    .filter((each) => rowOf(form, each.target) === undefined)
    .reduce((before, each) => withRule(before, each.target, each.rule ?? { keys: [["from", each.from]] }), form);
}

/**
 * A list with one item at another place.
 * @template T
 * @param {T[]} items
 * @param {number} from
 * @param {number} to
 */
export function moved(items, from, to) {
  const rest = without(items, from);
  return [...rest.slice(0, to), items[from], ...rest.slice(to)];
}

/**
 * @template T
 * @param {T[]} items
 * @param {number} place
 * @param {T} item
 */
export function replaced(items, place, item) {
  return items.map((each, n) => (n === place ? item : each));
}

/**
 * @template T
 * @param {T[]} items
 * @param {number} place
 */
export function without(items, place) {
  return items.filter((_, n) => n !== place);
}

/**
 * A value table's pairs in which one key is translated to another value; without one the pair is gone.
 * @param {Value | undefined} table
 * @param {string} key
 * @param {Value | undefined} value
 * @returns {Keys | undefined}
 */
export function withPair(table, key, value) {
  const after = set(isKeys(table) ? table : NOTHING, key, value);
  return after.keys.length > 0 ? after : undefined;
}
