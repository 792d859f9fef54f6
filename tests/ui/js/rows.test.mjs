// The rows of the table.
import assert from "node:assert/strict";
import { test } from "node:test";

import { counts, missingRequired, tableRows, together, visible } from "../../../plugins/salesforce_daktela/ui/static/map/rows.logic.js";

/** @returns {any} */
const field = (target, required = false) => ({ target, label: target.toUpperCase(), type: "TEXT", required, options: null, length: null, meaning: "" });
const row = (target, from) => ({ target, origin: target, rule: { keys: [["from", from]] } });
const known = (more = {}) => ({
  form: { settings: { keys: [] }, rows: [row("user", "Owner.Email"), row("odd", "Owner.Email")], unshown: [] },
  fields: [field("user"), field("note"), field("title", true)],
  problems: [],
  suggestions: [{ target: "note", from: "Description", why: "same name" }, { target: "user", from: "X", why: "" }],
  added: [],
  ...more,
});
const targets = (rows) => rows.map((each) => each.target);

test("required fields come first, then the others, then what Daktela does not list", () => {
  assert.deepEqual(targets(tableRows(known())), ["title", "user", "note", "odd"]);
});

test("a field added by name has a row before it is mapped", () => {
  assert.deepEqual(targets(tableRows(known({ added: ["customFields.x", "user"] }))).slice(4), ["customFields.x"]);
});

test("no problem is without a row", () => {
  const problems = [{ target: "lastname", key: null, what: "lastname is missing", advice: "", line: 1 }];
  assert.equal(tableRows(known({ problems })).at(-1).problems.length, 1);
});

test("a suggestion stands at rows that are not mapped", () => {
  const rows = tableRows(known());
  assert.equal(rows[1].suggestion, null);
  assert.equal(rows[2].suggestion?.from, "Description");
});

test("a source that fills another field too is said, and a field mapped twice", () => {
  const form = { settings: { keys: [] }, rows: [row("user", "A"), row("note", "a"), row("user", "B")], unshown: [] };
  const rows = tableRows(known({ form }));
  assert.deepEqual(rows[1].alsoFills, ["note"]);
  assert.equal(rows[1].twice, true);
  assert.equal(rows[2].twice, false);
});

test("a field whose text cannot be shown is mapped, and is neither required nor suggested any more", () => {
  const form = { settings: { keys: [] }, rows: [], unshown: [{ path: ["fields", "title"], text: "title: [[x]]", line: 3 }] };
  const rows = tableRows(known({ form }));
  assert.equal(rows[0].mapped, true);
  assert.equal(rows[0].unshown.length, 1);
  assert.deepEqual(missingRequired(rows), []);
});

test("filters leave mapped, unmapped and wrong rows; the search knows every name", () => {
  const problems = [{ target: "note", key: null, what: "is missing", advice: "", line: 1 }];
  const rows = tableRows(known({ problems }));
  assert.deepEqual(counts(rows), { all: 4, mapped: 2, unmapped: 2, problems: 1 });
  assert.deepEqual(targets(visible(rows, "problems", "")), ["note"]);
  assert.deepEqual(targets(visible(rows, "all", "owner")), ["user", "odd"]);
  assert.deepEqual(targets(visible(rows, "mapped", "ÚSER")), ["user"]);
});

test("a row that was shown stays until another filter is chosen", () => {
  const rows = tableRows(known());
  assert.deepEqual(targets(visible(rows, "unmapped", "", new Set(["user"]))), ["title", "user", "note"]);
});

test("what the live check says again is said once", () => {
  const problem = { target: "user", key: "from", what: "there is no such field", advice: "", line: 1 };
  assert.equal(together([problem], [{ ...problem, advice: "another" }]).length, 1);
});
