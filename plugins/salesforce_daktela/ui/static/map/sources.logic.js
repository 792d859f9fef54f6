// @ts-check
/** Where a value comes from, as it is written: a field's path, a template, or the record's address. */

export const LINK = "$Link";

/**
 * @param {string} source
 * @returns {"template" | "link" | "field"}
 */
export function kindOf(source) {
  return /[{}]/.test(source) ? "template" : source.toLowerCase() === LINK.toLowerCase() ? "link" : "field";
}

/**
 * The paths of fields in a source.
 * @param {string} source
 */
export function pathsOf(source) {
  if (kindOf(source) !== "template") {
    return [source];
  }
  const pieces = source.replaceAll("{{", "").replaceAll("}}", "").matchAll(/\{([^{}]*)\}/g);
  return [...pieces].map(([, path]) => path.trim());
}

/**
 * The piece of a template in which the caret stands: where it begins and ends, and what is typed of it.
 * @param {string} text
 * @param {number} caret
 * @returns {{from: number, to: number, query: string} | null}
 */
export function pieceAt(text, caret) {
  const opened = text.slice(0, caret).replaceAll("{{", "\0\0").lastIndexOf("{");
  if (opened < 0 || text.slice(opened, caret).includes("}")) {
    return null;
  }
  const closed = text.slice(caret).search(/[{}]/);
  const to = closed < 0 ? caret : caret + closed;
  return { from: opened + 1, to, query: text.slice(opened + 1, caret) };
}

/**
 * A template with a field put in where the caret stands, and the caret behind it.
 * @param {string} text
 * @param {{from: number, to: number}} piece
 * @param {string} path
 */
export function withPiece(text, piece, path) {
  const rest = text.slice(piece.to).replace(/^\}/, "");
  const start = `${text.slice(0, piece.from)}${path}}`;
  return { text: start + rest, caret: start.length };
}

/**
 * What a source gives of the sample record, as text; undefined where a field of it was not read.
 * @param {string} source
 * @param {Record<string, string | null>} values
 */
export function sampleOf(source, values) {
  const known = new Map(Object.entries(values).map(([path, text]) => [path.toLowerCase(), text ?? ""]));
  if (!pathsOf(source).every((path) => known.has(path.toLowerCase()))) {
    return undefined;
  }
  if (kindOf(source) !== "template") {
    return known.get(source.toLowerCase());
  }
  const filled = source.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (piece, path) =>
    path === undefined ? piece[0] : (known.get(path.trim().toLowerCase()) ?? ""),
  );
  return filled.trim();
}
