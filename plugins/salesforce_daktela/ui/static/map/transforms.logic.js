// @ts-check
/**
 * Transforms with their options: from what a file gives them to options by name, and back (`mapping/editing/options.py`).
 *
 * @typedef {import("./document.logic.js").Value} Value
 * @typedef {import("./document.logic.js").Keys} Keys
 * @typedef {{name: string, type: "str" | "int" | "float" | "bool" | "table", required: boolean, default?: Value,
 *   choices: string[] | null}} Option
 * @typedef {{name: string, doc: string, takes: string, main: string | null, own: boolean, options: Option[]}} Transform
 * @typedef {{name: string, given: Value}} Call
 */
import { get, isKeys, set, textOf } from "./document.logic.js";

const TABLE = "table";

/**
 * @param {Value} item
 * @returns {Call}
 */
export function callOf(item) {
  if (isKeys(item) && item.keys.length === 1) {
    return { name: item.keys[0][0], given: item.keys[0][1] };
  }
  return { name: textOf(item), given: null };
}

/**
 * @param {Call} call
 * @returns {Value}
 */
export function itemOf(call) {
  return call.given === null ? call.name : { keys: [[call.name, call.given]] };
}

/**
 * The options of a call by their names; null where they are given in a way that no control shows.
 * @param {Call} call
 * @param {Transform} transform
 * @returns {Keys | null}
 */
export function optionsOf(call, transform) {
  if (call.given === null) {
    return { keys: [] };
  }
  if (isKeys(call.given) && transform.main !== TABLE) {
    return call.given;
  }
  return transform.main === null || Array.isArray(call.given) ? null : { keys: [[transform.main, call.given]] };
}

/**
 * The call with one option changed: the main one stands alone where there are no others, as people write it.
 * @param {Call} call
 * @param {Transform} transform
 * @param {string} name
 * @param {Value | undefined} value
 * @returns {Call}
 */
export function withOption(call, transform, name, value) {
  const options = set(optionsOf(call, transform) ?? { keys: [] }, name, value);
  const alone = transform.main !== null && options.keys.length === 1 ? get(options, transform.main) : undefined;
  const namedBefore = isKeys(call.given) && transform.main !== TABLE;
  if (options.keys.length === 0 || (alone !== undefined && !namedBefore)) {
    return { name: call.name, given: alone ?? null };
  }
  return { name: call.name, given: options };
}

/**
 * What a person has typed for an option, in the type of the option; a text that does not fit stays one, and the server
 * says what is wrong with it.
 * @param {Option} option
 * @param {string} text
 * @returns {Value | undefined}
 */
export function typed(option, text) {
  if (text === "" && option.type !== "str") {
    return undefined;
  }
  if (option.type === "bool") {
    return text === "true";
  }
  if ((option.type === "int" && /^-?\d{1,15}$/.test(text)) || (option.type === "float" && /^-?\d+(\.\d+)?$/.test(text))) {
    return Number(text);
  }
  return text === "" ? undefined : text;
}

/**
 * The options that a new call has to be given, with empty texts: a person sees at once what is missing.
 * @param {Transform} transform
 */
export function missing(transform, /** @type {Keys} */ options) {
  return transform.options.filter((option) => option.required && get(options, option.name) === undefined);
}
