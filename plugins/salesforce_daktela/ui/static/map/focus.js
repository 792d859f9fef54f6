// @ts-check
/** The keyboard's place, where a change takes the control away that had it. */

/**
 * Once the change that was just made is drawn, the focus goes to the first of these controls that is there. Where the
 * control that had it has stayed, it keeps it.
 * @param {string[]} ids
 */
export function focusInstead(...ids) {
  queueMicrotask(() => {
    if (document.activeElement === document.body || document.activeElement === null) {
      ids.map((id) => document.getElementById(id)).find((found) => found !== null)?.focus();
    }
  });
}
