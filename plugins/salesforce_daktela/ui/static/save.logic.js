// @ts-check
/** What the step Save does next, free of the page. */

export const PAUSE = 2000;
/** A wait that has not ended by then is told about, not gone on with. */
export const MOST_LOOKS = 300;

const BADGES = { deployed: "active", broken: "broken", waiting: "waiting", none: "waiting" };

/**
 * The colour of a state.
 * @param {string} state
 */
export function badge(state) {
  return /** @type {Record<string, string>} */ (BADGES)[state] ?? "waiting";
}

/**
 * Whether to look again.
 * @param {string} state
 * @param {number} looks how often the page has looked
 */
export function looksAgain(state, looks) {
  return state !== "deployed" && looks < MOST_LOOKS;
}

/**
 * What follows a request that changes something: the page made anew, or what is said of it.
 * @param {import("./http.js").Reply} reply
 * @returns {{ reload: boolean, said: string }}
 */
export function after(reply) {
  // A conflict is shown by the page itself, with both changes.
  if (reply.ok || reply.status === 409) {
    return { reload: true, said: "" };
  }
  if (reply.status === 401) {
    return { reload: false, said: "" };
  }
  const detail = reply.body?.detail;
  return { reload: false, said: typeof detail === "string" ? detail : `HTTP ${reply.status}` };
}
