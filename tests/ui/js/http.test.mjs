// What is heard of a request.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

globalThis.document = { getElementById: () => null, body: { dataset: { noAnswer: "no answer came" } } };
const { askPiece, send, unheard } = await import("../../../plugins/salesforce_daktela/ui/static/http.js");
const fetched = globalThis.fetch;

afterEach(() => {
  globalThis.fetch = fetched;
});

test("an answer is heard with its status, also where it says nothing on purpose", async () => {
  globalThis.fetch = async () => new Response('{"a": 1}');
  assert.deepEqual(await send("GET", "/x"), { ok: true, status: 200, body: { a: 1 } });
  globalThis.fetch = async () => new Response(null, { status: 204 });
  assert.deepEqual(await send("POST", "/x"), { ok: true, status: 204, body: null });
});

test("a success that cannot be read is none: it was cut off, or is the page of a sign-in between", async () => {
  globalThis.fetch = async () => new Response("<html>Sign in</html>");
  assert.deepEqual(await send("PUT", "/x", {}), { ok: false, status: 0, body: null });
});

test("where no answer came, the page says so in its own words", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  assert.equal(unheard((await send("PUT", "/x", {})).status), true);
  assert.deepEqual(await askPiece("/x", {}), { piece: "", said: "no answer came" });
});
