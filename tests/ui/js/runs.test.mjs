import assert from "node:assert/strict";
import { test } from "node:test";

import {
  filled,
  hasChanged,
  makeStarter,
  newRunId,
  nextLook,
  progressOf,
  troubleOf,
} from "../../../plugins/salesforce_daktela/ui/static/runs.logic.js";

const SHOWN = { dag: "plan__a", run: "", state: "", awaits: false, waitsFor: "", files: "" };
const RUN = "scheduled__2026-07-01T12:00:00+00:00";

test("a page on which nothing can change by itself asks nothing", () => {
  assert.equal(nextLook(SHOWN), null);
  assert.equal(nextLook({ ...SHOWN, run: RUN, state: "success" }), null);
  assert.equal(nextLook({ ...SHOWN, run: RUN, state: "failed" }), null);
});

test("a run is followed to its end, under an address that keeps its signs", () => {
  const look = nextLook({ ...SHOWN, run: RUN, state: "queued" });
  assert.deepEqual(look, {
    kind: "run",
    path: "/api/v2/dags/plan__a/dagRuns/scheduled__2026-07-01T12%3A00%3A00%2B00%3A00",
  });
});

test("a run that is about to appear is looked for, also after an older one", () => {
  const awaiting = { ...SHOWN, awaits: true };
  assert.equal(nextLook(awaiting)?.kind, "appearance");
  const later = { ...awaiting, run: RUN, state: "success" };
  assert.equal(nextLook(later)?.kind, "appearance");
  assert.equal(hasChanged(later, "appearance", { ok: true, body: { dag_runs: [{ dag_run_id: RUN }] } }), false);
  assert.equal(hasChanged(later, "appearance", { ok: true, body: { dag_runs: [{ dag_run_id: "new" }] } }), true);
  assert.equal(hasChanged(awaiting, "appearance", { ok: true, body: { dag_runs: [] } }), false);
});

test("a DAG is waited for until it is there and made of these files", () => {
  const waiting = { ...SHOWN, waitsFor: "salesforce_to_daktela__a", files: "0123" };
  assert.equal(nextLook(waiting)?.path, "/api/v2/dags?dag_id_pattern=salesforce_to_daktela__a&limit=100");
  const found = (/** @type {string | null} */ description, id = waiting.waitsFor) => ({
    ok: true,
    body: { dags: [{ dag_id: id, description }] },
  });
  assert.equal(hasChanged(waiting, "dag", { ok: true, body: { dags: [] } }), false);
  assert.equal(hasChanged(waiting, "dag", found("files 4567")), false);
  assert.equal(hasChanged(waiting, "dag", found("files 0123", "salesforce_to_daktela__ab")), false);
  assert.equal(hasChanged(waiting, "dag", found("files 0123")), true);
  assert.equal(hasChanged({ ...waiting, files: "" }, "dag", found(null)), true);
});

test("a page changes with the state of its run, and not when Airflow does not answer", () => {
  const running = { ...SHOWN, run: RUN, state: "running" };
  assert.equal(hasChanged(running, "run", { ok: true, body: { state: "running" } }), false);
  assert.equal(hasChanged(running, "run", { ok: true, body: { state: "success" } }), true);
  assert.equal(hasChanged(running, "run", { ok: false, body: null }), false);
});

test("progress counts the tasks that are over, where all of them are told", () => {
  const tasks = ["success", "skipped", "upstream_failed", "running", null].map((state) => ({ state }));
  assert.deepEqual(progressOf({ task_instances: tasks, total_entries: 5 }), { done: 3, total: 5, asks: false });
  assert.equal(progressOf({ task_instances: tasks, total_entries: 500 }), null);
  assert.equal(progressOf({ task_instances: [{ state: "running" }], total_entries: 1 }), null);
  assert.equal(progressOf(null), null);
  assert.equal(progressOf({ task_instances: [{ state: "awaiting_input" }, { state: null }], total_entries: 2 })?.asks, true);
  for (const [task_id, asks] of [["a.approve", true], ["a.extract", false]]) {
    const deferred = [{ task_id, state: "deferred" }, { state: null }];
    assert.equal(progressOf({ task_instances: deferred, total_entries: 2 })?.asks, asks);
  }
});

test("why Airflow did not do it is told in words", () => {
  const words = { refused: "no right", noAnswer: "no answer", otherAnswer: "code {status}:" };
  assert.equal(troubleOf({ status: 0, body: null }, words), "no answer");
  assert.equal(troubleOf({ status: 403, body: { detail: "Forbidden" } }, words), "no right");
  assert.equal(troubleOf({ status: 409, body: { detail: "exists" } }, words), "code 409: exists");
  assert.equal(troubleOf({ status: 500, body: null }, words), "code 500:");
});

test("places without a value stay as they are", () => {
  assert.equal(filled("{done} of {total}", { done: 1 }), "1 of {total}");
});

test("a run that somebody has deleted is no longer followed as it was", () => {
  const followed = { ...SHOWN, run: RUN, state: "running" };
  assert.equal(hasChanged(followed, "run", { ok: false, status: 404, body: null }), true);
  assert.equal(hasChanged(followed, "run", { ok: false, status: 503, body: null }), false);
});

function airflow(...statuses) {
  const posts = [];
  const start = makeStarter(
    async (path, body) => {
      posts.push({ path, ...body });
      const status = statuses.shift() ?? 200;
      return { ok: status === 200, status, body: { dag_run_id: body.dag_run_id, state: "queued" } };
    },
    () => `new ${posts.length}`,
  );
  return { start, posts };
}

test("asking again after no answer starts no second run", async () => {
  const { start, posts } = airflow(0, 409);
  assert.equal((await start("a", { conf: {} })).ok, false);
  const again = await start("a", { conf: {} });
  assert.deepEqual([again.ok, again.body.dag_run_id], [true, "new 0"]);
  assert.deepEqual(posts.map((post) => post.dag_run_id), ["new 0", "new 0"]);
  await start("a", { conf: {} });
  assert.equal(posts[2].dag_run_id, "new 2");
});

test("another wish is another run, and a conflict of the first time is one", async () => {
  const { start, posts } = airflow(504, 409);
  await start("a", { conf: {} });
  assert.equal((await start("a", { conf: { repair: true } })).status, 409);
  assert.equal(posts[1].dag_run_id, "new 1");
});

test("ids of runs are as Airflow makes them, and differ", () => {
  assert.match(newRunId(), /^manual__[0-9T:.-]+Z_[a-z0-9]+$/);
  assert.notEqual(newRunId(), newRunId());
});
