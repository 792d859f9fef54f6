// @ts-check
/**
 * Texts in the language of the page, by their keys. The server sends them; `map_page/words.py` declares them.
 *
 * @typedef {string | Record<string, string>} Text a text, or one for each plural form
 */

/**
 * @param {Record<string, Text>} texts
 * @param {string} language
 */
export function speaker(texts, language) {
  const plural = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const shown = (/** @type {string | number} */ value) => (typeof value === "number" ? numbers.format(value) : value);

  /**
   * The text of a key with its places filled; `count` chooses the plural form. Numbers have their thousands apart.
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  return function say(key, values = {}) {
    const found = texts[key] ?? key;
    const text = typeof found === "string" ? found : (found[plural.select(Number(values.count))] ?? found.other);
    return text.replace(/%\((\w+)\)[ds]/g, (place, name) => String(shown(values[name] ?? place)));
  };
}
