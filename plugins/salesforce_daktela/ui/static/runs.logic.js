// @ts-check
/** What the pages that follow a run do next. Free of the DOM. */

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
 * @param {{ok: boolean, body: any}} reply
 */
export function hasChanged(shown, kind, reply) {
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
    asks: tasks.some((task) => task.state === "awaiting_input"),
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
