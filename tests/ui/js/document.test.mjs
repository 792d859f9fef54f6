// The form of a mapping file and its changes.
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  get,
  moved,
  ruleOf,
  set,
  sourcesOf,
  textOf,
  withConstant,
  withKey,
  withPair,
  withSources,
  withSuggestions,
} from "../../../plugins/salesforce_daktela/ui/static/map/document.logic.js";

/** @returns {any} */
const form = () => ({
  settings: { keys: [["key", "sf_{Id}"]] },
  rows: [{ target: "title", origin: "title", rule: { keys: [["from", ["A", "B"]], ["default", "x"]] } }],
  unshown: [],
});

test("a changed key keeps its place, a new one comes last, an emptied one goes", () => {
  const keys = { keys: [["a", 1], ["b", 2]] };
  assert.deepEqual(set(keys, "a", 3).keys, [["a", 3], ["b", 2]]);
  assert.deepEqual(set(keys, "c", 0).keys, [["a", 1], ["b", 2], ["c", 0]]);
  assert.deepEqual(set(keys, "a", undefined).keys, [["b", 2]]);
});

test("what is given is never changed", () => {
  const before = form();
  withKey(withSources(before, "title", []), "title", "default", "y");
  assert.deepEqual(before, form());
});

test("one source stands alone, several in a list, and the rest of the rule stays", () => {
  assert.equal(get(ruleOf(withSources(form(), "title", ["C"]), "title"), "from"), "C");
  assert.deepEqual(sourcesOf(ruleOf(withSources(form(), "title", ["C", "D"]), "title")), ["C", "D"]);
  assert.deepEqual(ruleOf(withSources(form(), "title", []), "title").keys, [["default", "x"]]);
});

test("a row whose rule is empty goes; a field that was not mapped becomes a new row", () => {
  const emptied = withKey(withSources(form(), "title", []), "title", "default", undefined);
  assert.deepEqual(emptied.rows, []);
  assert.deepEqual(withSources(form(), "user", ["Owner.Email"]).rows[1], {
    target: "user",
    origin: null,
    rule: { keys: [["from", "Owner.Email"]] },
  });
});

test("a field is a constant or has sources, never both", () => {
  const constant = withConstant(form(), "title", "deal");
  assert.deepEqual(ruleOf(constant, "title").keys, [["default", "x"], ["value", "deal"]]);
  assert.equal(get(ruleOf(withSources(constant, "title", ["A"]), "title"), "value"), undefined);
});

test("suggestions are never taken over what is mapped", () => {
  const after = withSuggestions(form(), [{ target: "title", from: "Name" }, { target: "user", from: "Owner.Email" }]);
  assert.deepEqual(sourcesOf(ruleOf(after, "title")), ["A", "B"]);
  assert.deepEqual(sourcesOf(ruleOf(after, "user")), ["Owner.Email"]);
});

test("a value table keeps the order of its keys, and goes with its last pair", () => {
  const table = withPair(withPair(undefined, "2", "two"), "1", "one");
  assert.deepEqual(table, { keys: [["2", "two"], ["1", "one"]] });
  assert.equal(withPair({ keys: [["2", "two"]] }, "2", undefined), undefined);
});

test("numbers and dates are shown as they are spelled", () => {
  assert.equal(textOf({ bare: "007" }), "007");
  assert.equal(textOf({ number: "12345678901234567890" }), "12345678901234567890");
  assert.equal(textOf(false), "false");
  assert.equal(textOf(null), "");
});

test("an item is moved among the others", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 1), ["b", "a", "c"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 1), ["a", "c", "b"]);
});
