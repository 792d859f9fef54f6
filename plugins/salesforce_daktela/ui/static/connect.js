// @ts-check
import { understand, understandLater } from "./connect/address.js";
import { offer, tell } from "./connect/form.js";
import { problem, refusal, write } from "./connect/writing.js";
import { page, send } from "./http.js";

const root = /** @type {HTMLElement} */ (document.getElementById("connect"));
const sync = root.dataset.sync ?? "";
let version = Number(root.dataset.version);

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
