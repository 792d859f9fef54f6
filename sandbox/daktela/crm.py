"""The CRM endpoints: reads and writes of records by verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from sandbox.daktela.filters import FilterError, Listing
from sandbox.daktela.instance import Instance
from sandbox.daktela.models import CAMPAIGNS_RECORDS, CONTACTS, MODELS, RELATIONS, Model
from sandbox.daktela.query import listed
from sandbox.daktela.rendering import Renderer
from sandbox.daktela.replies import Envelopes, Reply
from sandbox.daktela.store import Record
from sandbox.daktela.validation import Draft, Problem, Validator, check_name

DEFAULT_TAKE = 100
MOST_TAKE = 1000
MERGES: Mapping[str, str] = {"mergeContacts": "contacts", "mergeAccounts": "accounts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of the API, decoded. ``name`` and ``relation`` are None where the path has no such segment."""

    method: str
    endpoint: str
    name: str | None = None
    relation: str | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


class Crm:
    """Answers the calls to one instance according to its present switches."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._store = instance.store
        self._switches = instance.switches
        self._envelopes = Envelopes(switches=instance.switches, now=instance.now(), zone=instance.zone)
        self._renderer = Renderer(instance.store, instance.switches)

    def answer(self, call: Call) -> Reply:
        """Return the reply to a call of a known caller with the right to it."""
        if call.endpoint in MERGES:
            return self._merge(MODELS[MERGES[call.endpoint]], call) if call.method == "POST" else Reply(status=405)
        model = MODELS.get(call.endpoint)
        if model is None:
            return Reply(status=404)
        if call.name is None:
            return self._on_list(model, call)
        return self._on_single(model, call.name, call) if call.relation is None else self._related(model, call)

    def _on_list(self, model: Model, call: Call) -> Reply:
        if call.method == "GET":
            return self._list(model, call.query)
        return self._create(model, call.body) if call.method == "POST" and model.writable else Reply(status=405)

    def _on_single(self, model: Model, name: str, call: Call) -> Reply:
        if call.method not in ({"GET", "PUT", "DELETE"} if model.writable else {"GET"}):
            return Reply(status=405)
        shown, kept = self._shows_deleted(model), self._switches.deleted_record == "shown"
        record = self._store.find(model, name, deleted=shown or kept)
        if self._switches.merged_name == "survivor" and (model.name, name) in self._instance.merged:
            record = self._store.find(model, self._instance.merged[model.name, name])
        if record is None or (record.deleted and not shown and call.method != "GET"):
            return self._envelopes.missing()
        if call.method == "PUT":
            return self._change(record, call.body)
        if call.method == "DELETE":
            if record.values.get("action") == "3" and self._switches.campaign_delete_dialled == "refused":
                return self._envelopes.refusal([Problem(path="action", code="choice")], {})
            self._store.delete(record)
            return Reply(status=204)
        return self._envelopes.success(self._render(record, _paths(call.query)))

    def _related(self, model: Model, call: Call) -> Reply:
        link = RELATIONS.get((model.name, call.relation or ""))
        if link is None or call.method != "GET":
            return Reply(status=404 if link is None else 405)
        if self._store.find(model, call.name or "") is None:
            return self._envelopes.missing()
        child, column = MODELS[link[0]], link[1]
        condition = self._store.tables[child.name].c[column] == call.name if column else sa.false()
        return self._list(child, call.query, condition)

    def _list(self, model: Model, query: Mapping[str, Any], within: sa.ColumnElement[bool] | None = None) -> Reply:
        try:
            skip, take = _page(query)
            condition, order = self._chosen(model, query, within)
        except FilterError as refused:
            return self._envelopes.failure(400, str(refused))
        table = self._store.tables[model.name]
        statement = sa.select(table).where(condition).order_by(*order).limit(take).offset(skip)
        records = [self._store.record(model, row) for row in self._store.rows(statement)]
        counted = str(query.get("total", "true")).lower() not in {"false", "0"}
        counted_rows = condition
        if self._switches.total_counts == "everything":
            counted_rows, _ = self._chosen(model, {}, within)
        total = self._store.count(model, counted_rows, deleted=self._shows_deleted(model)) if counted else None
        paths = _paths(query)
        rows = [self._render(record, paths) for record in records]
        return self._envelopes.rows(rows, [record.name for record in records], total)

    def _chosen(
        self, model: Model, query: Mapping[str, Any], within: sa.ColumnElement[bool] | None
    ) -> tuple[sa.ColumnElement[bool], list[sa.ColumnElement[Any]]]:
        listing = Listing(
            store=self._store,
            model=model,
            exact=self._switches.comparison == "exact",
            empty_in_matches=self._switches.empty_in == "matches_all",
        )
        conditions = [sa.true() if self._shows_deleted(model) else ~self._store.tables[model.name].c._deleted]
        removed = self._switches.removed_custom_field
        if model.name == "formCrmFields" and removed:
            conditions.append(self._store.tables[model.name].c.name != removed)
        if within is not None:
            conditions.append(within)
        if "filter" in query and not self._switches.ignored_filters:
            conditions.append(listing.where(query["filter"]))
        if query.get("q"):
            conditions.append(listing.search(str(query["q"])))
        return sa.and_(*conditions), listing.order(query.get("sort"))

    def _shows_deleted(self, model: Model) -> bool:
        return self._switches.deleted_shown and model.writable

    def _render(self, record: Record, paths: list[str]) -> dict[str, Any]:
        return self._renderer.selected(record, paths) if paths else self._renderer.full(record)

    def _create(self, model: Model, body: Mapping[str, Any]) -> Reply:
        draft = Validator(self._store, self._switches, model).draft(body)
        name = self._name(model, body, draft)
        former = self._store.find(model, name, deleted=True)
        if former is not None and not former.deleted:
            return self._create_existing(former, body, draft)
        if former is not None and self._switches.deleted_name == "refused":
            draft.refuse("name", "unique")
        if draft.problems:
            return self._refuse(model, draft, name)
        if former is not None and self._switches.deleted_name == "renamed":
            return self._insert(model, self._instance.new_name(model), draft)
        if former is not None:
            self._store.erase(former)
        return self._insert(model, name, draft)

    def _name(self, model: Model, body: Mapping[str, Any], draft: Draft) -> str:
        sent = body.get("name")
        if sent is None or sent == "":
            return self._instance.new_name(model)
        wrong = check_name(sent)
        if wrong is not None:
            draft.refuse("name", wrong)
        return str(sent)

    def _create_existing(self, live: Record, body: Mapping[str, Any], draft: Draft) -> Reply:
        policy = self._switches.post_existing
        if policy == "refused":
            draft.refuse("name", "unique")
        if draft.problems:
            return self._refuse(live.model, draft, live.name)
        if policy == "doubles":
            return self._insert(live.model, self._instance.new_name(live.model), draft)
        if policy == "returns_existing":
            return self._envelopes.success(self._renderer.full(live))
        return self._change(live, body)

    def _insert(self, model: Model, name: str, draft: Draft) -> Reply:
        stamp = self._instance.local_time()
        values = {known.name: draft.values.get(known.name) for known in model.fields}
        values |= {"name": name, "created": stamp, "edited": stamp}
        if model.field("database") is not None and model is not CAMPAIGNS_RECORDS:
            values["database"] = values["database"] or self._default_database()
        if model.field("survey") is not None:
            values["survey"] = False
        if model is CAMPAIGNS_RECORDS:
            values["statuses"] = []
        if model is CONTACTS:
            values |= {"nps_score": 0, "firstname": values["firstname"] or "", "lastname": values["lastname"] or ""}
        record = self._store.insert(model, values, draft.custom)
        return self._envelopes.success(self._renderer.full(record), status=201)

    def _change(self, record: Record, body: Mapping[str, Any]) -> Reply:
        draft = Validator(self._store, self._switches, record.model).draft(body, record)
        if draft.problems:
            return self._refuse(record.model, draft, record.name, record)
        changed = self._store.update(record, {**draft.values, "edited": self._instance.local_time()}, draft.custom)
        return self._envelopes.success(self._renderer.full(changed))

    def _refuse(self, model: Model, draft: Draft, name: str, existing: Record | None = None) -> Reply:
        before = {} if existing is None else existing.values
        echoed: dict[str, Any] = {**before, **draft.values, "name": name}
        stamp = self._instance.local_time()
        echoed |= {"edited": stamp, "created": before.get("created", stamp)}
        custom = draft.custom or {}
        echo = self._renderer.echo(model, echoed, custom)
        if existing is not None:
            echo["_sys"] = self._renderer.full(existing)["_sys"]
        return self._envelopes.refusal(draft.problems, echo)

    def _default_database(self) -> str | None:
        table = self._store.tables["crmDatabases"]
        found = next(iter(self._store.all(MODELS["crmDatabases"], table.c.default)), None)
        return None if found is None else found.name

    def _merge(self, model: Model, call: Call) -> Reply:
        if self._switches.merge_endpoint != "there":
            return Reply(status=403 if self._switches.merge_endpoint == "forbidden" else 404)
        numbered = [value for value in (*call.query.values(), *call.body.values()) if isinstance(value, Mapping | list)]
        names = [str(name) for name in listed(numbered[0])] if numbered else []
        if len(names) < 2:
            return self._envelopes.failure(400, f"{call.endpoint}: two names are needed, as numbered values")
        if any(self._store.find(model, name) is None for name in names) or len(set(names)) < len(names):
            return self._envelopes.refusal([Problem(path="name", code="foreign_key")], {})
        names = names if self._switches.merge_keeps == "first" else names[::-1]
        for loser in names[1:]:
            self._instance.merge(model.name, names[0], loser)
        survivor = self._store.find(model, names[0])
        return self._envelopes.missing() if survivor is None else self._envelopes.success(self._renderer.full(survivor))


def _paths(query: Mapping[str, Any]) -> list[str]:
    wanted = query.get("fields")
    if isinstance(wanted, str):
        wanted = wanted.split(",")
    return [str(path).strip() for path in listed(wanted) if str(path).strip()]


def _page(query: Mapping[str, Any]) -> tuple[int, int]:
    take = _count(query, "take", _count(query, "pageSize", DEFAULT_TAKE))
    if take > MOST_TAKE:
        raise FilterError(f"take: at most {MOST_TAKE} records")
    page = max(_count(query, "page", 1), 1)
    return _count(query, "skip", (page - 1) * take), take


def _count(query: Mapping[str, Any], key: str, default: int) -> int:
    value = query.get(key, default)
    if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit()):
        return int(value)
    raise FilterError(f"{key}: expected a number from 0 up")
