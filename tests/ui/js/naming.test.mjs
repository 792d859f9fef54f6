// What is typed for a name.
import assert from "node:assert/strict";
import { test } from "node:test";

import { possibleName } from "../../../plugins/salesforce_daktela/ui/static/naming.logic.js";

test("a text becomes the nearest name", () => {
  assert.equal(possibleName("Zákazníci Brno"), "zakaznici_brno");
  assert.equal(possibleName("  Obchod – 2026! "), "obchod_2026");
  assert.equal(possibleName("sales_2"), "sales_2");
});

test("it is no longer than a name may be", () => {
  assert.equal(possibleName("a".repeat(60)).length, 40);
});

test("nothing is left of what no name has", () => {
  assert.equal(possibleName("日本 !"), "");
});
