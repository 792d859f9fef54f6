// @ts-check
/**
 * Requests of our own pages, to our own routes and to Airflow's public API, with the cookie of whoever is signed in.
 */
import { makeSignedOut, statusOf } from "./signed_out.logic.js";

const signedOut = makeSignedOut();
const NO_CONTENT = 204;
const SIGNED_OUT = 401;

/**
 * @typedef {object} Reply
 * @property {boolean} ok
 * @property {number} status 0 when no reply came
 * @property {any} body what the reply says, null where it is no JSON
 */

/**
 * Whether what was asked may have been done all the same: no answer came, or one of a server before ours.
 * @param {number} status
 */
export function unheard(status) {
  return status === 0 || status >= 500;
}

/** What is said where no answer came. */
export function noAnswer() {
  return document.body.dataset.noAnswer ?? "";
}

/**
 * An address of our own pages.
 * @param {string} path with a slash first
 */
export function page(path) {
  return `${document.body.dataset.pages ?? ""}${path}`;
}

/**
 * An address of Airflow.
 * @param {string} path with a slash first
 */
export function airflow(path) {
  return `${document.body.dataset.airflow ?? ""}${path}`;
}

/**
 * Send a request and return its reply, whatever its status. Where the person is signed out, the page says so and keeps
 * what was typed.
 * @param {string} method
 * @param {string} address
 * @param {unknown} [body]
 * @param {boolean} [keepalive] whether the request outlives the page; its body is then less than 64 kB
 * @returns {Promise<Reply>}
 */
export async function send(method, address, body, keepalive = false) {
  /** @type {Response} */
  let reply;
  const request = signedOut.begin();
  try {
    reply = await fetch(address, {
      method,
      keepalive,
      headers: { Accept: "application/json", ...(method === "GET" ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    return { ok: false, status: 0, body: null };
  }
  const answer = await read(reply);
  const status = statusOf(reply.status, answer);
  sayWhetherSignedOut(request, status);
  if (reply.ok && answer === null && reply.status !== NO_CONTENT) {
    // It was cut off, or is another page's, as that of a sign-in somewhere between: what was asked was not answered.
    return { ok: false, status: 0, body: null };
  }
  return { ok: reply.ok, status, body: answer };
}

/**
 * @param {number} request
 * @param {number} status
 */
function sayWhetherSignedOut(request, status) {
  const said = document.getElementById("signed-out");
  const now = signedOut.after(request, status);
  if (said && now !== null) {
    said.hidden = !now;
    if (now) {
      said.scrollIntoView({ block: "nearest" });
    }
  }
}

/** @param {Response} reply */
async function read(reply) {
  try {
    return await reply.json();
  } catch {
    return null;
  }
}

/**
 * Ask one of our routes for a piece of a page.
 * @param {string} address
 * @param {unknown} body
 * @returns {Promise<{ piece: string, said: string }>} the piece, or what is said instead; neither where the person is
 * signed out, which the page itself says
 */
export async function askPiece(address, body) {
  const request = signedOut.begin();
  try {
    const reply = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    sayWhetherSignedOut(request, reply.status);
    if (reply.ok) {
      return { piece: await reply.text(), said: "" };
    }
    const detail = (await read(reply))?.detail;
    return { piece: "", said: reply.status === 401 ? "" : typeof detail === "string" ? detail : `HTTP ${reply.status}` };
  } catch {
    return { piece: "", said: noAnswer() };
  }
}

/**
 * Ask for one of our pages, as the server makes it now.
 * @param {string} address
 * @returns {Promise<{ status: number, made: Document | null }>} none where the server did not answer with a page; where
 * the person is signed out, this page says so
 */
export async function askPage(address) {
  const request = signedOut.begin();
  try {
    const reply = await fetch(address, { headers: { Accept: "text/html" } });
    sayWhetherSignedOut(request, reply.status);
    const made = reply.ok ? new DOMParser().parseFromString(await reply.text(), "text/html") : null;
    return { status: reply.status, made };
  } catch {
    return { status: 0, made: null };
  }
}

/** @param {boolean} stale whether what the page shows could not be renewed */
export function sayWhetherStale(stale) {
  const said = document.getElementById("stale");
  if (said) {
    said.hidden = !stale;
  }
}

/**
 * Ask for this page as the server makes it now. Where it cannot be had, the page says that it may be out of date.
 * @returns {ReturnType<typeof askPage>}
 */
export async function askAnew() {
  const found = await askPage(window.location.href);
  sayWhetherStale(found.made === null && found.status !== SIGNED_OUT);
  return found;
}
