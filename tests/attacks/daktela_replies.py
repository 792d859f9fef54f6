"""A Daktela whose replies are spoiled on the way, and what may be concluded from them all the same."""

from __future__ import annotations

import gzip
import json
import re
import ssl
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import find_by_match, look_up_names, users_by_email
from salesforce_daktela.daktela.schema.discovery import check_database, discover
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.daktela.write.partial_update import mark_existing
from salesforce_daktela.daktela.write.upsert import create_or_settle, update_existing
from salesforce_daktela.mapping.model import Entity
from tests.attacks.answering import Reply, Request, answering
from tests.attacks.reply_mutations import PERSONAL, spoiled
from tests.virtual_time import length

TOKEN = "token-that-stays-secret-0123456789"
NAME = "sf_contact_003000000000001AAA"
OTHER = "sf_contact_003000000000001AAb"
EMAIL = "jan.prikladny@personal.example"
OF_ABSENCE = (404, 410)
REFUSED = (400, 401, 403, 405, 409, 413, 422, 429)
"""Statuses by which Daktela says that it did nothing."""


def contact(name: str, title: str = PERSONAL) -> dict[str, Any]:
    """A contact as it is sent."""
    fields = {"email": [EMAIL], "note": [PERSONAL]}
    return {"name": name, "title": title, "lastname": "Příkladný", "database": "sales", "customFields": fields}


@dataclass(slots=True)
class Instance:
    """The truth: records by name, and the share of replies that are spoiled on their way.

    With ``doubles`` a POST of a name that is there makes a second record under another.
    """

    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 seeded for each case
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    share: float = 1.0
    spoiled: int = 0
    doubles: bool = False

    def begin(self, random: Random) -> None:
        """Start a case."""
        self.random = random
        self.records = {name: contact(name, "old") for name in (NAME, OTHER) if random.random() < 0.5}
        self.share = random.choice((1.0, 1.0, 0.6, 0.3))

    def answer(self, request: Request) -> Reply:
        """The honest reply, or a spoiled one that does not lie: what it states in a documented way is true."""
        write = request.verb in ("POST", "PUT", "DELETE")
        before = dict(self.records)
        honest, body = self._honest(request)
        if self.random.random() >= self.share:
            return honest
        self.spoiled += 1
        reply = spoiled(self.random, honest, body)
        if not self._is_true(request, reply, before):
            return Reply(status=502, body=reply.body)
        if not write:
            return reply
        stated = self._states_success(request, reply)
        if stated and request.verb != "DELETE" and not self._holds(request, self.records):
            return Reply(status=502, body=reply.body)
        if stated is False or (stated is None and self.random.random() < 0.5):
            self.records = before
        return reply

    def _honest(self, request: Request) -> tuple[Reply, Any]:
        parts = request.path.removeprefix("/api/v6/").removesuffix(".json").split("/")
        status, body = 200, None
        if parts[0] == "whoim":
            body = {"error": [], "result": {"user": {"name": "loader", "title": PERSONAL}}}
        elif request.verb == "POST" and isinstance(request.body, dict):
            name = str(request.body["name"])
            if name in self.records and self.doubles:
                twin = f"contact_{len(self.records)}"
                self.records[twin] = {**request.body, "name": twin}
                status, body = 201, {"error": [], "result": self.records[twin]}
            elif name in self.records:
                status, body = 400, {"error": {"form": {"name": ["taken"]}}, "result": request.body}
            else:
                self.records[name] = dict(request.body)
                status, body = 201, {"error": [], "result": self.records[name]}
        elif len(parts) == 2:
            status, body = self._one(request, parts[1])
        else:
            rows = self._rows(parts[0], request)
            page = rows[_skipped(request) :]
            body = {"error": [], "result": {"data": page, "total": len(rows)}, "_timezone": "Europe/Prague"}
        return Reply(status=status, body=b"" if body is None else json.dumps(body).encode()), body

    def _one(self, request: Request, name: str) -> tuple[int, Any]:
        if name not in self.records:
            return 404, None
        if request.verb == "DELETE":
            del self.records[name]
            return 204, None
        if request.verb == "PUT" and isinstance(request.body, dict):
            self.records[name] = {**self.records[name], **request.body}
        return 200, {"error": [], "result": self.records[name]}

    def _rows(self, endpoint: str, request: Request) -> list[dict[str, Any]]:
        if endpoint == "users":
            return [{"name": "jan", "email": EMAIL, "emailAuth": None, "deactivated": False}]
        if endpoint == "crmDatabases":
            return [{"name": "sales", "title": "Sales"}]
        if endpoint == "formCrmFields":
            return [{"name": "email", "title": "E-mail", "type": "EMAIL", "multiple": True, "items": []}]
        scheme = {"email": {"type": "EMAIL", "title": "E-mail", "multiple": True}}
        return [{**self.records[name], "_sys": {"cfScheme": scheme}} for name in _chosen(request, self.records)]

    def _states_success(self, request: Request, reply: Reply) -> bool | None:
        """What a reply to a write says of it in a documented way: done, not done, nothing."""
        status, body = stated(reply)
        if status in REFUSED or status in OF_ABSENCE:
            return False
        if 200 <= status < 300:
            if request.verb == "DELETE":
                known = body is not None or status == 204 or not reply.body.strip() or reply.cut or reply.raw
                return not _declared(body) if known else None
            if isinstance(body, dict) and not _declared(body):
                return True if _record(body).get("name") == _name_of(request) else None
            return False if _declared(body) else None
        return None

    def _is_true(self, request: Request, reply: Reply, truth: dict[str, Any]) -> bool:
        """Whether a reply to a question leaves out nothing that is there, and adds nothing under our names."""
        status, body = stated(reply)
        parts = request.path.removeprefix("/api/v6/").removesuffix(".json").split("/")
        if request.verb in ("POST", "PUT") and self._holds(request, truth):
            return self._states_success(request, reply) is not False
        if len(parts) == 2 and status in OF_ABSENCE and (body is not None or not reply.body.strip() or reply.cut):
            return parts[1] not in truth
        if request.verb != "GET" or not 200 <= status < 300 or not isinstance(body, dict) or _declared(body):
            return True
        if len(parts) == 2:
            return _record(body).get("name") != parts[1] or _record(body) == truth.get(parts[1])
        result = body.get("result")
        data = result.get("data") if isinstance(result, dict) else None
        rows = list(data.values()) if isinstance(data, dict) else data
        if parts[0] == "whoim" or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return True
        skipped = _skipped(request)
        wanted = self._rows(parts[0], request)[skipped:]
        if rows == wanted[: len(rows)] and _count(result) > skipped + len(rows):
            return True  # the total says that it is not all
        return wanted == [row for row in rows if row in wanted] and len(rows) <= len(wanted) + 1

    def _holds(self, request: Request, truth: dict[str, Any]) -> bool:
        """Whether a write was done before: then refusing it would contradict the values that are stored."""
        held, sent = truth.get(_name_of(request)), request.body
        return held is not None and isinstance(sent, dict) and {**held, **sent} == held


def _chosen(request: Request, names: Iterable[str]) -> list[str]:
    """The names that a filter on them lets through; other filters let all through."""
    fields = [key.removesuffix("[field]") for key, value in request.query if (value, key[-7:]) == ("name", "[field]")]
    asked = {value for key, value in request.query for place in fields if key.startswith(f"{place}[value]")}
    return sorted(name for name in names if name in asked or not any("filter" in place for place in fields))


def _skipped(request: Request) -> int:
    return int(dict(request.query).get("skip", "0"))


def _count(result: Any) -> int:
    total = result.get("total") if isinstance(result, dict) else None
    return total if isinstance(total, int) and not isinstance(total, bool) else 0


def stated(reply: Reply) -> tuple[int, Any]:
    """Status and JSON of a reply, as a reader without our code would take them; 0 and None where it is broken."""
    if reply.raw is not None:
        line = re.match(rb"HTTP/\d\.\d (\d{3})", reply.raw)
        return (0 if line is None else int(line.group(1))), None
    if reply.cut is not None and reply.cut < len("HTTP/1.1 200"):
        return 0, None
    if reply.status == 204:
        return 204, None  # whatever follows is no part of it
    if reply.cut is not None and reply.cut < len(replace(reply, cut=None).sent()):
        return reply.status, None
    try:
        packed = reply.headers.get("Content-Encoding") == "gzip"
        return reply.status, json.loads((gzip.decompress(reply.body) if packed else reply.body).decode("utf-8-sig"))
    except (ValueError, RecursionError, OSError, EOFError, zlib.error):
        return reply.status, None


def _declared(body: Any) -> bool:
    """Whether a body names an error; empty levels such as ``{"form": [], "primary": null}`` name none."""
    return isinstance(body, dict) and any(_full(body.get(key)) for key in ("error", "errors", "violations"))


def _full(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return bool(value) if inner is None else any(_full(each) for each in inner)


def _record(body: dict[str, Any]) -> dict[str, Any]:
    result = body.get("result")
    if not isinstance(result, dict):
        return {}
    inner = result.get("data")
    return inner if "name" not in result and isinstance(inner, dict) else result


def _name_of(request: Request) -> str:
    if request.verb == "POST" and isinstance(request.body, dict):
        return str(request.body.get("name"))
    return request.path.rsplit("/", 1)[-1].removesuffix(".json")


def _create(client: DaktelaClient, instance: Instance) -> str:
    payload = contact(NAME, "new")
    try:
        create_or_settle(client, "contacts", payload)
    except DaktelaError as exc:
        # Refused means that nothing of ours was stored; what was there before may be there still.
        wrote = instance.records.get(NAME, {}).get("title") == "new"
        return "refused, but it was stored" if exc.kind is ErrorKind.VALIDATION and wrote else ""
    return "" if instance.records.get(NAME, {}).get("title") == "new" else "created, but it is not there"


def _update(client: DaktelaClient, instance: Instance) -> str:
    was_there = NAME in instance.records
    try:
        update_existing(client, "contacts", NAME, {"title": "new", "lastname": "x", "database": "sales"})
    except DaktelaError as exc:
        return "missing, but it is there" if exc.kind is ErrorKind.MISSING and was_there else ""
    return "" if instance.records.get(NAME, {}).get("title") == "new" else "updated, but it is not stored"


def _mark(client: DaktelaClient, instance: Instance) -> str:
    was_there = NAME in instance.records
    marked = mark_existing(client, Entity.CONTACTS, NAME, {"customFields": {"note": ["gone"]}})
    if not marked:
        return "not found, but it is there" if was_there else ""
    held = instance.records.get(NAME, {})
    if held.get("title") != "old":
        return "marked, but the title is lost"
    return "" if held.get("customFields", {}).get("note") == ["gone"] else "marked, but it is not stored"


def _get(client: DaktelaClient, instance: Instance) -> str:
    found = client.get("contacts", NAME, fields=("name", "title"))
    if found is None:
        return "not found, but it is there" if NAME in instance.records else ""
    return "" if NAME in instance.records else "found, but it is not there"


def _delete(client: DaktelaClient, instance: Instance) -> str:
    was_there = NAME in instance.records
    deleted = client.delete("contacts", NAME)
    if deleted:
        return "deleted, but it is there" if NAME in instance.records else ""
    return "was gone before, but it is there" if NAME in instance.records and was_there else ""


def _look_up(client: DaktelaClient, instance: Instance) -> str:
    found = look_up_names(client, "contacts", [NAME, OTHER], fields=("title",), database="sales")
    truth = set(instance.records)
    if set(found.rows) | found.ambiguous != truth:
        return f"found {len(found.rows)} of {len(truth)} names"
    return ""


def _match(client: DaktelaClient, instance: Instance) -> str:
    found = find_by_match(client, "contacts", "customFields.email", [EMAIL], database="sales")
    names = {str(row.get("name")) for row in found.get(EMAIL, [])}
    return "" if set(instance.records) <= names else "a match was missed"


def _users(client: DaktelaClient, _instance: Instance) -> str:
    users = users_by_email(client)
    return "" if users.logins.get(EMAIL) == "jan" or users.ambiguous else "a user was missed"


def _discover(client: DaktelaClient, _instance: Instance) -> str:
    discover(client, "contacts", database="sales")
    return "the database is there" if check_database(client, "sales").known is False else ""


def _whoim(client: DaktelaClient, _instance: Instance) -> str:
    return "" if client.whoim().name else "nobody"


VERBS: tuple[Callable[[DaktelaClient, Instance], str], ...] = (
    _create, _create, _create, _update, _update, _get, _get, _delete, _mark, _look_up, _look_up, _match, _users,
    _discover, _whoim,
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class DaktelaAttack:
    """Cases against one client."""

    instance: Instance
    client: DaktelaClient

    @property
    def spoiled(self) -> int:
        """Spoiled replies so far."""
        return self.instance.spoiled

    def case(self, random: Random) -> str:
        """One verb amid spoiled replies; what was said wrongly, empty if nothing. Raises DaktelaError as the verb."""
        self.instance.begin(random)
        return random.choice(VERBS)(self.client, self.instance)


@contextmanager
def daktela_attack(context: ssl.SSLContext, ca: Path) -> Iterator[DaktelaAttack]:
    """The verbs of a client against a server that spoils its replies."""
    with spoiling(context, ca, workers=4) as (instance, client):
        yield DaktelaAttack(instance=instance, client=client)


@contextmanager
def spoiling(context: ssl.SSLContext, ca: Path, *, workers: int) -> Iterator[tuple[Instance, DaktelaClient]]:
    """A server that spoils its replies, and a client whose waiting takes no time."""
    instance, seconds = Instance(), [0.0]

    def sleep(pause: float) -> None:
        seconds[0] += length(pause)

    with answering(context, instance.answer) as server:
        limiter = AdaptiveLimiter(1e6, workers, clock=lambda: seconds[0], sleep=sleep)
        settings = DaktelaSettings(url=server.url, token=TOKEN, verify=str(ca))
        client = DaktelaClient(settings, limiter=limiter, sleep=sleep)
        yield instance, client
        client.close()
