// @ts-check
import { understand, understandLater } from "./connect/address.js";
import { makeChanges } from "./changes.logic.js";
import { offer, tell } from "./connect/form.js";
import { problem, refusal, write } from "./connect/writing.js";
import { askPage, page, send } from "./http.js";
import { makeTurns } from "./turns.logic.js";

const root = /** @type {HTMLElement} */ (document.getElementById("connect"));
const sync = root.dataset.sync ?? "";
const changes = makeChanges(Number(root.dataset.version), (body) => send("PUT", page(`/syncs/${sync}/connect`), body));
/** What is asked for at an end counts only until something else is. */
const turns = new Map(ends().map((end) => [end.id, makeTurns()]));
/** @type {Promise<unknown>} */
let choosing = Promise.resolve();
/** Whether what was chosen could not be shown. */
let unshown = false;
/** @type {Promise<boolean> | null} */
let saving = null;

/** @param {HTMLElement} end */
function begin(end) {
  offer(end);
  end.querySelector("[data-choose]")?.addEventListener("change", () => (choosing = Promise.all([choosing, choose(end)])));
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
 * Show another connection; what is typed at the other end stays.
 * @param {HTMLElement} end
 */
async function choose(end) {
  const select = /** @type {HTMLSelectElement} */ (end.querySelector("[data-choose]"));
  const newest = turns.get(end.id)?.begin();
  const shown = await fetched(end, select.value);
  if (!newest?.()) {
    return;
  }
  unshown = shown === null;
  if (shown) {
    replace(end, shown);
  } else {
    // The form is still that of the connection before: what is saved is what is shown.
    select.value = [...select.options].find((option) => option.defaultSelected)?.value ?? "";
    problem(root.dataset.unanswered ?? "");
  }
}

/**
 * Show a connection whose Id is typed for a new one: those of a secrets backend are in no list.
 * @param {HTMLElement} end
 * @param {HTMLInputElement} id
 */
async function recognize(end, id) {
  const newest = turns.get(end.id)?.begin();
  const asked = id.value;
  const shown = asked && id.checkValidity() ? await fetched(end, asked) : null;
  // A connection that is being made is found, too: its form stays.
  if (shown?.dataset.exists === "true" && newest?.() && id.value === asked && saving === null && !id.readOnly) {
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
  const { made } = await askPage(page(`/syncs/${sync}/connect?${query}`));
  return made?.getElementById(end.id) ?? null;
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

/** Save what is shown, once: a click more waits for the same. What is being saved is not typed in. */
function save() {
  saving ??= saveShown().finally(() => {
    saving = null;
    ends().forEach((end) => (end.inert = false));
    /** @type {HTMLElement | null} */ (root.querySelector("[aria-invalid='true']"))?.focus();
  });
  return saving;
}

/** Write both connections and name them in the draft. Returns whether all of it is done. */
async function saveShown() {
  problem("");
  unshown = false;
  await choosing;
  if (unshown) {
    return false;
  }
  ends().forEach((end) => (end.inert = true));
  /** @type {Record<string, string>} */
  const ids = {};
  for (const end of ends()) {
    const id = await write(end);
    if (id === null) {
      return false;
    }
    ids[end.dataset.end ?? ""] = id;
  }
  const reply = await changes.keep(() => ids);
  if (!reply.ok) {
    problem(refusal(reply));
    return false;
  }
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

const saved = /** @type {HTMLElement} */ (document.getElementById("connect-saved"));
root.addEventListener("input", () => (saved.hidden = true));
document.getElementById("connect-save")?.addEventListener("click", async () => {
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
