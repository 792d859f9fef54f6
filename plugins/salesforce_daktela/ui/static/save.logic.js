// @ts-check
/** What the step Save does next, free of the page. */

const PAUSE = 2000;
const LONG_PAUSE = 30_000;
/** A wait that has not ended by then goes on with fewer looks: somebody deploys by hand. */
export const FREQUENT_LOOKS = 300;

const BADGES = { deployed: "active", broken: "broken", waiting: "waiting", none: "waiting" };

/**
 * The colour of a state.
 * @param {string} state
 */
export function badge(state) {
  return /** @type {Record<string, string>} */ (BADGES)[state] ?? "waiting";
}

/**
 * The milliseconds until the page looks again; null where there is nothing to wait for any more.
 * @param {string} state
 * @param {number} looks how often the page has looked
 */
export function pauseAfter(state, looks) {
  return state === "deployed" ? null : looks < FREQUENT_LOOKS ? PAUSE : LONG_PAUSE;
}

/**
 * What follows a request that changes something: the page made anew, or what is said of it.
 * @param {import("./http.js").Reply} reply
 * @param {string} noAnswer what is said where none came
 * @returns {{ reload: boolean, said: string }}
 */
export function after(reply, noAnswer) {
  // A conflict is shown by the page itself, with both changes.
  if (reply.ok || reply.status === 409) {
    return { reload: true, said: "" };
  }
  if (reply.status === 401) {
    return { reload: false, said: "" };
  }
  if (reply.status === 0) {
    return { reload: false, said: noAnswer };
  }
  const detail = reply.body?.detail;
  return { reload: false, said: typeof detail === "string" ? detail : `HTTP ${reply.status}` };
}
