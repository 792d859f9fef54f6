// @ts-check
/** The form of one end, as it stands in the page. */

/** @typedef {import("./connect.logic.js").End} End */

/**
 * Show the fields of the chosen sign-in.
 * @param {HTMLElement} end
 */
export function offer(end) {
  const way = wayOf(end);
  for (const field of end.querySelectorAll("[data-ways]")) {
    if (field instanceof HTMLElement) {
      field.hidden = !fits(field.dataset.ways, way);
    }
  }
}

/** @param {HTMLElement} end */
export function wayOf(end) {
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
 * Show what is wrong with a field. An empty text takes it away.
 * @param {Element} field
 * @param {string} what
 */
export function tell(field, what) {
  const place = field.closest(".field")?.querySelector("[data-problem]");
  field.setAttribute("aria-invalid", what ? "true" : "false");
  if (place instanceof HTMLElement) {
    place.hidden = !what;
    place.textContent = what;
  }
}

/**
 * What stands in a form, null where there is none.
 * @param {HTMLElement} end
 * @returns {End | null}
 */
export function read(end) {
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
 * From now on the form changes what it has made.
 * @param {HTMLElement} end
 * @param {string} connId
 */
export function settle(end, connId) {
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
