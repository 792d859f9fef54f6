"""A Salesforce whose replies are spoiled on the way, and what may be concluded from them all the same."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import re
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import requests

from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.salesforce.bulk.jobs import create_job, delete_job, job_status, read_results
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.rest import count, read_rest
from salesforce_daktela.salesforce.schema.describe import resolve
from salesforce_daktela.salesforce.schema.seen_fields import seen_fields
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from sandbox.salesforce.ids import checksum
from sandbox.server import HOST_NAMES
from tests.attacks.answering import Reply, Request, answering
from tests.attacks.daktela_replies import stated
from tests.attacks.reply_mutations import PERSONAL, spoiled

TOKEN = "00Dxx!token-that-stays-secret-0123456789"
SECRET = "secret-that-stays-secret-0123456789"
JOB = "7500000000000001AA"
WORD = re.compile(r"[A-Za-z0-9]+")
KINDS = {
    "Id": FieldKind.TEXT,
    "SystemModstamp": FieldKind.DATETIME,
    "IsDeleted": FieldKind.BOOLEAN,
    "Name": FieldKind.TEXT,
    "Amount": FieldKind.NUMBER,
    "Count__c": FieldKind.INTEGER,
    "CloseDate": FieldKind.DATE,
    "Owner.Email": FieldKind.TEXT,
}
SCHEMA = SourceSchema(
    sobject="Contact", fields={path: SourceField(path=path, kind=kind) for path, kind in KINDS.items()}
)
NAMES = (
    PERSONAL,
    f'"{PERSONAL}"',
    f"{PERSONAL}\nsecond",
    f"{PERSONAL},;\t",
    f"'{PERSONAL}\\'",
    f"={PERSONAL}",
    f"{PERSONAL}\r\n",
)
CSV_CHANGES: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace('"', "'"),
    lambda text: text.replace('"', ""),
    lambda text: text.replace(",", ";"),
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "\r"),
    lambda text: text.replace('"', '""', 3),
    lambda text: text.replace('","', '" , "'),
    lambda text: text.rsplit("\n", 2)[0],
    lambda text: text + text.partition("\n")[2],
    lambda text: text.partition("\n")[2],
    lambda text: text.replace('"Id","SystemModstamp"', '"SystemModstamp","Id"'),
    lambda text: text.replace('"Name"', '"name"'),
    lambda text: text.replace("true", "TRUE").replace("false", "0"),
    lambda text: text.replace("2026-", "20226-"),
    lambda text: text.replace("1.5", PERSONAL),
    lambda text: text + '"only one"\n',
    lambda text: text + "\n\n",
    lambda text: "\ufeff" + text,
    lambda text: text.replace(PERSONAL, PERSONAL + "\0"),
    lambda _: "Requested records not found for this query",
    lambda _: "",
)


@dataclass(slots=True)
class Org:
    """The truth, the share of replies that are spoiled, and what was really served as pages."""

    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 seeded for each case
    url: str = ""
    share: float = 1.0
    spoiled: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    served: list[tuple[Request, Reply]] = field(default_factory=list)

    def begin(self, random: Random) -> None:
        """Start a case."""
        self.random = random
        self.share = random.choice((1.0, 0.6, 0.3))
        self.served = []
        self.rows = [self._row(number) for number in range(random.choice((0, 1, 3, 5)))]

    def _row(self, number: int) -> dict[str, Any]:
        owner = self.random.choice((None, {"attributes": {"type": "User"}, "Email": PERSONAL}))
        return {
            "attributes": {"type": "Contact", "url": "/x"},
            "Id": f"003{number:012d}AAA",
            "SystemModstamp": "2026-11-25T10:00:00.000+0000",
            "IsDeleted": False,
            "Name": self.random.choice(NAMES),
            "Amount": self.random.choice((None, 1.5, 10**12)),
            "Count__c": self.random.choice((None, 3)),
            "CloseDate": self.random.choice((None, "2026-02-28")),
            "Owner": owner,
        }

    def answer(self, request: Request) -> Reply:
        """The honest reply, or a spoiled one."""
        honest, body = self._honest(request)
        reply = honest
        if self.random.random() < self.share:
            self.spoiled += 1
            if request.path.endswith("/results") and self.random.random() < 0.7:
                reply = self._spoiled_csv(honest)
            else:
                reply = spoiled(self.random, honest, body)
        self.served.append((request, reply))
        return reply

    def _spoiled_csv(self, honest: Reply) -> Reply:
        text = honest.body.decode()
        for _ in range(self.random.choice((1, 1, 2))):
            text = self.random.choice(CSV_CHANGES)(text)
        headers = dict(honest.headers)
        if self.random.random() < 0.4:
            name = self.random.choice(("Sforce-NumberOfRecords", "Sforce-Locator"))
            headers[name] = self.random.choice(
                ("null", "", "-1", "x", "9" * 30, "²", "https://evil.example/", "../../x", "MTAw")
            )
        return Reply(body=text.encode(), headers=headers)

    def _honest(self, request: Request) -> tuple[Reply, Any]:
        path = request.path
        if path.endswith("/oauth2/token"):
            identity = f"{self.url}/id/00D000000000001AAA/005000000000001AAA"
            body: Any = {"access_token": TOKEN, "instance_url": self.url, "id": identity, "token_type": "Bearer"}
        elif path.endswith("/limits"):
            body = {
                "DailyApiRequests": {"Max": 15000, "Remaining": 14000},
                "Other": {"Max": 1, "Remaining": 1, "App": {}},
            }
        elif path.endswith("/describe"):
            body = described()
        elif path.endswith("/results"):
            headers = {
                "Content-Type": "text/csv",
                "Sforce-NumberOfRecords": str(len(self.rows)),
                "Sforce-Locator": "null",
            }
            return Reply(body=_csv(self.rows).encode(), headers=headers), None
        elif "/jobs/query" in path:
            body = {"id": JOB, "state": "JobComplete", "numberRecordsProcessed": len(self.rows), "object": "Contact"}
        elif path.endswith("-2"):
            body = {"totalSize": len(self.rows), "done": True, "records": self.rows[2:]}
        elif "/query" in path:
            done = len(self.rows) <= 2
            body = {"totalSize": len(self.rows), "done": done, "records": self.rows[:2]}
            body |= {} if done else {"nextRecordsUrl": "/services/data/v60.0/query/01g000-2"}
        else:
            body = [{"label": "x", "url": "/services/data/v60.0", "version": "60.0"}]
        headers = {"Date": "Wed, 25 Nov 2026 10:00:00 GMT", "Sforce-Limit-Info": "api-usage=10/15000"}
        return Reply(body=json.dumps(body).encode(), headers=headers), body


def described() -> dict[str, Any]:
    """A describe of the fields that are asked for."""
    types = {"Id": "id", "SystemModstamp": "datetime", "IsDeleted": "boolean", "Name": "string", "Amount": "double"}
    fields: list[dict[str, Any]] = [
        {
            "name": name,
            "type": kind,
            "label": name,
            "length": 80,
            "nillable": True,
            "filterable": True,
            "createable": True,
        }
        for name, kind in types.items()
    ]
    picklist = [{"value": "a", "active": True, "label": PERSONAL}, {"value": "b", "active": False, "label": "B"}]
    fields.append({"name": "Kind__c", "type": "picklist", "label": "Kind", "length": 20, "picklistValues": picklist})
    reference = {"name": "OwnerId", "type": "reference", "relationshipName": "Owner", "referenceTo": ["User", "Group"]}
    return {"name": "Contact", "queryable": True, "fields": [*fields, reference]}


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(KINDS)
    for row in rows:
        owner = row["Owner"] or {"Email": ""}
        values = {**row, "IsDeleted": "false", "Owner.Email": owner["Email"]}
        writer.writerow(["" if values[path] is None else str(values[path]) for path in KINDS])
    return text.getvalue()


def _read(client: SalesforceClient, org: Org) -> str:
    tables = list(read_rest(client, "SELECT Id FROM Contact", SCHEMA))
    rows = sum(table.num_rows for table in tables)
    bodies = [stated(reply)[1] for _, reply in org.served]
    # A page that counts no rows may lack its list.
    pages = [body for body in bodies if isinstance(body, dict) and ("records" in body or body.get("totalSize") == 0)]
    totals = {str(body["totalSize"]) for body in pages if isinstance(body.get("totalSize"), int | str | float)}
    if str(rows) not in totals and rows not in {int(float(total)) for total in totals if total.strip().isdecimal()}:
        return f"{rows} rows were taken for all of {totals}"
    records = [record for body in pages for record in (body.get("records") or ()) if isinstance(record, dict)]
    return _made_up(tables, org, [record.get("Id") for record in records])


def _made_up(tables: list[pa.Table], org: Org, served: list[Any]) -> str:
    """What is wrong with the Ids read, empty if nothing.

    One that was changed into another whole Id on its way cannot be told from a true one; whatever else was served in
    the place of an Id can, and so can what nobody served.
    """
    true = {row["Id"] for row in org.rows}
    others = {text.replace("\0", "") for text in served if isinstance(text, str)} - true
    passing = {text for text in others if WORD.fullmatch(text) and text[15:] == checksum(text[:15])}
    read = {text for table in tables for text in table.column("Id").to_pylist()}
    return "" if read <= true | passing else f"{len(read - true - passing)} Ids were made up"


def _bulk(client: SalesforceClient, org: Org) -> str:
    pages = list(read_results(client, JOB, SCHEMA, locator=None, max_records=100))
    rows = sum(page.table.num_rows for page in pages)
    told = [
        reply.headers.get("Sforce-NumberOfRecords", "") for request, reply in org.served if "/results" in request.path
    ]
    # One page is all: the reply that was taken is the last, and those before it were refused.
    counted = [int(text) for text in told[-1:] if text.isascii() and text.isdecimal()]
    if counted and rows and rows < min(counted):
        return f"{rows} rows were taken, {counted} were counted"
    bodies = [_unpacked(reply) for request, reply in org.served if "/results" in request.path]
    return _made_up([page.table for page in pages], org, [word for body in bodies for word in WORD.findall(body)])


def _unpacked(reply: Reply) -> str:
    body = reply.body
    if reply.headers.get("Content-Encoding") == "gzip":
        with contextlib.suppress(OSError, EOFError, zlib.error):
            body = gzip.decompress(body)
    return body.decode("latin-1").replace("\0", "")


def _job(client: SalesforceClient, _org: Org) -> str:
    job_id = create_job(client, "SELECT Id FROM Contact")
    status = job_status(client, job_id)
    delete_job(client, job_id)
    return (
        ""
        if isinstance(status.state, str) and (status.records is None or status.records >= 0)
        else "a state of nothing"
    )


def _describe(client: SalesforceClient, _org: Org) -> str:
    found = resolve(client, "Contact", ["Name", "Owner.Email", "Kind__c", "Amount"])
    seen_fields(client, "Contact", ["Name", "Kind__c", "Owner.Email"])
    return "" if "Id" in found.schema.fields and found.cursor in found.schema.fields else "a schema without a stamp"


def _limits(client: SalesforceClient, _org: Org) -> str:
    client.server_time()
    numbers = [figure for limit in client.limits().values() for figure in (limit.max, limit.remaining)]
    return "" if all(type(figure) is int for figure in numbers) else "a limit that is no number"


def _count(client: SalesforceClient, _org: Org) -> str:
    return "" if count(client, "SELECT COUNT() FROM Contact") >= 0 else "fewer rows than none"


VERBS: tuple[Callable[[SalesforceClient, Org], str], ...] = (
    _read, _read, _read, _bulk, _bulk, _bulk, _job, _describe, _describe, _limits, _count,
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class SalesforceAttack:
    """Cases against fresh clients, since sign-in is spoiled too."""

    org: Org
    ca: Path
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def spoiled(self) -> int:
        """Spoiled replies so far."""
        return self.org.spoiled

    def case(self, random: Random) -> str:
        """One verb amid spoiled replies; what was said wrongly, empty if nothing. Raises PipelineError as the verb."""
        self.org.begin(random)
        credentials = SalesforceCredentials(
            instance_uri=self.org.url,
            consumer_key="key",
            consumer_secret=SECRET,
            version="60.0",
            verify=str(self.ca),
            trusted_hosts=HOST_NAMES,
        )
        client = SalesforceClient(credentials, session=self.session, sleep=lambda _: None)
        return random.choice(VERBS)(client, self.org)


@contextmanager
def salesforce_attack(context: ssl.SSLContext, ca: Path) -> Iterator[SalesforceAttack]:
    """A server that spoils its replies."""
    org = Org()
    with answering(context, org.answer) as server:
        org.url = server.url
        attack = SalesforceAttack(org=org, ca=ca)
        yield attack
        attack.session.close()
