// Transforms and settings: what is typed, and what a file says for it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { inSetting, left } from "../../../plugins/salesforce_daktela/ui/static/map/settings.logic.js";
import { callOf, itemOf, missing, optionsOf, typed, withOption } from "../../../plugins/salesforce_daktela/ui/static/map/transforms.logic.js";

/** @returns {any} */
const transform = (name, main, ...options) => ({ name, doc: "", takes: "each", main, own: false, options });
const option = (name, type, required = false) => ({ name, type, required, default: null, choices: null });
const number = transform("number", "decimals", option("decimals", "int"), option("decimal_comma", "bool"));

test("a call is its name, or its name with what it is given", () => {
  for (const item of ["trim", { keys: [["truncate", 3]] }, { keys: [["phone", { keys: [["region", "CZ"]] }]] }]) {
    assert.deepEqual(itemOf(callOf(item)), item);
  }
});

test("the main option stands alone until another joins it", () => {
  const one = withOption({ name: "number", given: null }, number, "decimals", 2);
  assert.deepEqual(one, { name: "number", given: 2 });
  const two = withOption(one, number, "decimal_comma", true);
  assert.deepEqual(two.given, { keys: [["decimals", 2], ["decimal_comma", true]] });
  assert.deepEqual(withOption(two, number, "decimal_comma", undefined).given, { keys: [["decimals", 2]] });
  assert.deepEqual(withOption(one, number, "decimals", undefined), { name: "number", given: null });
});

test("a table that is the main option is never read as options", () => {
  const values = transform("values", "table", option("table", "table", true));
  const table = { keys: [["decimals", "x"]] };
  assert.deepEqual(optionsOf({ name: "values", given: table }, values), { keys: [["table", table]] });
});

test("what no control shows is left alone", () => {
  assert.equal(optionsOf({ name: "number", given: [1] }, number), null);
  assert.equal(optionsOf({ name: "trim", given: "x" }, transform("trim", null)), null);
});

test("required options that are not given are told", () => {
  const cut = transform("truncate", "length", option("length", "int", true));
  assert.deepEqual(missing(cut, { keys: [] }).map((each) => each.name), ["length"]);
  assert.deepEqual(missing(cut, { keys: [["length", 3]] }), []);
});

test("a typed option has the option's type; what does not fit stays a text for the server to judge", () => {
  assert.equal(typed(option("a", "int"), "12"), 12);
  assert.equal(typed(option("a", "int"), "1x"), "1x");
  assert.equal(typed(option("a", "float"), "0.5"), 0.5);
  assert.equal(typed(option("a", "bool"), "false"), false);
  assert.equal(typed(option("a", "str"), "12"), "12");
  assert.equal(typed(option("a", "str"), ""), undefined);
});

test("the number of removals is a number in the file, shares and spans are texts", () => {
  assert.equal(inSetting("max_removals", "50"), 50);
  assert.equal(inSetting("max_removals", "many"), "many");
  assert.equal(inSetting("reread", "12"), "12");
  assert.equal(inSetting("where", ""), undefined);
  assert.equal(left("reject_above"), "1%");
});
