// What a combobox finds and offers.
import assert from "node:assert/strict";
import { test } from "node:test";

import { below, indexed, search } from "../../../plugins/salesforce_daktela/ui/static/map/fields.logic.js";
import { exactly, offersFor } from "../../../plugins/salesforce_daktela/ui/static/map/offers.logic.js";

/** @returns {any} */
const field = (path, label, parent = false) => ({ path, label, type: "string", custom: false, parent, picklist: null });
const index = indexed([
  field("Prijmeni__c", "Příjmení za svobodna"),
  field("Second_Email__c", "Another address"),
  field("Email", "E-mail"),
  field("Account", "Account", true),
  ...Array.from({ length: 996 }, (_, n) => field(`Custom_${n}__c`, `Number ${n}`)),
]);
const found = (query) => search(index, query).shown.map((each) => each.path);
const offered = (text, more = {}) =>
  offersFor({ text, caret: text.length, index, parents: new Map(), constants: true, ...more });

test("both names are searched, anywhere in the word, without accents, from the first key", () => {
  assert.deepEqual(found("prijmeni"), ["Prijmeni__c"]);
  assert.deepEqual(found("SVOBOD"), ["Prijmeni__c"]);
  assert.deepEqual(found("address"), ["Second_Email__c"]);
  assert.equal(search(index, "m").total > 900, true);
});

test("the names that begin with the query come first", () => {
  assert.deepEqual(found("email"), ["Email", "Second_Email__c"]);
});

test("every word has to be found, in either name", () => {
  assert.deepEqual(found("second addr"), ["Second_Email__c"]);
  assert.deepEqual(found("second nothing"), []);
});

test("fifty are shown, and all are counted", () => {
  const { shown, total } = search(index, "");
  assert.equal(shown.length, 50);
  assert.equal(total, 1000);
});

test("a dot behind a parent asks for its fields, once", () => {
  assert.equal(offered("Account.na").parent, "Account");
  assert.equal(offered("Email.na").parent, "");
  const parents = new Map([["account", below([field("Name", "Account Name"), field("Account.Site", "Site")], "Account")]]);
  const { offers, parent } = offered("Account.na", { parents });
  assert.equal(parent, "");
  assert.deepEqual(offers.filter((offer) => offer.field).map((offer) => offer.text), ["Account.Name"]);
});

test("in the braces of a template the fields for that piece are offered", () => {
  const { offers, piece } = offered("{Email} {pri");
  assert.deepEqual(piece, { from: 9, to: 12, query: "pri" });
  assert.deepEqual(offers.map((offer) => offer.text), ["Prijmeni__c"]);
});

test("behind its braces a template is offered as such, and Enter takes it", () => {
  const { offers } = offered("{Email} x");
  assert.deepEqual(offers.map((offer) => offer.kind), ["template"]);
  assert.equal(exactly("{Email} x", offers)?.text, "{Email} x");
});

test("a text is always offered as a constant, a path that nobody lists as a field", () => {
  assert.deepEqual(offered("Unheard__c").offers.map((offer) => offer.kind), ["path", "constant"]);
  assert.deepEqual(offered("two words").offers.map((offer) => offer.kind), ["constant"]);
  assert.equal(offered("Email").offers.at(-1)?.kind, "constant");
  assert.deepEqual(offered("two words", { constants: false }).offers, []);
});

test("Enter takes a field only where its API name is typed in full", () => {
  const { offers } = offered("emai");
  assert.equal(exactly("emai", offers), undefined);
  assert.equal(exactly("email", offers)?.text, "Email");
});
