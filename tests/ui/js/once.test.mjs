// Forms that are sent once.
import assert from "node:assert/strict";
import { test } from "node:test";

import { once } from "../../../plugins/salesforce_daktela/ui/static/once.logic.js";

test("a second click while the first is answered asks for nothing, nor one after it is done", async () => {
  const form = {};
  let asked = 0;
  let answer = (_) => {};
  const act = () => {
    asked += 1;
    return new Promise((resolve) => (answer = resolve));
  };
  const first = once(form, act);
  await once(form, act);
  answer(true);
  await first;
  await once(form, act);
  assert.equal(asked, 1);
});

test("what was refused can be asked for again", async () => {
  const form = {};
  let asked = 0;
  const refused = async () => {
    asked += 1;
    return false;
  };
  await once(form, refused);
  await once(form, refused);
  assert.equal(asked, 2);
});
