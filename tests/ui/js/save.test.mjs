import assert from "node:assert/strict";
import { test } from "node:test";

import { FREQUENT_LOOKS, after, badge, pauseAfter } from "../../../plugins/salesforce_daktela/ui/static/save.logic.js";

test("a conflict is shown by the page made anew", () => {
  assert.deepEqual(after({ ok: true, status: 200, body: {} }), { reload: true, said: "" });
  assert.deepEqual(after({ ok: false, status: 409, body: { detail: "x" } }), { reload: true, said: "" });
});

test("other refusals are said, and what was typed stays", () => {
  assert.deepEqual(after({ ok: false, status: 422, body: { detail: "why" } }), { reload: false, said: "why" });
  assert.deepEqual(after({ ok: false, status: 503, body: null }), { reload: false, said: "HTTP 503" });
  assert.deepEqual(after({ ok: false, status: 401, body: null }), { reload: false, said: "" });
  assert.deepEqual(after({ ok: false, status: 0, body: null }, "none came"), { reload: false, said: "none came" });
});

test("a page waits until Airflow's DAG is that of its files, with fewer looks after a while", () => {
  assert.equal(pauseAfter("waiting", 0), 2000);
  assert.equal(pauseAfter("broken", 5), 2000);
  assert.equal(pauseAfter("waiting", FREQUENT_LOOKS), 30_000);
  assert.equal(pauseAfter("deployed", 0), null);
});

test("each state has a colour", () => {
  assert.equal(badge("deployed"), "active");
  assert.equal(badge("none"), "waiting");
  assert.equal(badge("something new"), "waiting");
});
