// @ts-check
/**
 * The rows of the table: every Daktela field, and what the file says beside them.
 *
 * @typedef {import("./document.logic.js").Form} Form
 * @typedef {import("./document.logic.js").Row} MappedRow
 * @typedef {import("./document.logic.js").Unshown} Unshown
 * @typedef {{target: string, label: string, type: string, required: boolean,
 *   options: {value: string, label: string}[] | null, length: number | null, meaning: string, multiple?: boolean}} DaktelaField
 * @typedef {{target: string | null, key: string | null, what: string, advice: string, line: number | null,
 *   severity?: "error" | "warning", file?: string}} Problem
 * @typedef {{target: string, from: string, why: string, rule?: import("./document.logic.js").Keys}} Suggestion
 * @typedef {{target: string, field: DaktelaField | null, row: MappedRow | null, mapped: boolean, required: boolean,
 *   twice: boolean, alsoFills: string[], problems: Problem[], unshown: Unshown[], suggestion: Suggestion | null}} TableRow
 * @typedef {"all" | "mapped" | "unmapped" | "problems"} Filter
 */
import { sourcesOf } from "./document.logic.js";
import { fold } from "./fields.logic.js";

/** @type {Filter[]} */
export const FILTERS = ["all", "mapped", "unmapped", "problems"];

/**
 * One row for each Daktela field, required ones first, then what Daktela does not list: fields of the file, and those
 * that a person has `added` by name and not mapped yet.
 * @param {{form: Form, fields: DaktelaField[], problems: Problem[], suggestions: Suggestion[],
 *   added: string[]}} known
 * @returns {TableRow[]}
 */
export function tableRows({ form, fields, problems, suggestions, added }) {
  const unshown = form.unshown.filter((each) => each.path[0] === "fields" && each.path.length > 1);
  const listed = [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
  const known = new Set(listed.map((field) => field.target));
  const wrong = problems.flatMap((problem) => (problem.target === null ? [] : [problem.target]));
  const written = [...form.rows.map((row) => row.target), ...unshown.map((each) => each.path[1]), ...wrong, ...added];
  const others = [...new Set(written)].filter((target) => !known.has(target));
  const users = fieldsBySource(form);
  return [...listed.map((field) => field.target), ...others].map((target) => {
    const rows = form.rows.filter((each) => each.target === target);
    const row = rows[0] ?? null;
    const untouched = unshown.filter((each) => each.path[1] === target);
    const mapped = row !== null || untouched.length > 0;
    const field = listed.find((each) => each.target === target) ?? null;
    return {
      target,
      field,
      row,
      mapped,
      required: field?.required ?? false,
      twice: rows.length > 1,
      alsoFills: row === null ? [] : sharing(users, row),
      problems: problems.filter((each) => each.target === target),
      unshown: untouched,
      suggestion: mapped ? null : (suggestions.find((each) => each.target === target) ?? null),
    };
  });
}

/** @param {Form} form */
function fieldsBySource(form) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const row of form.rows) {
    for (const source of sourcesOf(row.rule)) {
      found.set(source.toLowerCase(), [...(found.get(source.toLowerCase()) ?? []), row.target]);
    }
  }
  return found;
}

/**
 * The other fields that come from a source of this row.
 * @param {Map<string, string[]>} users
 * @param {MappedRow} row
 */
function sharing(users, row) {
  const all = sourcesOf(row.rule).flatMap((source) => users.get(source.toLowerCase()) ?? []);
  return [...new Set(all)].filter((target) => target !== row.target);
}

/**
 * @param {TableRow} row
 * @param {Filter} filter
 */
function passes(row, filter) {
  switch (filter) {
    case "mapped":
      return row.mapped;
    case "unmapped":
      return !row.mapped;
    case "problems":
      return row.problems.length > 0 || row.twice;
    default:
      return true;
  }
}

/**
 * The rows that a filter and a search leave. Those that are `held` stay whatever has become of them: a row does not vanish
 * under the hands of whoever maps it.
 * @param {TableRow[]} rows
 * @param {Filter} filter
 * @param {string} query
 * @param {Set<string>} [held]
 */
export function visible(rows, filter, query, held = new Set()) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (held.has(row.target)) {
      return true;
    }
    const sources = row.row === null ? [] : sourcesOf(row.row.rule);
    const said = fold([row.target, row.field?.label ?? "", row.field?.meaning ?? "", ...sources].join("\n"));
    return passes(row, filter) && words.every((word) => said.includes(word));
  });
}

/**
 * How many rows each filter leaves.
 * @param {TableRow[]} rows
 * @returns {Record<Filter, number>}
 */
export function counts(rows) {
  const count = (/** @type {Filter} */ filter) => rows.filter((row) => passes(row, filter)).length;
  return { all: count("all"), mapped: count("mapped"), unmapped: count("unmapped"), problems: count("problems") };
}

/**
 * Required fields that the file does not map.
 * @param {TableRow[]} rows
 */
export function missingRequired(rows) {
  return rows.filter((row) => row.required && !row.mapped);
}

/**
 * Problems of one place, once each: the live check finds again what the loader has said.
 * @param {Problem[]} loaded
 * @param {Problem[]} live
 */
export function together(loaded, live) {
  const said = new Set(loaded.map(place));
  return [...loaded, ...live.filter((each) => !said.has(place(each)))];
}

/** @param {Problem} problem */
function place(problem) {
  return JSON.stringify([problem.target, problem.key, problem.what]);
}
