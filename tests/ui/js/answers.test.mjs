import assert from "node:assert/strict";
import { test } from "node:test";

import { answerPath, troubleOfAnswer } from "../../../plugins/salesforce_daktela/ui/static/answers.logic.js";

const WORDS = { refused: "no right", faster: "too late", noAnswer: "silence", otherAnswer: "code {status}:" };

test("an answer goes to the task that asks, whatever its names hold", () => {
  assert.equal(
    answerPath("salesforce_to_daktela__sales", "manual__2026-07-01T12:00:00+00:00", "contacts.approve"),
    "/api/v2/dags/salesforce_to_daktela__sales/dagRuns/manual__2026-07-01T12%3A00%3A00%2B00%3A00" +
      "/taskInstances/contacts.approve/-1/hitlDetails",
  );
});

test("an answer that comes too late is told from one that is refused", () => {
  assert.equal(troubleOfAnswer({ status: 409, body: null }, WORDS), "too late");
  assert.equal(troubleOfAnswer({ status: 403, body: null }, WORDS), "no right");
  assert.equal(troubleOfAnswer({ status: 0, body: null }, WORDS), "silence");
  assert.equal(troubleOfAnswer({ status: 400, body: { detail: "bad" } }, WORDS), "code 400: bad");
});
