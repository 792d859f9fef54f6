// @ts-check
/**
 * The keys of a mapping file beside its fields, and what is typed for them.
 *
 * @typedef {import("./document.logic.js").Value} Value
 */

/** The settings in the order of the page. */
export const SETTINGS = ["key", "where", "match", "once", "hands_off", "on_delete", "on_filter_exit", "mark", "becomes", "on_both", "max_removals", "on_gone", "reread", "reject_above"];

/** @type {Record<string, string>} */
const LEFT_OUT = { max_removals: "100", reread: "1d", reject_above: "1%" };

/**
 * What holds where a setting is left out, shown in its empty input.
 * @param {string} name
 */
export function left(name) {
  return LEFT_OUT[name] ?? "";
}

/**
 * What the file says for a typed text: numbers where the setting is one, nothing for nothing. A text that does not fit
 * stays one, and the server says what is wrong with it.
 * @param {string} name
 * @param {string} text
 * @returns {Value | undefined}
 */
export function inSetting(name, text) {
  if (text === "") {
    return undefined;
  }
  return name === "max_removals" && /^\d{1,15}$/.test(text) ? Number(text) : text;
}
