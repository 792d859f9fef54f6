// jsforce as its documentation shows it. Reads {url, key, secret, username, password, token} from its argument and
// writes what it found as one JSON object.
import jsforce from "jsforce";

const given = JSON.parse(process.argv[2]);
const found = {};

async function attempt(name, work) {
  try {
    found[name] = await work();
  } catch (error) {
    found[name] = { error: error.errorCode ?? error.name, message: error.message };
  }
}

const soap = (version) => new jsforce.Connection({ loginUrl: given.url, version });

await attempt("soap", async () => {
  const connection = soap("59.0");
  const user = await connection.login(given.username, given.password + given.token);
  return { user: user.id, organization: user.organizationId };
});
await attempt("soap_retired", () => soap("65.0").login(given.username, given.password + given.token));
await attempt("soap_wrong", () => soap("59.0").login(given.username, "wrong"));

const oauth2 = { loginUrl: given.url, clientId: given.key, clientSecret: given.secret };
await attempt("password", async () => {
  const connection = new jsforce.Connection({ oauth2 });
  await connection.loginByOAuth2(given.username, given.password + given.token);
  return connection.accessToken.length > 0;
});

const connection = new jsforce.Connection({ instanceUrl: given.url, oauth2, version: "60.0" });
await attempt("client_credentials", async () => {
  const user = await connection.authorize({ grant_type: "client_credentials" });
  return user.organizationId;
});

async function everyId(soql, options) {
  const ids = [];
  const query = connection.query(soql);
  query.on("record", (record) => ids.push(record.Id));
  await query.run({ autoFetch: true, maxFetch: 100000, ...options });
  return ids;
}

await attempt("query", () => everyId("SELECT Id, LastName, Account.Name FROM Contact", {}));
await attempt("scan_all", () => everyId("SELECT Id, IsDeleted FROM Contact", { scanAll: true }));
await attempt("describe", async () => (await connection.describe("Contact")).fields.map((field) => field.name));
await attempt("limits", async () => {
  const limits = await connection.request("/services/data/v60.0/limits");
  return { told: limits.DailyApiRequests, header: connection.limitInfo.apiUsage };
});
await attempt("bad_query", () => connection.query("SELECT Nope FROM Contact"));
await attempt("bulk", async () => {
  connection.bulk2.pollInterval = 50;
  connection.bulk2.pollTimeout = 20000;
  const stream = await connection.bulk2.query("SELECT Id, Name FROM Account");
  return (await stream.toArray()).map((record) => record.Id);
});
await attempt("renewed", async () => {
  await fetch(`${given.url}/__sandbox__/expire-tokens`, { method: "POST" });
  const again = new jsforce.Connection({
    instanceUrl: given.url,
    accessToken: connection.accessToken,
    version: "60.0",
    refreshFn: (old, done) => {
      old
        .authorize({ grant_type: "client_credentials" })
        .then(() => done(null, old.accessToken))
        .catch(done);
    },
    oauth2,
  });
  return (await again.query("SELECT Id FROM Organization")).totalSize;
});

process.stdout.write(JSON.stringify(found));
