// @ts-check
/** Changes of the draft, one after the other: each needs the version that the one before has made. */
import { unheard } from "./http.js";

/** @typedef {import("./http.js").Reply} Reply */

/**
 * @param {number} version of the draft that the page was made from
 * @param {(body: object) => Promise<Reply>} put
 */
export function makeChanges(version, put) {
  /** Sent without an answer. @type {object | null} */
  let sent = null;
  /** @type {Promise<unknown>} */
  let turn = Promise.resolve();
  let waiting = 0;

  /** @param {object} change */
  async function send(change) {
    const reply = await put({ version, ...change });
    sent = unheard(reply.status) ? change : null;
    version = reply.ok ? reply.body.version : version;
    return reply;
  }

  /** @param {object} change */
  async function keep(change) {
    if (sent !== null) {
      // The server knows whether it has it: only then is the next one no change of another window.
      const again = await send(sent);
      if (!again.ok) {
        return again;
      }
    }
    return send(change);
  }

  return {
    /**
     * @param {() => object} change what is changed, asked for when its turn comes
     * @returns {Promise<Reply>}
     */
    keep(change) {
      waiting += 1;
      const kept = turn.then(() => keep(change())).finally(() => (waiting -= 1));
      turn = kept.catch(() => undefined);
      return kept;
    },
    /** Whether one waits for its answer. */
    get busy() {
      return waiting > 0;
    },
  };
}
