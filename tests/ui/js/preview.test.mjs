import assert from "node:assert/strict";
import { test } from "node:test";

import { lines } from "../../../plugins/salesforce_daktela/ui/static/preview.logic.js";

test("a problem leads to its row", () => {
  const detail =
    "sync sales: 2 mapped fields do not fit:\n" +
    "mappings/sales/contacts.yaml:13: fields.customFields.email: Contact has no field Email__c: did you mean Email?\n" +
    "mappings/sales/leads.yaml:4: where: too long\n";
  assert.deepEqual(lines(detail).map((line) => line.address), [
    "",
    "map/contacts#field:customFields.email",
    "map/leads#setting:where",
  ]);
  assert.equal(lines(detail)[2].text, "mappings/sales/leads.yaml:4: where: too long");
});

test("what is no problem of a mapping leads nowhere", () => {
  for (const text of ["connection salesforce_default: Airflow has no such connection", "m/sync.yaml:3: limits: x", ""]) {
    assert.deepEqual(lines(text).filter((line) => line.address), []);
  }
});

test("signs of a name do not end the address", () => {
  assert.equal(lines('m/a.yaml:1: fields.x"#y: w')[0].address, "map/a#field:x%22%23y");
});
