// @ts-check
/** What is asked of Airflow's public API so that it holds what stands in a form. Free of the page. */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {boolean} own whether it is the connection's own field, else an extra
 * @property {boolean} secret whether its stored value is not known here
 * @property {boolean} stored whether a secret has a value in Airflow
 * @property {boolean} forget whether the stored value is to go
 * @property {boolean} offered whether the chosen sign-in has this field
 * @property {boolean} needed whether the chosen sign-in cannot do without it
 * @property {string} value
 * @property {string} initial
 */

/**
 * @typedef {object} End
 * @property {string} connId
 * @property {string} connType
 * @property {boolean} exists
 * @property {boolean} switched whether another way to sign in was chosen than the connection has
 * @property {Field[]} fields
 */

/**
 * @typedef {object} Asked
 * @property {"POST" | "PATCH"} method
 * @property {string} path below the address of the API
 * @property {Record<string, unknown>} body
 */

/**
 * The fields that have to be filled in and are not.
 * @param {End} end
 */
export function emptyFields(end) {
  return end.fields.filter((field) => field.needed && !held(field)).map((field) => field.name);
}

/**
 * The fields that will say something else than they do. Where another sign-in was chosen, the fields that it does not
 * have are emptied: the sign-in goes by the fields that are filled in.
 * @param {End} end
 */
export function changedFields(end) {
  return end.fields.filter((field) => next(end, field) !== KEEP);
}

/**
 * What to ask, null when the connection stays as it is.
 * @param {End} end
 * @param {string | null | undefined} storedExtra its extras as Airflow shows them, with secrets masked
 * @returns {Asked | null}
 */
export function request(end, storedExtra) {
  const changed = changedFields(end);
  if (end.exists && changed.length === 0) {
    return null;
  }
  /** @type {Record<string, unknown>} */
  const body = { connection_id: end.connId, conn_type: end.connType };
  const mask = [];
  for (const field of changed.filter((each) => each.own)) {
    body[field.name] = next(end, field) || (field.name === "password" ? NO_PASSWORD : null);
    mask.push(field.name);
    if (field.name === "host" && end.exists) {
      body.port = null;
      mask.push("port");
    }
  }
  const extras = changed.filter((field) => !field.own);
  if (extras.length > 0) {
    body.extra = JSON.stringify(extra(end, extras, storedExtra));
    mask.push("extra");
  }
  if (!end.exists) {
    return { method: "POST", path: "/connections", body };
  }
  const query = mask.map((name) => `update_mask=${name}`).join("&");
  return { method: "PATCH", path: `/connections/${encodeURIComponent(end.connId)}?${query}`, body };
}

/**
 * Whether a connection is the one that a request of ours without an answer has made, and no other of that Id.
 * @param {Record<string, unknown>} asked the body of that request
 * @param {Record<string, unknown>} found as Airflow shows it
 */
export function isMadeBy(asked, found) {
  const plain = ["connection_id", "conn_type", "host", "login", "schema"];
  return plain.every((name) => (asked[name] ?? "") === (found[name] ?? ""));
}

const KEEP = Symbol("as it is");
/** Airflow keeps a stored password when it is asked to empty it. The clients take blanks for no password. */
const NO_PASSWORD = " ";

/** @param {Field} field */
function held(field) {
  return Boolean(field.value) || (field.secret && field.stored && !field.forget);
}

/**
 * What a field will say.
 * @param {End} end
 * @param {Field} field
 */
function next(end, field) {
  if (!end.exists) {
    return field.offered && field.value ? field.value : KEEP;
  }
  if (!field.offered) {
    return end.switched && (field.stored || field.initial) ? "" : KEEP;
  }
  if (field.secret) {
    return field.value || (field.forget && field.stored ? "" : KEEP);
  }
  return field.value === field.initial ? KEEP : field.value;
}

/**
 * All extras: Airflow takes them as one text, and keeps a secret that comes back masked.
 * @param {End} end
 * @param {Field[]} changed
 * @param {string | null | undefined} stored
 */
function extra(end, changed, stored) {
  /** @type {Record<string, unknown>} */
  const found = end.exists ? parsed(stored) : {};
  for (const field of end.fields.filter((each) => !each.own && !each.secret && each.offered && each.value)) {
    found[field.name] = field.value;
  }
  for (const field of changed) {
    found[field.name] = next(end, field);
  }
  return found;
}

/** @param {string | null | undefined} text */
function parsed(text) {
  try {
    const found = JSON.parse(text || "{}");
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}
