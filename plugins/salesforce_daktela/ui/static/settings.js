// @ts-check
/** The settings of a sync: each change goes into the draft, its problem stands at its field. */
import { makeChanges } from "./changes.logic.js";
import { noAnswer, send } from "./http.js";
import { leaveWhenKept } from "./leaving.js";
import { after } from "./save.logic.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("settings"));
const changes = makeChanges(Number(form.dataset.version), (body) => send("PUT", form.dataset.address ?? "", body));
/** What stands in the form and is not known to be kept, by field. @type {Map<string, string>} */
const open = new Map();
/** @type {Promise<void>} */
let last = Promise.resolve();

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

/** Keep what is not kept yet: what was refused before stands in the form all the same. */
async function write() {
  /** @type {[string, string][]} */
  let sent = [];
  const reply = await changes.keep(() => {
    sent = [...open];
    return { values: Object.fromEntries(sent) };
  });
  if (!reply.ok) {
    tell(reply.status === 409 ? String(reply.body?.detail) : after(reply, noAnswer()).said);
    return;
  }
  for (const [name, value] of sent) {
    if (open.get(name) === value) {
      open.delete(name);
    }
  }
  show(reply.body.problems);
  /** @type {HTMLElement} */ (document.getElementById("unsaved")).hidden = !reply.body.unsaved;
  tell("");
}

form.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
    open.set(field.name, field.value.trim());
    last = write();
  }
});
form.addEventListener("submit", (event) => event.preventDefault());
leaveWhenKept(
  () => changes.busy,
  () => last.then(() => open.size === 0),
);
