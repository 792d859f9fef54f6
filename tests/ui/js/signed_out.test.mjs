// Whether the person is signed out.
import assert from "node:assert/strict";
import { test } from "node:test";

import { makeSignedOut, statusOf } from "../../../plugins/salesforce_daktela/ui/static/signed_out.logic.js";

test("a refused request says so, and one that begins later and succeeds takes it back", () => {
  const signedOut = makeSignedOut();
  assert.equal(signedOut.after(signedOut.begin(), 200), false);
  assert.equal(signedOut.after(signedOut.begin(), 401), true);
  assert.equal(signedOut.after(signedOut.begin(), 401), true);
  assert.equal(signedOut.after(signedOut.begin(), 200), false);
});

test("a reply to what was asked before the refusal does not hide it", () => {
  const signedOut = makeSignedOut();
  const slow = signedOut.begin();
  const refused = signedOut.begin();
  assert.equal(signedOut.after(refused, 401), true);
  assert.equal(signedOut.after(slow, 200), null);
});

test("any other refusal is no sign of being signed out", () => {
  const signedOut = makeSignedOut();
  assert.equal(signedOut.after(signedOut.begin(), 403), false);
  assert.equal(signedOut.after(signedOut.begin(), 503), false);
});

test("a token that Airflow does not take is no missing right", () => {
  assert.equal(statusOf(403, { detail: "Invalid JWT token" }), 401);
  assert.equal(statusOf(403, { detail: "Forbidden" }), 403);
  assert.equal(statusOf(403, null), 403);
  assert.equal(statusOf(200, { detail: "Invalid JWT token" }), 200);
});
