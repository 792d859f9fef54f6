// @ts-check
/**
 * Keeps the draft: sends the form a moment after the last change, one request at a time, the newest form last. A form
 * whose answer was not heard is sent again before the next one: the server knows whether it has it, and only it tells an
 * own change that has arrived from one of another window.
 *
 * @typedef {"kept" | "waiting" | "sending" | "failed" | "conflict" | "signedOut"} State
 * @typedef {{kind: "kept", origin: any, reply: any} | {kind: "conflict", reply: any} | {kind: "signedOut"} |
 *   {kind: "failed", detail: string, unheard: boolean}} Outcome
 */

/**
 * @template T
 * @param {{
 *   put: (form: T, origin: any) => Promise<Outcome>,
 *   delay: number,
 *   later: (act: () => void, delay: number) => unknown,
 *   never: (timer: any) => void,
 *   show: (state: State, detail: string) => void,
 *   adopt: (reply: any, newest: boolean) => void,
 * }} with_
 */
export function makeSaver({ put, delay, later, never, show, adopt }) {
  /** @type {{form: T} | null} */
  let unsent = null;
  /** On its way, or sent without an answer. @type {{form: T} | null} */
  let sent = null;
  /** @type {any} */
  let origin = null;
  /** @type {unknown} */
  let timer = null;
  /** @type {Promise<void> | null} */
  let running = null;

  async function send() {
    while (unsent !== null) {
      sent ??= unsent;
      if (sent === unsent) {
        unsent = null;
      }
      show("sending", "");
      const outcome = await put(sent.form, origin);
      if (outcome.kind !== "kept") {
        unsent ??= sent;
        sent = outcome.kind === "failed" && outcome.unheard ? sent : null;
        show(outcome.kind, outcome.kind === "failed" ? outcome.detail : "");
        if (outcome.kind === "conflict") {
          adopt(outcome.reply, false);
        }
        return;
      }
      sent = null;
      origin = outcome.origin;
      adopt(outcome.reply, unsent === null);
    }
    show("kept", "");
  }

  function flush() {
    if (timer !== null) {
      never(timer);
      timer = null;
    }
    running ??= send().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    /** @param {T} form */
    change(form) {
      unsent = { form };
      show("waiting", "");
      if (timer !== null) {
        never(timer);
      }
      timer = later(() => {
        timer = null;
        void flush();
      }, delay);
    },
    /** Sends at once what waits; resolves when the server has answered. */
    flush: () => (unsent === null && running === null ? Promise.resolve() : flush()),
    /** @param {any} newer what the form is made from, from now on */
    from(newer) {
      origin = newer;
    },
    /** What a page that is loaded anew needs to go on from here. @returns {{origin: any, sent: T | null}} */
    get left() {
      return { origin, sent: sent?.form ?? null };
    },
    /** @param {{origin: any, sent: T | null}} left by the page before */
    resume(left) {
      origin = left.origin;
      sent = (left.sent ?? null) === null ? null : { form: /** @type {T} */ (left.sent) };
    },
    /** Forgets what was not sent. */
    forget() {
      unsent = null;
      sent = null;
      if (timer !== null) {
        never(timer);
        timer = null;
      }
    },
    get unsent() {
      return unsent !== null;
    },
    /** Whether something waits, or is on its way. */
    get busy() {
      return unsent !== null || running !== null;
    },
  };
}
