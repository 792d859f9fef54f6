import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_LOOKS, after, badge, looksAgain } from "../../../plugins/salesforce_daktela/ui/static/save.logic.js";

test("a conflict is shown by the page made anew", () => {
  assert.deepEqual(after({ ok: true, status: 200, body: {} }), { reload: true, said: "" });
  assert.deepEqual(after({ ok: false, status: 409, body: { detail: "x" } }), { reload: true, said: "" });
});

test("other refusals are said, and what was typed stays", () => {
  assert.deepEqual(after({ ok: false, status: 422, body: { detail: "why" } }), { reload: false, said: "why" });
  assert.deepEqual(after({ ok: false, status: 503, body: null }), { reload: false, said: "HTTP 503" });
  assert.deepEqual(after({ ok: false, status: 401, body: null }), { reload: false, said: "" });
});

test("a page waits until Airflow's DAG is that of its files, and not for ever", () => {
  assert.equal(looksAgain("waiting", 0), true);
  assert.equal(looksAgain("broken", 5), true);
  assert.equal(looksAgain("deployed", 0), false);
  assert.equal(looksAgain("waiting", MOST_LOOKS), false);
});

test("each state has a colour", () => {
  assert.equal(badge("deployed"), "active");
  assert.equal(badge("none"), "waiting");
  assert.equal(badge("something new"), "waiting");
});
