// @ts-check
/** A text that cannot be a name gives way to the nearest that can, instead of a bubble in the browser's language. */
import { possibleName } from "./naming.logic.js";

/**
 * Fields with what they say in `data-misnamed`, and in `data-unnamed` where nothing is typed.
 * @param {HTMLElement} root
 * @param {(said: string) => void} tell
 */
export function offerNames(root, tell) {
  root.addEventListener(
    "invalid",
    (event) => {
      const input = event.target;
      if (input instanceof HTMLInputElement && input.dataset.misnamed !== undefined) {
        event.preventDefault();
        input.value = possibleName(input.value);
        tell((input.value === "" ? input.dataset.unnamed : input.dataset.misnamed) ?? "");
        input.focus();
      }
    },
    true,
  );
}
