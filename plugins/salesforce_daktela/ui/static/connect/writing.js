// @ts-check
/** Connections written through Airflow's public API. */

import { airflow, send } from "../http.js";
import { understand } from "./address.js";
import { emptyFields, request } from "./connect.logic.js";
import { read, settle, tell } from "./form.js";

const root = /** @type {HTMLElement} */ (document.getElementById("connect"));

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
  const kept = form.exists ? await send("GET", `${address}/connections/${encodeURIComponent(form.connId)}`) : null;
  if (kept !== null && !kept.ok) {
    problem(refusal(kept));
    return null;
  }
  const wanted = request(form, kept?.body.extra);
  const reply = wanted === null ? null : await send(wanted.method, `${address}${wanted.path}`, wanted.body);
  if (reply === null || reply.ok) {
    settle(end, form.connId);
    return form.connId;
  }
  const id = end.querySelector("[data-new-id]");
  if (reply.status === 409 && id) {
    tell(id, root.dataset.taken ?? "");
    /** @type {HTMLElement} */ (id).focus();
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
  let right = !(host instanceof HTMLInputElement) || (await understand(end, host));
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
  const wrong = end.querySelector("[aria-invalid='true']");
  if (wrong instanceof HTMLElement) {
    wrong.focus();
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
