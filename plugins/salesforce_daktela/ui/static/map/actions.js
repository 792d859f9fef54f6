// @ts-check
/** What a person does on the page: changes of the form, and what is asked of the server because of them. */
import { below, indexed } from "./fields.logic.js";
import { makeSaver } from "./saving.logic.js";
import {
  Refused,
  said,
  checkLive,
  countRecords,
  putDocument,
  readDocument,
  readFields,
  readParent,
  readSamples,
  readSuggestions,
  step,
} from "./server.js";
import { LINK } from "./sources.logic.js";
import { state, update } from "./store.js";
import { say } from "./words.js";

/** @typedef {import("./document.logic.js").Form} Form */

const KEEP_AFTER = 400;
const CHECK_AFTER = 1200;

/** @type {unknown} */
let version = null;
/** @type {number | undefined} */
let checking;
/** @type {number | undefined} */
let counting;

export const saver = makeSaver({
  put: (/** @type {Form} */ form, version) => putDocument(form, version),
  delay: KEEP_AFTER,
  later: (act, delay) => window.setTimeout(act, delay),
  never: (timer) => window.clearTimeout(timer),
  show: (saving, trouble) => {
    update({ saving, trouble });
    if (saving === "signedOut") {
      putAside();
    } else if (saving === "kept") {
      window.sessionStorage.removeItem(ASIDE);
    }
  },
  adopt,
});

/**
 * Takes over the server's answer; its form only where nothing was changed since it was sent.
 * @param {any} reply
 * @param {boolean} newest
 */
function adopt(reply, newest) {
  version = reply.version;
  if (state.saving === "conflict") {
    return;
  }
  saver.from(version);
  update({
    problems: reply.problems ?? [],
    canUndo: Boolean(reply.can_undo),
    canRedo: Boolean(reply.can_redo),
    unsaved: Boolean(reply.unsaved),
    elsewhere: reply.elsewhere ?? [],
    unreadable: reply.form === null,
    ...(newest && reply.form ? { form: reply.form } : {}),
  });
  checkSoon();
}

const ASIDE = `unsent ${window.location.pathname}`;

/** What the server has not taken waits in this window for the page to be loaded anew, as signing in does. */
function putAside() {
  window.sessionStorage.setItem(ASIDE, JSON.stringify({ version, form: state.form }));
}

/** What was put aside is sent now: the server knows whether it has it, and whether the draft was changed since. */
function takeUp() {
  const found = window.sessionStorage.getItem(ASIDE);
  window.sessionStorage.removeItem(ASIDE);
  const aside = found === null ? null : JSON.parse(found);
  if (aside !== null && aside.form !== null) {
    saver.from(aside.version);
    change(() => aside.form);
  }
}

/** The page goes: what it still holds is sent, and put aside, for no reply will be heard. */
export function leaveNow() {
  if (saver.busy) {
    putAside();
    void saver.flush();
  }
}

/** @param {(form: Form) => Form} changing */
export function change(changing) {
  if (state.form !== null) {
    const form = changing(state.form);
    update({ form, live: state.live });
    saver.change(form);
  }
}

export async function load() {
  const reply = await readDocument();
  state.saving = "kept";
  saver.forget();
  adopt(reply, true);
  takeUp();
}

/** @param {"undo" | "redo"} which */
export async function goBack(which) {
  await saver.flush();
  if (saver.unsent) {
    return;
  }
  await telling(async () => {
    const before = JSON.stringify(state.form);
    const stale = await staleAt(() => step(which, version));
    await load();
    const same = JSON.stringify(state.form) === before;
    update({ trouble: stale || (same ? say("undo.elsewhere") : "") });
  });
}

/**
 * What the server says where another window has changed the draft meanwhile; else nothing.
 * @param {() => Promise<any>} asking
 */
async function staleAt(asking) {
  try {
    await asking();
    return "";
  } catch (error) {
    if (error instanceof Refused && error.status === 409) {
      return error.message;
    }
    throw error;
  }
}

/** Sends the own form over the one that another tab has kept. */
export async function keepMine() {
  saver.from(version);
  await saver.flush();
}

/** Forgets the own change, and shows what the server holds. */
export async function takeTheirs() {
  saver.forget();
  await telling(load);
}

/**
 * Does what may be refused, and tells it above the table.
 * @param {() => Promise<void>} doing
 */
export async function telling(doing) {
  try {
    await doing();
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    update({ trouble: error.message });
  }
}

/** @param {boolean} fresh */
export async function loadFields(fresh) {
  const reply = await readFields(fresh);
  /** @type {import("./fields.logic.js").Field} */
  const link = { path: LINK, label: say("link.label"), type: "url", custom: false, parent: false, picklist: null };
  const fields = [...(reply.salesforce?.fields ?? []), link];
  update({
    fields,
    index: indexed(fields),
    daktela: reply.daktela?.fields ?? [],
    readAt: reply.salesforce?.read_at ?? "",
    unread: [reply.salesforce, reply.daktela].flatMap((side) => (side?.problem ? [said(side.problem)] : [])),
    parents: fresh ? new Map() : state.parents,
  });
}

/** @param {string} parent */
export async function loadParent(parent) {
  await telling(async () => {
    const reply = await readParent(parent);
    const fields = below(reply.salesforce?.fields ?? [], parent);
    update({ parents: new Map(state.parents).set(parent.toLowerCase(), fields) });
  });
}

/** Suggestions are a help: where the systems cannot be asked, the fields say so already. */
export async function loadSuggestions() {
  update({ suggestions: (await unlessRefused(readSuggestions))?.rows ?? [] });
}

/**
 * What the server answers, null where it refuses.
 * @param {() => Promise<any>} asking
 */
async function unlessRefused(asking) {
  try {
    return await asking();
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    return null;
  }
}

/** @param {string} record */
export async function loadSamples(record) {
  try {
    const reply = await readSamples(record);
    update({ samples: { record: reply.record ?? null, values: reply.values ?? {}, trouble: "" } });
  } catch (error) {
    const trouble = error instanceof Error ? error.message : "";
    update({ samples: { ...state.samples, trouble } });
  }
}

/**
 * Counts when the person has stopped typing.
 * @param {string} where
 */
export function countSoon(where) {
  window.clearTimeout(counting);
  update({ count: { state: "", count: 0, trouble: "" } });
  counting = window.setTimeout(() => void count(where), CHECK_AFTER);
}

/** @param {string} where */
export async function count(where) {
  window.clearTimeout(counting);
  update({ count: { ...state.count, state: "asked" } });
  try {
    const reply = await countRecords(where);
    const known = typeof reply.count === "number";
    const trouble = known ? "" : said(reply);
    update({ count: { state: known ? "known" : "failed", count: reply.count ?? 0, trouble } });
  } catch (error) {
    update({ count: { state: "failed", count: 0, trouble: error instanceof Error ? error.message : "" } });
  }
}

function checkSoon() {
  window.clearTimeout(checking);
  checking = window.setTimeout(() => void check(), CHECK_AFTER);
}

/** Problems that only the two systems know. They are missing while the systems cannot be asked; the page stays usable. */
async function check() {
  const reply = await unlessRefused(checkLive);
  if (reply !== null) {
    update({ live: reply.problems ?? [] });
  }
}
