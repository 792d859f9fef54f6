// @ts-check
/** The buttons that give an item of a list another place. */
import { html } from "../vendor/lit-html/lit-html.js";
import { focusMoved } from "./focus.js";
import { say } from "./words.js";

/**
 * @param {{id: string, place: number, count: number, name: string, says: {up: string, down: string},
 *   move: (to: number) => void}} item `id` is that of the list of `count` items, `name` what the item is called
 */
export function moveButtons({ id, place, count, name, says, move }) {
  const button = (/** @type {string} */ sign, /** @type {"up" | "down"} */ way, /** @type {number} */ to) => {
    const act = () => {
      move(to);
      focusMoved(id, to, way);
    };
    const off = to < 0 || to >= count;
    return html`<button type="button" class="small plain" id=${`${id}-${place}-${way}`} aria-label=${say(says[way], { name })} ?disabled=${off} @click=${act}>${sign}</button>`;
  };
  return html`${button("↑", "up", place - 1)} ${button("↓", "down", place + 1)}`;
}
