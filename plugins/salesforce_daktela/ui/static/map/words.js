// @ts-check
/** The texts of the page, which the server put into it. */
import { speaker } from "./words.logic.js";

export const root = /** @type {HTMLElement} */ (document.getElementById("map"));
export const say = speaker(JSON.parse(root.dataset.words ?? "{}"), document.documentElement.lang);

const numbers = new Intl.NumberFormat(document.documentElement.lang);
const moment = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

/**
 * A moment as the language writes it; what is none stays as it is.
 * @param {string} text
 */
export function at(text) {
  const found = new Date(text);
  return Number.isNaN(found.getTime()) ? text : moment.format(found);
}

/**
 * A count with its thousands apart, as the language writes it.
 * @param {number} count
 */
export function number(count) {
  return numbers.format(count);
}
