// @ts-check
/** What the step Preview says of a mapping that does not fit both systems, free of the page. */

/** A problem as the product words it: file, line, key. */
const PLACED = /^\S*?([a-z][a-z0-9_]*)\.yaml:\d+: (?:fields\.([^\s:]+)|([a-z_]+))(?=:|$)/;

/**
 * The lines of a sentence, each with the way to the row of the step Map that it speaks of, or none.
 * @param {string} detail
 * @returns {{ text: string, address: string }[]}
 */
export function lines(detail) {
  return detail
    .split("\n")
    .filter((text) => text.trim() !== "")
    .map((text) => ({ text, address: addressOf(text) }));
}

/** @param {string} text */
function addressOf(text) {
  const found = PLACED.exec(text);
  if (found === null || found[1] === "sync") {
    return "";
  }
  const anchor = found[2] === undefined ? `setting:${found[3]}` : `field:${encodeURIComponent(found[2])}`;
  return `map/${found[1]}#${anchor}`;
}
