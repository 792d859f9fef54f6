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

/**
 * Once an item of a list has got another place, its buttons keep the focus: the one that was pressed, or the other one
 * where the item cannot go further.
 * @param {string} id that of the list
 * @param {number} place the item's new one
 * @param {"up" | "down"} way
 */
export function focusMoved(id, place, way) {
  queueMicrotask(() => {
    const buttons = [way, "up", "down"].map((each) => document.getElementById(`${id}-${place}-${each}`));
    buttons.find((button) => button instanceof HTMLButtonElement && !button.disabled)?.focus();
  });
}
