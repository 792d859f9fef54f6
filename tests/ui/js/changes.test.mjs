// Changes of the draft, and answers that are not heard.
import assert from "node:assert/strict";
import { test } from "node:test";

import { makeChanges } from "../../../plugins/salesforce_daktela/ui/static/changes.logic.js";

function stage(...answers) {
  const puts = [];
  const changes = makeChanges(1, async (body) => {
    puts.push(body);
    return answers.shift() ?? { ok: true, status: 200, body: { version: body.version + 1 } };
  });
  return { changes, puts };
}

test("each change is made from the version that the one before has left", async () => {
  const { changes, puts } = stage();
  await Promise.all([changes.keep(() => ({ a: 1 })), changes.keep(() => ({ b: 2 }))]);
  assert.deepEqual(puts, [{ version: 1, a: 1 }, { version: 2, b: 2 }]);
  assert.equal(changes.busy, false);
});

for (const status of [0, 504]) {
  test(`a change without an answer (${status}) is sent again before the next one`, async () => {
    const { changes, puts } = stage({ ok: false, status, body: null });
    assert.equal((await changes.keep(() => ({ a: 1 }))).ok, false);
    assert.equal((await changes.keep(() => ({ b: 2 }))).ok, true);
    assert.deepEqual(puts, [{ version: 1, a: 1 }, { version: 1, a: 1 }, { version: 2, b: 2 }]);
  });
}

test("the next one is not sent where the one before is refused", async () => {
  const conflict = { ok: false, status: 409, body: null };
  const { changes, puts } = stage({ ok: false, status: 0, body: null }, conflict);
  await changes.keep(() => ({ a: 1 }));
  assert.equal(await changes.keep(() => ({ b: 2 })), conflict);
  assert.equal(puts.length, 2);
});

test("a refused change is not sent again by itself", async () => {
  const { changes, puts } = stage({ ok: false, status: 422, body: null });
  await changes.keep(() => ({ a: 1 }));
  await changes.keep(() => ({ b: 2 }));
  assert.deepEqual(puts[1], { version: 1, b: 2 });
});
