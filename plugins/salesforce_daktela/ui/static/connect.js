// @ts-check
import { emptyFields, request } from "./connect.logic.js";
import { airflow, page, send } from "./http.js";

/** @typedef {import("./connect.logic.js").End} End */

const PAUSE = 250;
const root = /** @type {HTMLElement} */ (document.getElementById("connect"));
const sync = root.dataset.sync ?? "";
let version = Number(root.dataset.version);
/** @type {WeakMap<HTMLElement, number>} */
const asked = new WeakMap();

/** @param {HTMLElement} end */
function begin(end) {
  offer(end);
  end.querySelector("[data-choose]")?.addEventListener("change", () => void choose(end));
  for (const way of end.querySelectorAll("[data-way]")) {
    way.addEventListener("change", () => offer(end));
  }
  for (const field of end.querySelectorAll("[data-field], [data-new-id]")) {
    field.addEventListener("input", () => tell(field, ""));
  }
  const id = end.querySelector("[data-new-id]");
  if (id instanceof HTMLInputElement) {
    id.addEventListener("change", () => void recognize(end, id));
  }
  const host = end.querySelector("[data-field='host']");
  if (host instanceof HTMLInputElement) {
    host.addEventListener("input", () => void understandLater(end, host));
    void understand(end, host);
  }
}

/**
 * Show the fields of the chosen sign-in.
 * @param {HTMLElement} end
 */
function offer(end) {
  const way = wayOf(end);
  for (const field of end.querySelectorAll("[data-ways]")) {
    if (field instanceof HTMLElement) {
      field.hidden = !fits(field.dataset.ways, way);
    }
  }
}

/** @param {HTMLElement} end */
function wayOf(end) {
  const chosen = end.querySelector("[data-way]:checked");
  return chosen instanceof HTMLInputElement ? chosen.value : "any";
}

/**
 * The sign-in that the connection has.
 * @param {HTMLElement} end
 */
function wayAtFirst(end) {
  const found = [...end.querySelectorAll("[data-way]")].find((each) => each instanceof HTMLInputElement && each.defaultChecked);
  return found instanceof HTMLInputElement ? found.value : "any";
}

/**
 * @param {string | undefined} ways
 * @param {string} way
 */
function fits(ways, way) {
  const words = (ways ?? "").split(" ");
  return words.includes("any") || words.includes(way);
}

/**
 * Show another connection; what is typed at the other end stays.
 * @param {HTMLElement} end
 */
async function choose(end) {
  const select = /** @type {HTMLSelectElement} */ (end.querySelector("[data-choose]"));
  const shown = await fetched(end, select.value);
  if (shown) {
    replace(end, shown);
  } else {
    problem(root.dataset.unanswered ?? "");
  }
}

/**
 * Show a connection whose Id is typed for a new one: those of a secrets backend are in no list.
 * @param {HTMLElement} end
 * @param {HTMLInputElement} id
 */
async function recognize(end, id) {
  const shown = id.value && id.checkValidity() ? await fetched(end, id.value) : null;
  if (shown?.dataset.exists === "true" && id.isConnected) {
    replace(end, shown);
  }
}

/**
 * One end as the server shows it with another connection, null where it does not answer.
 * @param {HTMLElement} end
 * @param {string} connId
 */
async function fetched(end, connId) {
  const query = new URLSearchParams({ [end.dataset.end ?? ""]: connId });
  try {
    const reply = await fetch(page(`/syncs/${sync}/connect?${query}`));
    return reply.ok ? new DOMParser().parseFromString(await reply.text(), "text/html").getElementById(end.id) : null;
  } catch {
    return null;
  }
}

/**
 * @param {HTMLElement} end
 * @param {HTMLElement} shown
 */
function replace(end, shown) {
  end.replaceWith(shown);
  begin(shown);
  /** @type {HTMLElement | null} */ (shown.querySelector("[data-choose]"))?.focus();
}

/**
 * @param {HTMLElement} end
 * @param {HTMLInputElement} host
 */
async function understandLater(end, host) {
  const turn = (asked.get(host) ?? 0) + 1;
  asked.set(host, turn);
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (asked.get(host) === turn) {
    await understand(end, host);
  }
}

/**
 * Ask what an address means, and show it. Returns whether it can be used.
 * @param {HTMLElement} end
 * @param {HTMLInputElement} host
 */
async function understand(end, host) {
  const text = host.value;
  const reply = await send("POST", page("/addresses"), { system: end.dataset.end, text });
  if (host.value !== text || !reply.ok) {
    return reply.ok;
  }
  const said = end.querySelector("[data-understood]");
  if (said instanceof HTMLElement) {
    said.hidden = !reply.body.text;
    said.textContent = reply.body.text;
  }
  host.dataset.means = reply.body.host;
  tell(host, reply.body.problem);
  return !reply.body.problem;
}

/**
 * Show what is wrong with a field; nothing takes it away.
 * @param {Element} field
 * @param {string} what
 */
function tell(field, what) {
  const place = field.closest(".field")?.querySelector("[data-problem]");
  field.setAttribute("aria-invalid", what ? "true" : "false");
  if (place instanceof HTMLElement) {
    place.hidden = !what;
    place.textContent = what;
  }
}

/** @param {string} what */
function problem(what) {
  const place = /** @type {HTMLElement} */ (document.getElementById("connect-problem"));
  place.hidden = !what;
  place.textContent = what;
}

/**
 * What stands in a form, null where there is none.
 * @param {HTMLElement} end
 * @returns {End | null}
 */
function read(end) {
  const inputs = [...end.querySelectorAll("[data-field]")];
  if (inputs.length === 0) {
    return null;
  }
  const way = wayOf(end);
  const id = end.querySelector("[data-new-id]");
  return {
    connId: id instanceof HTMLInputElement ? id.value.trim() : (end.dataset.connId ?? ""),
    connType: end.dataset.end ?? "",
    exists: end.dataset.exists === "true",
    switched: way !== wayAtFirst(end),
    fields: inputs.flatMap((input) => {
      if (!(input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement)) {
        return [];
      }
      const around = /** @type {HTMLElement} */ (input.closest(".field"));
      const forget = around.querySelector("[data-forget]");
      return [
        {
          name: input.dataset.field ?? "",
          own: input.dataset.own === "true",
          secret: input.dataset.secret === "true",
          stored: input.dataset.stored === "true",
          forget: forget instanceof HTMLInputElement && forget.checked,
          offered: fits(around.dataset.ways, way),
          needed: fits(around.dataset.needed, way),
          value: written(input),
          initial: input.defaultValue,
        },
      ];
    }),
  };
}

/**
 * An address as the clients understand it, anything else as it was typed.
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 */
function written(input) {
  return input.value !== input.defaultValue && input.dataset.means ? input.dataset.means : input.value;
}

/**
 * Write one connection. Returns its Id, null when it could not be written: the form says why.
 * @param {HTMLElement} end
 * @returns {Promise<string | null>}
 */
async function write(end) {
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

/**
 * From now on the form changes what it has made.
 * @param {HTMLElement} end
 * @param {string} connId
 */
function settle(end, connId) {
  const emptied = wayOf(end) !== wayAtFirst(end) && end.dataset.exists === "true";
  end.dataset.exists = "true";
  end.dataset.connId = connId;
  for (const input of end.querySelectorAll("[data-field]")) {
    if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement) {
      settleField(input, fits(input.closest(".field")?.getAttribute("data-ways") ?? "", wayOf(end)), emptied);
    }
  }
  for (const way of end.querySelectorAll("[data-way]")) {
    if (way instanceof HTMLInputElement) {
      way.defaultChecked = way.checked;
    }
  }
  const id = end.querySelector("[data-new-id]");
  if (id instanceof HTMLInputElement) {
    id.readOnly = true;
  }
}

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 * @param {boolean} offered whether the sign-in has this field
 * @param {boolean} emptied whether the fields that it does not have were emptied
 */
function settleField(input, offered, emptied) {
  const secret = input.dataset.secret === "true";
  const stored = input.dataset.stored === "true" && (offered || !emptied);
  const forget = input.closest(".field")?.querySelector("[data-forget]");
  const forgotten = forget instanceof HTMLInputElement && forget.checked;
  input.dataset.stored = String(secret && ((stored && !forgotten) || (offered && Boolean(input.value))));
  input.value = secret || !offered ? "" : written(input);
  input.defaultValue = input.value;
}

/** @param {import("./http.js").Reply} reply */
function refusal(reply) {
  if (reply.status === 403) {
    return root.dataset.forbidden ?? "";
  }
  const detail = reply.body?.detail;
  const said = Array.isArray(detail) ? detail.map((each) => each.msg).join("; ") : detail;
  return said ? `${root.dataset.refused} ${typeof said === "string" ? said : JSON.stringify(said)}` : (root.dataset.unanswered ?? "");
}

/** Write both connections and name them in the draft. Returns whether all of it is done. */
async function save() {
  problem("");
  /** @type {Record<string, string>} */
  const ids = {};
  for (const end of ends()) {
    const id = await write(end);
    if (id === null) {
      return false;
    }
    ids[end.dataset.end ?? ""] = id;
  }
  const reply = await send("PUT", page(`/syncs/${sync}/connect`), { version, ...ids });
  if (!reply.ok) {
    problem(refusal(reply));
    return false;
  }
  version = reply.body.version;
  const badge = document.getElementById("unsaved");
  if (badge) {
    badge.hidden = !reply.body.unsaved;
  }
  return true;
}

/** @returns {HTMLElement[]} */
function ends() {
  return [...root.querySelectorAll("[data-end]")].filter((end) => end instanceof HTMLElement);
}

/** Show the field that an address names, also where it is folded in. */
function show() {
  const field = window.location.hash && document.getElementById(window.location.hash.slice(1));
  const folded = field && field.closest("details");
  if (folded) {
    folded.open = true;
  }
  if (field) {
    field.focus();
  }
}

for (const end of ends()) {
  begin(end);
}
show();

const saveButton = document.getElementById("connect-save");
saveButton?.addEventListener("click", async () => {
  const saved = /** @type {HTMLElement} */ (document.getElementById("connect-saved"));
  saved.hidden = true;
  saved.hidden = !(await save());
});

const onward = document.querySelector(".onward a[rel='next']");
onward?.addEventListener("click", async (event) => {
  if (!(event instanceof MouseEvent) || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  if (await save()) {
    window.location.href = /** @type {HTMLAnchorElement} */ (onward).href;
  }
});
