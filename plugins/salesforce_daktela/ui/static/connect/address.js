// @ts-check
/** What a pasted address means, asked of the server while somebody types. */

import { page, send } from "../http.js";
import { tell } from "./form.js";

const PAUSE = 250;
/** @type {WeakMap<HTMLElement, number>} */
const asked = new WeakMap();

/**
 * @param {HTMLElement} end
 * @param {HTMLInputElement} host
 */
export async function understandLater(end, host) {
  const turn = (asked.get(host) ?? 0) + 1;
  asked.set(host, turn);
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (asked.get(host) === turn) {
    await understand(end, host);
  }
}

/**
 * Ask what an address means, and show it.
 * @param {HTMLElement} end
 * @param {HTMLInputElement} host
 * @returns {Promise<{ reply: import("../http.js").Reply, usable: boolean }>}
 */
export async function understand(end, host) {
  const text = host.value;
  const reply = await send("POST", page("/addresses"), { system: end.dataset.end, text });
  if (host.value !== text || !reply.ok) {
    return { reply, usable: false };
  }
  const said = end.querySelector("[data-understood]");
  if (said instanceof HTMLElement) {
    said.hidden = !reply.body.text;
    said.textContent = reply.body.text;
  }
  host.dataset.means = reply.body.host;
  tell(host, reply.body.problem);
  return { reply, usable: !reply.body.problem };
}
