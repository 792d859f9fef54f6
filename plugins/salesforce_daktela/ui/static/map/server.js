// @ts-check
/** The server's JSON: addresses, and what its answers mean to this page. */
import { send, unheard } from "../http.js";
import { root, say } from "./words.js";

/** @typedef {import("./saving.logic.js").Outcome} Outcome */

const sync = root.dataset.sync ?? "";
const mapping = encodeURIComponent(root.dataset.mapping ?? "");
const own = `${sync}/map/${mapping}`;

/**
 * An answer that is no success, with the sentence of the server.
 */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {any} body
   */
  constructor(status, body) {
    super(sentence(status, body));
    this.status = status;
    this.body = body;
  }
}

/**
 * A problem in one line.
 * @param {{what: string, advice?: string}} problem
 */
export function said({ what, advice }) {
  return [what, advice].filter(Boolean).join(": ");
}

/**
 * @param {number} status
 * @param {any} body
 */
function sentence(status, body) {
  if (typeof body?.what === "string") {
    return said(body);
  }
  if (typeof body?.detail === "string") {
    return body.detail;
  }
  return status === 0 ? say("trouble.unreached") : say("trouble.status", { status });
}

/** What a browser takes for a request that outlives its page, with room for what is not the body. */
const OUTLIVING = 60_000;
let leaving = false;
window.addEventListener("pagehide", () => {
  leaving = true;
});
window.addEventListener("pageshow", () => {
  leaving = false;
});

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function ask(method, path, body) {
  const outlives = leaving && JSON.stringify(body ?? "").length < OUTLIVING;
  const reply = await send(method, path, body, outlives);
  if (!reply.ok) {
    throw new Refused(reply.status, reply.body);
  }
  return reply.body;
}

export const readDocument = () => ask("GET", `${own}/document`);
export const readSuggestions = () => ask("GET", `${own}/suggestions`);
export const readGrammar = () => ask("GET", `${sync}/grammar?mapping=${mapping}`);
export const checkLive = () => ask("GET", `${own}/check`);

/** @param {boolean} fresh */
export const readFields = (fresh) => ask("GET", `${own}/fields${fresh ? "?fresh=1" : ""}`);

/** @param {string} parent */
export const readParent = (parent) => ask("GET", `${own}/fields?parent=${encodeURIComponent(parent)}`);

/** @param {string} record */
export const readSamples = (record) =>
  // A record's name belongs into no address, for servers log those.
  record === "" ? ask("GET", `${own}/samples`) : ask("POST", `${own}/samples`, { record });

/** @param {string} where */
export const countRecords = (where) => ask("POST", `${own}/count`, { where });

/**
 * What a form is made from: the draft's version, and the file's text, in which others may have saved.
 * @typedef {{version: number, file: string}} Origin
 */

/**
 * @param {any} reply with a document
 * @returns {Origin}
 */
export const originOf = ({ version, file }) => ({ version, file });

/**
 * @param {"undo" | "redo"} which
 * @param {Origin | null} origin
 */
export const step = (which, origin) => ask("POST", `${sync}/${which}`, { version: origin?.version });

/**
 * @param {unknown} form
 * @param {Origin | null} origin
 * @returns {Promise<Outcome>}
 */
export async function putDocument(form, origin) {
  try {
    const reply = await ask("PUT", `${own}/document`, { ...origin, form });
    return { kind: "kept", origin: originOf(reply), reply };
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    if (error.status === 409) {
      return { kind: "conflict", reply: error.body };
    }
    return error.status === 401 ? { kind: "signedOut" } : { kind: "failed", detail: error.message, unheard: unheard(error.status) };
  }
}
