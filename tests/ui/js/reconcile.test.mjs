import assert from "node:assert/strict";
import { test } from "node:test";

import { confOf } from "../../../plugins/salesforce_daktela/ui/static/reconcile.logic.js";

const BOTH = [
  { name: "accounts", chosen: true },
  { name: "contacts", chosen: true },
];

test("all mappings are no list of them", () => {
  assert.deepEqual(confOf(BOTH, false), { repair: false, mappings: null });
});

test("chosen mappings are named", () => {
  const [accounts, contacts] = BOTH;
  assert.deepEqual(confOf([{ ...accounts, chosen: false }, contacts], true), { repair: true, mappings: ["contacts"] });
});

test("nothing chosen starts nothing", () => {
  assert.equal(confOf([], true), null);
  assert.equal(
    confOf(
      BOTH.map((each) => ({ ...each, chosen: false })),
      false,
    ),
    null,
  );
});
