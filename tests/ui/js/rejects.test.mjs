import assert from "node:assert/strict";
import { test } from "node:test";

import { replayOf, tellOf } from "../../../plugins/salesforce_daktela/ui/static/rejects.logic.js";

test("all rejects of a reason are one run", () => {
  assert.deepEqual(replayOf([{ mapping: "contacts", code: "phone_invalid", id: "" }]), {
    logical_date: null,
    conf: { mode: "replay", mappings: ["contacts"], codes: ["phone_invalid"] },
  });
});

test("selected records of several mappings are one run, each named once", () => {
  const chosen = [
    { mapping: "contacts", id: "003A" },
    { mapping: "leads", id: "00QA" },
    { mapping: "contacts", id: "003B" },
  ];
  assert.deepEqual(replayOf(chosen).conf, {
    mode: "replay",
    mappings: ["contacts", "leads"],
    ids: ["003A", "00QA", "003B"],
  });
});

test("the page says how the run stands", () => {
  assert.deepEqual(["queued", "running", "success", "failed"].map(tellOf), ["waiting", "started", "ended", "failed"]);
});
