// @ts-check
/** What the pages that start and follow a run do next. Free of the DOM. */
import { unheard } from "./http.js";

export const PAUSE = 2000;
/** Questions after a run that has not appeared before the page says so. */
export const PATIENCE = 30;
const ENDED = ["success", "failed"];
const DONE = ["success", "skipped", "failed", "upstream_failed", "removed"];

/**
 * What a page shows, as far as it decides what to ask Airflow for.
 * @typedef {object} Shown
 * @property {string} dag
 * @property {string} run id of the run it shows, empty without one
 * @property {string} state of that run
 * @property {boolean} awaits whether a run is about to appear
 * @property {string} waitsFor id of a DAG that is not there yet, empty otherwise
 * @property {string} files fingerprint that this DAG's description has to name, empty for any
 */

/**
 * What to look at until it changes; null when nothing can change by itself.
 * @param {Shown} shown
 * @returns {{kind: "dag" | "appearance" | "run", path: string} | null}
 */
export function nextLook(shown) {
  const dags = "/api/v2/dags/";
  if (shown.waitsFor) {
    // A list, because a question for one that is not there yet is an error to the browser's console.
    return { kind: "dag", path: `/api/v2/dags?dag_id_pattern=${encodeURIComponent(shown.waitsFor)}&limit=100` };
  }
  const dag = `${dags}${encodeURIComponent(shown.dag)}`;
  if (shown.run && !ENDED.includes(shown.state)) {
    return { kind: "run", path: `${dag}/dagRuns/${encodeURIComponent(shown.run)}` };
  }
  return shown.awaits ? { kind: "appearance", path: `${dag}/dagRuns?order_by=-run_after&limit=1` } : null;
}

/**
 * Whether what was looked at has changed, so that the page has something new to show.
 * @param {Shown} shown
 * @param {"dag" | "appearance" | "run"} kind
 * @param {{ok: boolean, status?: number, body: any}} reply
 */
export function hasChanged(shown, kind, reply) {
  if (kind === "run" && reply.status === 404) {
    // Somebody has deleted it.
    return true;
  }
  if (!reply.ok || reply.body === null) {
    return false;
  }
  if (kind === "dag") {
    return (reply.body.dags ?? []).some(
      (/** @type {any} */ each) => each.dag_id === shown.waitsFor && String(each.description ?? "").includes(shown.files),
    );
  }
  if (kind === "run") {
    return reply.body.state !== shown.state;
  }
  const [latest] = reply.body.dag_runs ?? [];
  return latest !== undefined && latest.dag_run_id !== shown.run;
}

/**
 * Whether a task waits for an answer. On Airflow 3.1 and 3.2 it is deferred then, as a reading that waits for Salesforce.
 * @param {any} task
 */
function asksNow(task) {
  return task.state === "awaiting_input" || (task.state === "deferred" && String(task.task_id).endsWith(".approve"));
}

/**
 * How far a run of several tasks has come.
 * @param {any} body of the reply with its task instances
 * @returns {{done: number, total: number, asks: boolean} | null} null where that cannot be told
 */
export function progressOf(body) {
  const tasks = body?.task_instances;
  if (!Array.isArray(tasks) || tasks.length < 2 || body.total_entries > tasks.length) {
    return null;
  }
  return {
    done: tasks.filter((task) => DONE.includes(task.state)).length,
    total: tasks.length,
    asks: tasks.some(asksNow),
  };
}

/**
 * Fill the places of a sentence: `{done} of {total}`.
 * @param {string} sentence
 * @param {Record<string, number | string | boolean>} values
 */
export function filled(sentence, values) {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * Why Airflow did not do what it was asked.
 * @param {{status: number, body: any}} reply
 * @param {{refused: string, noAnswer: string, otherAnswer: string}} words
 */
export function troubleOf(reply, words) {
  if (reply.status === 0) {
    return words.noAnswer;
  }
  if (reply.status === 403) {
    return words.refused;
  }
  const detail = typeof reply.body?.detail === "string" ? reply.body.detail : "";
  return `${filled(words.otherAnswer, { status: reply.status })} ${detail}`.trim();
}

/** An id for a new run, as Airflow makes them, that no other page has. */
export function newRunId() {
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  return `manual__${new Date().toISOString()}_${random.toString(36)}`;
}

/**
 * Starts one run, however often the person has to ask: the same request that is sent again after no answer has the same
 * id, and Airflow has one run of an id.
 * @param {(path: string, body: object) => Promise<import("./http.js").Reply>} post
 * @param {() => string} newId
 */
export function makeStarter(post, newId) {
  /** What was asked without an answer. @type {{asked: string, id: string} | null} */
  let doubtful = null;

  /**
   * @param {string} dag
   * @param {object} body without an id
   * @returns {Promise<import("./http.js").Reply>}
   */
  return async (dag, body) => {
    const asked = JSON.stringify([dag, body]);
    const before = doubtful?.asked === asked ? doubtful.id : null;
    const id = before ?? newId();
    const reply = await post(`/api/v2/dags/${encodeURIComponent(dag)}/dagRuns`, { ...body, dag_run_id: id });
    doubtful = unheard(reply.status) ? { asked, id } : null;
    const made = before !== null && reply.status === 409;
    return made ? { ok: true, status: 200, body: { dag_run_id: id, state: "queued" } } : reply;
  };
}
