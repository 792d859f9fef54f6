// The texts of the page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { speaker } from "../../../plugins/salesforce_daktela/ui/static/map/words.logic.js";

const say = speaker({ greeting: "Pole %(name)s", fields: { one: "%(count)d pole", few: "%(count)d pole!", other: "%(count)d polí" } }, "cs");

test("places are filled, whatever a name holds", () => {
  assert.equal(say("greeting", { name: "%(count)d $&" }), "Pole %(count)d $&");
});

test("the language chooses the plural form", () => {
  assert.deepEqual([1, 3, 5].map((count) => say("fields", { count })), ["1 pole", "3 pole!", "5 polí"]);
});
