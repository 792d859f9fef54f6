// Answers that come in another order than their questions.
import assert from "node:assert/strict";
import { test } from "node:test";

import { makeTurns } from "../../../plugins/salesforce_daktela/ui/static/turns.logic.js";

test("only the answer to the last question counts", () => {
  const turns = makeTurns();
  const first = turns.begin();
  assert.equal(first(), true);
  const second = turns.begin();
  assert.equal(first(), false);
  assert.equal(second(), true);
});
