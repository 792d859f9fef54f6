// @ts-check
/** Connections written through Airflow's public API. */

import { airflow, send, unheard } from "../http.js";
import { understand } from "./address.js";
import { emptyFields, isMadeBy, request } from "./connect.logic.js";
import { read, settle, tell } from "./form.js";

const root = /** @type {HTMLElement} */ (document.getElementById("connect"));
const NOT_FOUND = 404;
/** What Airflow was asked to make without an answer: it may be there. @type {WeakMap<HTMLElement, Record<string, unknown>>} */
const doubts = new WeakMap();

/**
 * Write one connection. Returns its Id, null when it could not be written: the form says why.
 * @param {HTMLElement} end
 * @returns {Promise<string | null>}
 */
export async function write(end) {
  if (!(await usable(end))) {
    return null;
  }
  const form = read(end);
  if (form === null) {
    return end.dataset.connId ?? "";
  }
  const address = airflow("/api/v2");
  const doubtful = doubts.get(end);
  const asks = form.exists || doubtful !== undefined;
  const kept = asks ? await send("GET", `${address}/connections/${encodeURIComponent(form.connId)}`) : null;
  if (kept !== null && !kept.ok && (form.exists || kept.status !== NOT_FOUND)) {
    problem(refusal(kept));
    return null;
  }
  const exists = form.exists || (doubtful !== undefined && kept?.ok === true && isMadeBy(doubtful, kept.body));
  const wanted = request({ ...form, exists }, kept?.body?.extra);
  const reply = wanted === null ? null : await send(wanted.method, `${address}${wanted.path}`, wanted.body);
  if (wanted?.method === "POST" && reply !== null && unheard(reply.status)) {
    doubts.set(end, wanted.body);
  }
  if (reply === null || reply.ok) {
    doubts.delete(end);
    settle(end, form.connId);
    return form.connId;
  }
  const id = end.querySelector("[data-new-id]");
  if (reply.status === 409 && id) {
    tell(id, root.dataset.taken ?? "");
  } else {
    problem(refusal(reply));
  }
  return null;
}

/**
 * Whether everything that is needed is filled in, and the address is one.
 * @param {HTMLElement} end
 */
async function usable(end) {
  const form = read(end);
  const host = end.querySelector("[data-field='host']");
  if (form === null) {
    return true;
  }
  const understood = host instanceof HTMLInputElement ? await understand(end, host) : null;
  if (understood !== null && !understood.reply.ok) {
    problem(refusal(understood.reply));
    return false;
  }
  let right = understood === null || understood.usable;
  for (const name of emptyFields(form)) {
    const field = end.querySelector(`[data-field='${name}']`);
    if (field) {
      tell(field, root.dataset.empty ?? "");
      right = false;
    }
  }
  const id = end.querySelector("[data-new-id]");
  if (id instanceof HTMLInputElement && (!id.value || !id.checkValidity())) {
    tell(id, id.validationMessage || (root.dataset.empty ?? ""));
    right = false;
  }
  return right;
}

/** @param {string} what */
export function problem(what) {
  const place = /** @type {HTMLElement} */ (document.getElementById("connect-problem"));
  place.hidden = !what;
  place.textContent = what;
}

/** @param {import("../http.js").Reply} reply */
export function refusal(reply) {
  if (reply.status === 403) {
    return root.dataset.forbidden ?? "";
  }
  const detail = reply.body?.detail;
  const said = Array.isArray(detail) ? detail.map((each) => each.msg).join("; ") : detail;
  return said ? `${root.dataset.refused} ${typeof said === "string" ? said : JSON.stringify(said)}` : (root.dataset.unanswered ?? "");
}
