// @ts-check
/**
 * The search in Salesforce's fields: by label and by API name, anywhere in the word, accents folded.
 *
 * @typedef {{path: string, label: string, type: string, custom: boolean, parent: boolean,
 *   picklist: {value: string, label: string}[] | null}} Field
 * @typedef {{field: Field, label: string, path: string}} Entry
 */

/** What a combobox shows of everything that was found. */
export const SHOWN = 50;

/** @param {string} text */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * @param {Field[]} fields
 * @returns {Entry[]}
 */
export function indexed(fields) {
  return fields.map((field) => ({ field, label: fold(field.label), path: fold(field.path) }));
}

/**
 * The fields that hold every word of the query in one of their names; those that begin with it come first.
 * @param {Entry[]} index
 * @param {string} query
 * @param {number} [most]
 * @returns {{shown: Field[], total: number}}
 */
export function search(index, query, most = SHOWN) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return { shown: index.slice(0, most).map((entry) => entry.field), total: index.length };
  }
  const found = index.filter((entry) => words.every((word) => entry.label.includes(word) || entry.path.includes(word)));
  const whole = words.join(" ");
  const ranked = found.map((entry) => ({ entry, rank: rankOf(entry, whole) }));
  ranked.sort((one, other) => one.rank - other.rank);
  return { shown: ranked.slice(0, most).map((each) => each.entry.field), total: found.length };
}

/**
 * @param {Entry} entry
 * @param {string} query
 */
function rankOf({ label, path }, query) {
  if (label === query || path === query) {
    return 0;
  }
  if (label.startsWith(query) || path.startsWith(query)) {
    return 1;
  }
  return label.includes(` ${query}`) || path.includes(`_${query}`) || path.includes(`.${query}`) ? 2 : 3;
}

/**
 * The parent whose fields a typed path asks for: what stands before its last dot.
 * @param {string} query
 */
export function parentIn(query) {
  const dot = query.lastIndexOf(".");
  return dot > 0 && /^[\w.$]+$/.test(query) ? query.slice(0, dot) : "";
}

/**
 * The field that a path names; Salesforce does not tell letter case apart.
 * @param {Field[]} fields
 * @param {string} path
 */
export function named(fields, path) {
  const wanted = path.toLowerCase();
  return fields.find((field) => field.path.toLowerCase() === wanted);
}

/**
 * The fields of a parent, made of its relationship and the fields' own paths where the server left it out.
 * @param {Field[]} fields
 * @param {string} parent
 */
export function below(fields, parent) {
  const start = `${parent}.`.toLowerCase();
  return fields.map((field) =>
    field.path.toLowerCase().startsWith(start) ? field : { ...field, path: `${parent}.${field.path}` },
  );
}

/**
 * The values that a field may hold, as far as they are known.
 * @param {Field | undefined} field
 */
export function valuesOf(field) {
  if (field?.type === "boolean") {
    return ["true", "false"].map((value) => ({ value, label: value }));
  }
  return field?.picklist ?? [];
}
