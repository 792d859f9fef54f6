import assert from "node:assert/strict";
import { test } from "node:test";

import { changedFields, emptyFields, isMadeBy, request } from "../../../plugins/salesforce_daktela/ui/static/connect/connect.logic.js";

const FIELD = { own: false, secret: false, stored: false, forget: false, offered: true, needed: false, value: "", initial: "" };

function field(name, changed = {}) {
  return { ...FIELD, name, ...changed };
}

function end(fields, changed = {}) {
  return { connId: "sf", connType: "salesforce", exists: true, switched: false, fields, ...changed };
}

const password = field("password", { own: true, secret: true, stored: true });
const login = field("login", { own: true, value: "a@b", initial: "a@b" });
const key = field("consumer_key", { value: "3MVG", initial: "3MVG" });
const secret = field("consumer_secret", { secret: true, stored: true });

test("a form that says what the connection says asks for nothing", () => {
  assert.equal(request(end([login, password, key, secret]), '{"consumer_key":"3MVG","consumer_secret":"***"}'), null);
});

test("a new connection is made of what is typed, and of what its sign-in has", () => {
  const fields = [
    field("host", { own: true, value: "https://acme.my.salesforce.com" }),
    field("login", { own: true, value: "left over", offered: false }),
    field("consumer_secret", { secret: true, value: "s" }),
    field("version"),
  ];
  assert.deepEqual(request(end(fields, { exists: false }), null), {
    method: "POST",
    path: "/connections",
    body: {
      connection_id: "sf",
      conn_type: "salesforce",
      host: "https://acme.my.salesforce.com",
      extra: '{"consumer_secret":"s"}',
    },
  });
});

test("only what changed is asked for, so that stored secrets stay", () => {
  const asked = request(end([{ ...login, value: "c@d" }, password, key, secret], { connId: "a b" }), "{}");
  assert.equal(asked.path, "/connections/a%20b?update_mask=login");
  assert.deepEqual(asked.body, { connection_id: "a b", conn_type: "salesforce", login: "c@d" });
});

test("another address takes the port of the old one along", () => {
  const asked = request(end([field("host", { own: true, value: "https://b", initial: "a:1" })]), null);
  assert.equal(asked.path, "/connections/sf?update_mask=host&update_mask=port");
  assert.equal(asked.body.port, null);
});

test("extras go back whole: masked secrets and keys without a field among them", () => {
  const stored = '{"consumer_secret":"***","client_id":"Label","consumer_key":"***"}';
  const asked = request(end([{ ...key, value: "new" }, secret, field("version", { value: "66.0", initial: "66.0" })]), stored);
  assert.deepEqual(JSON.parse(asked.body.extra), {
    consumer_secret: "***",
    client_id: "Label",
    consumer_key: "new",
    version: "66.0",
  });
  assert.equal("password" in asked.body, false);
});

test("a field without a value that looks masked is sent as the form shows it", () => {
  const asked = request(end([key, { ...secret, value: "new" }]), '{"consumer_key":"3***G","consumer_secret":"***"}');
  assert.deepEqual(JSON.parse(asked.body.extra), { consumer_key: "3MVG", consumer_secret: "new" });
});

test("another sign-in empties the fields that it does not have", () => {
  const fields = [{ ...login, offered: false }, { ...password, offered: false }, key, secret];
  assert.deepEqual(changedFields(end(fields)), []);
  const asked = request(end(fields, { switched: true }), "{}");
  assert.deepEqual(asked.body, { connection_id: "sf", conn_type: "salesforce", login: null, password: " " });
});

test("a stored secret goes when its removal is asked for", () => {
  const asked = request(end([{ ...secret, forget: true }]), '{"consumer_secret":"***"}');
  assert.deepEqual(JSON.parse(asked.body.extra), { consumer_secret: "" });
});

test("what is needed has to be filled in or stored", () => {
  const needed = [login, password, key, { ...secret, forget: true }, field("host", { own: true })];
  const fields = needed.map((each) => ({ ...each, needed: true }));
  assert.deepEqual(emptyFields(end(fields)), ["consumer_secret", "host"]);
});

test("extras that are no JSON are replaced", () => {
  const asked = request(end([{ ...key, value: "new" }]), "not json");
  assert.deepEqual(JSON.parse(asked.body.extra), { consumer_key: "new" });
});

test("a connection is known again that a request without an answer has made", () => {
  const asked = { connection_id: "sf", conn_type: "salesforce", host: "https://a", password: "s" };
  const found = { ...asked, password: "***", login: null, schema: null, description: null };
  assert.equal(isMadeBy(asked, found), true);
  assert.equal(isMadeBy(asked, { ...found, host: "https://b" }), false);
  assert.equal(isMadeBy(asked, { ...found, login: "somebody" }), false);
});
