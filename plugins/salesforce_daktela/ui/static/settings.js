// @ts-check
/** The settings of a sync: each change goes into the draft, its problem stands at its field. */
import { send } from "./http.js";
import { after } from "./save.logic.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("settings"));
let version = Number(form.dataset.version);
/** @type {Promise<void>} */
let turn = Promise.resolve();

/** @param {string} said */
function tell(said) {
  /** @type {HTMLElement} */ (document.getElementById("settings-trouble-text")).textContent = said;
  /** @type {HTMLElement} */ (document.getElementById("settings-trouble")).hidden = said === "";
}

/** @param {Record<string, string>} problems by field */
function show(problems) {
  for (const place of form.querySelectorAll(".problem")) {
    const path = place.id.replace("wrong-", "");
    place.textContent = problems[path] ?? "";
    /** @type {HTMLElement} */ (place).hidden = problems[path] === undefined;
    document.getElementById(path)?.setAttribute("aria-invalid", problems[path] === undefined ? "false" : "true");
  }
}

/** @param {HTMLInputElement | HTMLSelectElement} field */
async function write(field) {
  const body = { version, values: { [field.name]: field.value.trim() } };
  const reply = await send("PUT", form.dataset.address ?? "", body);
  if (reply.ok) {
    version = reply.body.version;
    show(reply.body.problems);
    /** @type {HTMLElement} */ (document.getElementById("unsaved")).hidden = !reply.body.unsaved;
    tell("");
  } else {
    tell(reply.status === 409 ? String(reply.body?.detail) : after(reply).said);
  }
}

form.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
    // One after the other: each needs the version that the one before has made.
    turn = turn.then(() => write(field));
  }
});
form.addEventListener("submit", (event) => event.preventDefault());
