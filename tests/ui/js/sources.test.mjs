// Sources as they are written: paths, templates, their samples.
import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf, pathsOf, pieceAt, sampleOf, withPiece } from "../../../plugins/salesforce_daktela/ui/static/map/sources.logic.js";

test("a text in braces is a template", () => {
  assert.equal(kindOf("{A} {B}"), "template");
  assert.equal(kindOf("Account.Name"), "field");
  assert.equal(kindOf("$link"), "link");
});

test("a template's fields are those between its braces, doubled ones are signs", () => {
  assert.deepEqual(pathsOf("{{x}} {A} {B.C }"), ["A", "B.C"]);
});

test("the caret stands in a piece only between its braces", () => {
  assert.deepEqual(pieceAt("{Fir} x", 4), { from: 1, to: 4, query: "Fir" });
  assert.equal(pieceAt("{Fir} x", 7), null);
  assert.equal(pieceAt("{{Fir", 5), null);
});

test("a chosen field is put into its piece, whose brace is closed once", () => {
  assert.deepEqual(withPiece("{Fir} {Last", { from: 7, to: 11 }, "LastName"), { text: "{Fir} {LastName}", caret: 16 });
  assert.deepEqual(withPiece("{Fir} x", { from: 1, to: 4 }, "FirstName"), { text: "{FirstName} x", caret: 11 });
});

test("a sample is known where every field of the source was read", () => {
  const values = { FirstName: "Jan", LastName: "", Owner: null };
  assert.equal(sampleOf("firstname", values), "Jan");
  assert.equal(sampleOf("{FirstName} {LastName}", values), "Jan");
  assert.equal(sampleOf("Owner", values), "");
  assert.equal(sampleOf("{FirstName} {Other}", values), undefined);
});
