// @ts-check

const LONGEST = 40;

/**
 * The name of a sync or a mapping that is nearest to a text: small letters without accents, digits and _. It is empty
 * where nothing of the text can be in a name.
 * @param {string} text
 */
export function possibleName(text) {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9_]+/g, "_").replace(/^_+|_+$/g, "").slice(0, LONGEST);
}
