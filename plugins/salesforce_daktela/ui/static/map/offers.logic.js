// @ts-check
/**
 * What a combobox offers for what is typed in it.
 *
 * @typedef {import("./fields.logic.js").Field} Field
 * @typedef {import("./fields.logic.js").Entry} Entry
 * @typedef {{kind: "field" | "parent", text: string, field: Field} |
 *   {kind: "template" | "constant" | "path", text: string, field: null}} Offer
 * @typedef {{offers: Offer[], total: number, parent: string, piece: {from: number, to: number} | null}} Offered
 */
import { fold, indexed, named, parentIn, search } from "./fields.logic.js";
import { kindOf, pieceAt } from "./sources.logic.js";

/**
 * `parents` holds the fields of the parents that were asked for; `parent` of the result is one that has to be.
 * @param {{text: string, caret: number, index: Entry[], parents: Map<string, Field[]>, constants: boolean}} asked
 * @returns {Offered}
 */
export function offersFor({ text, caret, index, parents, constants }) {
  const piece = kindOf(text) === "template" ? pieceAt(text, caret) : null;
  const query = piece === null ? text : piece.query;
  const parent = parentIn(query);
  const known = parents.get(parent.toLowerCase());
  const own = kindOf(text) === "template" && piece === null;
  const found = own ? { shown: [], total: 0 } : foundFor(query, parent, known, index);
  /** @type {Offer[]} */
  const offers = found.shown.map((field) => ({ kind: field.parent ? "parent" : "field", text: field.path, field }));
  const more = asTyped(text, piece, found.shown, found.total === 0);
  return {
    offers: [...offers, ...more, ...asConstant(text, constants, more)],
    total: found.total,
    parent: parent !== "" && known === undefined && isParent(index, parents, parent) ? parent : "",
    piece,
  };
}

/**
 * @param {string} query
 * @param {string} parent
 * @param {Field[] | undefined} known
 * @param {Entry[]} index
 */
function foundFor(query, parent, known, index) {
  if (known === undefined) {
    return search(index, query);
  }
  const start = parent.length + 1;
  const inside = indexed(known).map((entry) => ({ ...entry, path: fold(entry.field.path.slice(start)) }));
  return search(inside, query.slice(start));
}

/**
 * @param {Entry[]} index
 * @param {Map<string, Field[]>} parents
 * @param {string} path
 */
function isParent(index, parents, path) {
  const all = [...index.map((entry) => entry.field), ...[...parents.values()].flat()];
  return named(all, path)?.parent ?? false;
}

/**
 * The text itself as a template, or as a path that nobody has listed.
 * @param {string} text
 * @param {{from: number, to: number} | null} piece
 * @param {Field[]} shown
 * @param {boolean} alone whether no field was found
 * @returns {Offer[]}
 */
function asTyped(text, piece, shown, alone) {
  if (kindOf(text) === "template") {
    return piece === null ? [{ kind: "template", text, field: null }] : [];
  }
  const path = /^[A-Za-z]\w*(\.[A-Za-z]\w*)*$/.test(text) && named(shown, text) === undefined;
  return path && alone ? [{ kind: "path", text, field: null }] : [];
}

/**
 * @param {string} text
 * @param {boolean} constants
 * @param {Offer[]} more
 * @returns {Offer[]}
 */
function asConstant(text, constants, more) {
  const template = more.some((offer) => offer.kind === "template");
  return constants && text.trim() !== "" && !template && kindOf(text) !== "template"
    ? [{ kind: "constant", text, field: null }]
    : [];
}

/**
 * What Enter takes where no offer is marked: exactly what is typed, if that is something.
 * @param {string} text
 * @param {Offer[]} offers
 */
export function exactly(text, offers) {
  const wanted = text.trim().toLowerCase();
  return offers.find(
    (offer) => offer.kind === "template" || (offer.kind === "field" && offer.text.toLowerCase() === wanted),
  );
}
