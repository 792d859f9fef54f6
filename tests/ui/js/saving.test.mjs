// The keeping of the draft.
import assert from "node:assert/strict";
import { test } from "node:test";

import { makeSaver } from "../../../plugins/salesforce_daktela/ui/static/map/saving.logic.js";

function stage() {
  const seen = { puts: [], states: [], adopted: [], timers: [] };
  const answers = [];
  const saver = makeSaver({
    put: async (form, origin) => {
      seen.puts.push([form, origin]);
      const answer = answers.shift() ?? { kind: "kept", origin: seen.puts.length + 10, reply: { of: form } };
      return typeof answer === "function" ? answer() : answer;
    },
    delay: 400,
    later: (act) => seen.timers.push(act),
    never: (timer) => {
      seen.timers[timer - 1] = () => {};
    },
    show: (state) => seen.states.push(state),
    adopt: (reply, newest) => seen.adopted.push([reply, newest]),
  });
  saver.from(1);
  return { saver, seen, answers };
}

test("several changes become one request, of the last form", async () => {
  const { saver, seen } = stage();
  for (const form of ["a", "ab", "abc"]) {
    saver.change(form);
  }
  seen.timers.forEach((act) => act());
  await saver.flush();
  assert.deepEqual(seen.puts, [["abc", 1]]);
  assert.equal(seen.states.at(-1), "kept");
});

test("what changes while a request is out goes with the next one, whose version is the newer", async () => {
  const { saver, seen, answers } = stage();
  let answer = (_) => {};
  answers.push(() => new Promise((done) => (answer = done)));
  saver.change("a");
  const flushed = saver.flush();
  assert.equal(saver.unsent, false);
  assert.equal(saver.busy, true);
  saver.change("b");
  answer({ kind: "kept", origin: 2, reply: "first" });
  await flushed;
  assert.deepEqual(seen.puts, [["a", 1], ["b", 2]]);
  assert.deepEqual(seen.adopted[0], ["first", false]);
  assert.equal(seen.adopted[1][1], true);
});

test("a change that was refused stays to be sent again", async () => {
  const { saver, seen, answers } = stage();
  answers.push({ kind: "failed", detail: "try again", unheard: false });
  saver.change("a");
  await saver.flush();
  assert.equal(saver.unsent, true);
  assert.equal(seen.states.at(-1), "failed");
  await saver.flush();
  assert.deepEqual(seen.puts, [["a", 1], ["a", 1]]);
  assert.equal(saver.unsent, false);
});

test("a conflict sends nothing over the other window's change until the person says so", async () => {
  const { saver, seen, answers } = stage();
  answers.push({ kind: "conflict", reply: { version: 7 } });
  saver.change("a");
  await saver.flush();
  assert.equal(seen.states.at(-1), "conflict");
  assert.equal(seen.puts.length, 1);
  saver.from(7);
  await saver.flush();
  assert.deepEqual(seen.puts[1], ["a", 7]);
});

test("a change that is forgotten is not sent", async () => {
  const { saver, seen } = stage();
  saver.change("a");
  saver.forget();
  seen.timers.forEach((act) => act());
  await saver.flush();
  assert.deepEqual(seen.puts, []);
});

test("a change whose answer was not heard is sent again before the next one", async () => {
  const { saver, seen, answers } = stage();
  answers.push({ kind: "failed", detail: "no answer", unheard: true }, { kind: "kept", origin: 2, reply: "heard" });
  saver.change("a");
  await saver.flush();
  saver.change("b");
  await saver.flush();
  assert.deepEqual(seen.puts, [["a", 1], ["a", 1], ["b", 2]]);
  assert.deepEqual(seen.adopted[0], ["heard", false]);
  assert.equal(seen.states.at(-1), "kept");
});

test("it is sent again once where nothing was changed since", async () => {
  const { saver, seen, answers } = stage();
  answers.push({ kind: "failed", detail: "no answer", unheard: true });
  saver.change("a");
  await saver.flush();
  assert.equal(saver.unsent, true);
  await saver.flush();
  assert.deepEqual(seen.puts, [["a", 1], ["a", 1]]);
  assert.equal(saver.busy, false);
});

test("the page after this one goes on from what was on its way", async () => {
  const { saver, answers } = stage();
  answers.push(() => new Promise(() => {}));
  saver.change("a");
  void saver.flush();
  saver.change("b");
  const after = stage();
  after.saver.resume(saver.left);
  after.saver.change("b");
  await after.saver.flush();
  assert.deepEqual(after.seen.puts, [["a", 1], ["b", 11]]);
});

test("what is forgotten is not sent again either", async () => {
  const { saver, seen, answers } = stage();
  answers.push({ kind: "failed", detail: "no answer", unheard: true });
  saver.change("a");
  await saver.flush();
  saver.forget();
  saver.from(7);
  saver.change("b");
  await saver.flush();
  assert.deepEqual(seen.puts[1], ["b", 7]);
});
