// @ts-check
/** How a question is answered. Free of the DOM. */

import { troubleOf } from "./runs.logic.js";

/**
 * The address in Airflow's public API that takes the answer to a task's question.
 * @param {string} dag
 * @param {string} run
 * @param {string} task
 */
export function answerPath(dag, run, task) {
  const [inDag, inRun, inTask] = [dag, run, task].map(encodeURIComponent);
  return `/api/v2/dags/${inDag}/dagRuns/${inRun}/taskInstances/${inTask}/-1/hitlDetails`;
}

/**
 * Why Airflow did not take an answer.
 * @param {{status: number, body: any}} reply
 * @param {{refused: string, faster: string, noAnswer: string, otherAnswer: string}} words
 */
export function troubleOfAnswer(reply, words) {
  return reply.status === 409 ? words.faster : troubleOf(reply, words);
}
