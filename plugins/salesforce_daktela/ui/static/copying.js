// @ts-check
/**
 * Text for the clipboard. A frame may write to it only while it has the focus; Airflow's own window may, too. Where Airflow
 * is served without https, browsers let no script do so; a marked text can be copied all the same.
 */

/**
 * Copy what an address answers.
 * @param {string} address
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
export async function copyFrom(address) {
  const reply = await fetch(address);
  return reply.ok && copy(await reply.text());
}

/** @param {string} text */
async function copy(text) {
  for (const owner of [window, window.parent]) {
    try {
      await owner.navigator.clipboard.writeText(text);
      return true;
    } catch {
      // The other one may.
    }
  }
  return copyMarked(text);
}

/** @param {string} text */
function copyMarked(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.style.setProperty("position", "fixed");
  field.style.setProperty("opacity", "0");
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) {
    focused.focus();
  }
  return copied;
}
