// The texts of the page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { speaker } from "../../../plugins/salesforce_daktela/ui/static/map/words.logic.js";

const say = speaker({ greeting: "Pole %(name)s", fields: { one: "%(count)d pole", few: "%(count)d pole!", other: "%(count)d polí" } }, "cs");

test("places are filled, whatever a name holds", () => {
  assert.equal(say("greeting", { name: "%(count)d $&" }), "Pole %(count)d $&");
});

test("a count has its thousands apart as the language writes them, and a text stays as it is", () => {
  assert.equal(say("fields", { count: 1234567 }), "1\u00a0234\u00a0567 polí");
  assert.equal(say("fields", { count: "1234" }), "1234 polí");
  assert.equal(speaker({ fields: "%(count)d fields" }, "en")("fields", { count: 1191 }), "1,191 fields");
});

test("the language chooses the plural form", () => {
  assert.deepEqual([1, 3, 5].map((count) => say("fields", { count })), ["1 pole", "3 pole!", "5 polí"]);
});
