// @ts-check
/** Text for the clipboard. A frame may write to it only while it has the focus; Airflow's own window may, too. */

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
  return false;
}
