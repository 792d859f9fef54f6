// @ts-check
/** What a person does on the page: changes of the form, and what is asked of the server because of them. */
import { unheard } from "../http.js";
import { makeTurns } from "../turns.logic.js";
import { below, indexed } from "./fields.logic.js";
import { makeSaver } from "./saving.logic.js";
import {
  Refused,
  originOf,
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

/** Of what the server has said last. @type {import("./server.js").Origin | null} */
let origin = null;
/** What a person changes while another state of the file is fetched. @type {((form: Form) => Form)[] | null} */
let held = null;
let stepping = Promise.resolve();
const checks = makeTurns();
const counts = makeTurns();
const samples = makeTurns();
/** @type {number | undefined} */
let checking;
/** @type {number | undefined} */
let counting;

export const saver = makeSaver({
  put: (/** @type {Form} */ form, origin) => putDocument(form, origin),
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
  origin = originOf(reply);
  if (state.saving === "conflict") {
    return;
  }
  saver.from(origin);
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
  window.sessionStorage.setItem(ASIDE, JSON.stringify({ ...saver.left, form: state.form }));
}

/** What was put aside is sent now: the server knows whether it has it, and whether the draft was changed since. */
function takeUp() {
  const found = window.sessionStorage.getItem(ASIDE);
  window.sessionStorage.removeItem(ASIDE);
  const aside = found === null ? null : JSON.parse(found);
  if (aside !== null && aside.form !== null) {
    saver.resume(aside);
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
    if (held === null) {
      saver.change(form);
    } else {
      held.push(changing);
    }
  }
}

/**
 * Fetches another state of the file. What is changed meanwhile is changed in that one.
 * @param {() => Promise<void>} fetching
 */
async function holding(fetching) {
  /** @type {((form: Form) => Form)[]} */
  const made = [];
  held = made;
  try {
    await fetching();
    if (state.form !== null) {
      update({ form: made.reduce((form, changing) => changing(form), state.form) });
    }
  } finally {
    held = null;
    if (made.length > 0 && state.form !== null) {
      saver.change(state.form);
    }
  }
}

export async function load() {
  const reply = await readDocument();
  state.saving = "kept";
  saver.forget();
  adopt(reply, true);
  takeUp();
}

/**
 * One step after the other: each goes from the state that the one before has left.
 * @param {"undo" | "redo"} which
 */
export function goBack(which) {
  stepping = stepping.catch(() => undefined).then(() => stepOnce(which));
  return stepping;
}

/** @param {"undo" | "redo"} which */
async function stepOnce(which) {
  await saver.flush();
  if (saver.unsent) {
    return;
  }
  await telling(() =>
    holding(async () => {
      const before = JSON.stringify(state.form);
      const wrong = await wrongWith(() => step(which, origin));
      await load();
      const same = JSON.stringify(state.form) === before;
      update({ trouble: wrong || (same ? say("undo.elsewhere") : "") });
    }),
  );
}

/**
 * What the server says where another window has changed the draft meanwhile, or where it may have done what was asked;
 * else nothing.
 * @param {() => Promise<any>} asking
 */
async function wrongWith(asking) {
  try {
    await asking();
    return "";
  } catch (error) {
    if (error instanceof Refused && (error.status === 409 || unheard(error.status))) {
      return error.message;
    }
    throw error;
  }
}

/** Sends the own form over the one that another tab has kept. */
export async function keepMine() {
  saver.from(origin);
  await saver.flush();
}

/** Forgets the own change, and shows what the server holds. */
export async function takeTheirs() {
  saver.forget();
  window.sessionStorage.removeItem(ASIDE);
  await telling(() => holding(load));
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
  if (fresh) {
    await check();
  }
}

/**
 * @param {string} parent
 * @returns {Promise<string>} why its fields could not be read, empty where they were
 */
export async function loadParent(parent) {
  try {
    const { salesforce } = await readParent(parent);
    if (salesforce?.problem) {
      return said(salesforce.problem);
    }
    const fields = below(salesforce?.fields ?? [], parent);
    update({ parents: new Map(state.parents).set(parent.toLowerCase(), fields) });
    return "";
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    return error.message;
  }
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
  const newest = samples.begin();
  try {
    const reply = await readSamples(record);
    if (newest()) {
      update({ samples: { record: reply.record ?? null, values: reply.values ?? {}, trouble: "" } });
    }
  } catch (error) {
    if (newest()) {
      update({ samples: { ...state.samples, trouble: error instanceof Error ? error.message : "" } });
    }
  }
}

/**
 * Counts when the person has stopped typing.
 * @param {string} where
 */
export function countSoon(where) {
  window.clearTimeout(counting);
  counts.begin();
  update({ count: { state: "", count: 0, trouble: "" } });
  counting = window.setTimeout(() => void count(where), CHECK_AFTER);
}

/** @param {string} where */
export async function count(where) {
  window.clearTimeout(counting);
  const newest = counts.begin();
  update({ count: { ...state.count, state: "asked" } });
  const found = await counted(where);
  if (newest()) {
    update({ count: found });
  }
}

/**
 * @param {string} where
 * @returns {Promise<typeof state.count>}
 */
async function counted(where) {
  try {
    const reply = await countRecords(where);
    const known = typeof reply.count === "number";
    return { state: known ? "known" : "failed", count: reply.count ?? 0, trouble: known ? "" : said(reply) };
  } catch (error) {
    return { state: "failed", count: 0, trouble: error instanceof Error ? error.message : "" };
  }
}

function checkSoon() {
  window.clearTimeout(checking);
  checks.begin();
  checking = window.setTimeout(() => void check(), CHECK_AFTER);
}

/** Problems that only the two systems know. They are missing while the systems cannot be asked; the page stays usable. */
async function check() {
  const newest = checks.begin();
  const reply = await unlessRefused(checkLive);
  if (newest()) {
    update({ live: reply?.problems ?? [] });
  }
}
