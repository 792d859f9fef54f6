// @ts-check
/**
 * Keeps the draft: sends the form a moment after the last change, one request at a time, the newest form last.
 *
 * @typedef {"kept" | "waiting" | "sending" | "failed" | "conflict" | "signedOut"} State
 * @typedef {{kind: "kept", version: unknown, reply: any} | {kind: "conflict", reply: any} | {kind: "signedOut"} |
 *   {kind: "failed", detail: string}} Outcome
 */

/**
 * @template T
 * @param {{
 *   put: (form: T, version: unknown) => Promise<Outcome>,
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
  /** @type {unknown} */
  let version = null;
  /** @type {unknown} */
  let timer = null;
  /** @type {Promise<void> | null} */
  let running = null;

  async function send() {
    while (unsent !== null) {
      const { form } = unsent;
      unsent = null;
      show("sending", "");
      const outcome = await put(form, version);
      if (outcome.kind !== "kept") {
        unsent ??= { form };
        show(outcome.kind, outcome.kind === "failed" ? outcome.detail : "");
        if (outcome.kind === "conflict") {
          adopt(outcome.reply, false);
        }
        return;
      }
      version = outcome.version;
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
    /** @param {unknown} newer the version of which the form is made from now on */
    from(newer) {
      version = newer;
    },
    /** Forgets what was not sent. */
    forget() {
      unsent = null;
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
