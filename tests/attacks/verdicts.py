"""What must be true after a run and after quiet, worked out from both sides, the ledger and what the attacker did."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from salesforce_daktela.sync.totals import VANISHED
from sandbox.daktela.store import Record
from tests.attacks.deployments import MARK, Policy
from tests.attacks.homes import MODEL_OF, PREFIX_OF, heir_of, home_of, wanted_fields
from tests.attacks.stepped import SteppedRun
from tests.attacks.world import MODELS, World, contents
from tests.scenarios.expected import comparable, held_fields, loadable
from tests.scenarios.oracle import OBJECTS

PREFIXES = tuple(PREFIX_OF.values())
PRESENT = ("live", "kept", "marked")
OURS = {
    "accounts": ("title", "user", "description", "number", "address"),
    "contacts": ("title", "firstname", "lastname", "account", "user", "description", "email", "number", "job_title"),
    "crmRecords": ("type", "title", "stage", "account", "user", "description"),
}
"""Mapped fields by model."""

Row = dict[str, Any]


def ledger_rows(world: World, table: str) -> list[Row]:
    """A table of the ledger, read past the product."""
    with closing(sqlite3.connect(world.ledger_file)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM sfd_{table}")]  # noqa: S608  our own names


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What stood when a run began or went on."""

    watermarks: dict[str, datetime]
    objects: frozenset[tuple[str, str]]
    unclear: bool

    @classmethod
    def of(cls, world: World) -> Before:
        """``unclear`` when creates of unknown fate are left from before."""
        return cls(
            watermarks={mapping: until for _, mapping, until in world.runner.ledger.overview.all_watermarks()},
            objects=objects_of(world),
            unclear=any(row["state"] == "intended" for row in ledger_rows(world, "records")),
        )


def objects_of(world: World) -> frozenset[tuple[str, str]]:
    """Model and name of everything that Daktela holds."""
    return frozenset((model, record.name) for model in MODELS for record in world.sandbox.daktela.records(model))


def check_run(world: World, ended: SteppedRun, before: Before) -> None:
    """Every report adds up and says what took place; watermarks go forward, by the runs that may move them."""
    _check_counts(world, ended, before)
    for mapping, report in ended.reports.items():
        told = sum(report.outcomes.values())
        world.both += report.notes.get("converted_both", 0)
        if report.notes.get("objects_merged"):
            _remember_merged(world)
        declined = ended.request.writes and mapping in ended.plans and bool(ended.plans[mapping].reasons)
        if told != report.extracted and not declined:
            world.wrong("misreported", f"{ended.run_id} {mapping}: {told} outcomes of {report.extracted} records")
        vanished = report.notes.get(VANISHED, 0)
        if vanished > len(world.taken):
            world.wrong(
                "misreported", f"{ended.run_id} {mapping} says that {vanished} vanished, {len(world.taken)} did"
            )
        if report.failure and not vanished:
            world.wrong("misreported", f"{ended.run_id} {mapping} ended whole but red: {report.failure}")
    after = {mapping: until for _, mapping, until in world.runner.ledger.overview.all_watermarks()}
    for mapping, until in before.watermarks.items():
        if after[mapping] < until:
            world.wrong("lost", f"{ended.run_id} moved the watermark of {mapping} back")
    if after != before.watermarks and not ended.request.moves_watermark:
        world.wrong("lost", f"{ended.run_id}, mode {ended.request.mode}, moved a watermark")


def _remember_merged(world: World) -> None:
    """A merge mixes the values of two objects, also those that are not ours."""
    for record in world.sandbox.daktela.records("contacts"):
        world.remember("contacts", record.name)


def _check_counts(world: World, ended: SteppedRun, before: Before) -> None:
    """A run that went through alone has made and taken away what it says."""
    if not ended.alone:
        return
    now = objects_of(world)
    made, gone = len(now - before.objects), len(before.objects - now)
    told = Counter[str]()
    for report in ended.reports.values():
        told["removed"] += report.notes.get("objects_merged", 0)
        told.update(report.outcomes if ended.request.writes else {})
    if made > told["created"] or (made < told["created"] and not before.unclear):
        world.wrong("misreported", f"{ended.run_id} says {told['created']} created, {made} objects are new")
    if gone > told["removed"]:
        world.wrong(
            "misreported", f"{ended.run_id} says {told['removed']} removed, {gone} objects are not there any more"
        )


def policies_of(world: World, mapping: str) -> list[Policy]:
    """Every policy that the mapping had in this history."""
    return [settings.policies[mapping] for settings in world.used if mapping in settings.policies]


class Books:
    """The ledger as it stands, by mapping and Id."""

    def __init__(self, world: World) -> None:
        self.entries = {(row["mapping"], row["id"]): row for row in ledger_rows(world, "records")}
        self.rejects = {(row["mapping"], row["id"]): row for row in ledger_rows(world, "rejects") if not row["closed"]}
        self.parked = {(row["mapping"], row["id"]): row for row in ledger_rows(world, "parked")}
        self.held = Counter(
            (MODEL_OF[mapping], row["name"]) for (mapping, _), row in self.entries.items() if row["state"] in PRESENT
        )

    def state(self, mapping: str, id_: str | None) -> str:
        """The state of an entry, empty without one."""
        entry = self.entries.get((mapping, id_ or ""))
        return "" if entry is None else str(entry["state"])


def check_quiet(world: World, *, everything: bool) -> None:
    """Every record of Salesforce is where it belongs; ``everything`` also where no stamp told of a change."""
    books = Books(world)
    for sobject in OBJECTS:
        for row in world.sandbox.salesforce.records.read(sobject, limit=1000):
            if (mapping := home_of(sobject, row)) in world.settings.policies:
                _check_record(world, books, mapping, row, everything=everything)
            elif not mapping and books.state("contacts", row["Id"]) in PRESENT:
                world.wrong("doubled", f"contact {row['Id']} belongs to a person's account and has an object")
    _check_books(world, books)
    _check_strangers(world, books)


def _check_record(world: World, books: Books, mapping: str, row: Row, *, everything: bool) -> None:
    model = MODEL_OF[mapping]
    entry = books.entries.get((mapping, row["Id"]))
    name = f"{PREFIX_OF[mapping]}{row['Id']}" if entry is None else str(entry["name"])
    record = world.sandbox.daktela.get(model, name)
    field = {"leads": "IsConverted", "contacts": "DoNotCall"}.get(mapping)
    policy = world.settings.policies[mapping]
    converted = bool(row.get("ConvertedContactId") and policy.becomes)
    outside = converted or bool(field and row[field] and policy.filtered)
    if converted:
        _check_converted(world, books, row, entry)
    carried_on = entry is not None and entry["state"] == "became"
    if carried_on or (converted and heir_of(world.sandbox, row) in books.entries):
        return
    if row["IsDeleted"] or outside:
        _check_departed(world, mapping, row, entry, record, (model, name), gone=bool(row["IsDeleted"]))
    else:
        _check_present(world, books, mapping, row, entry, record, (model, name), everything=everything)


def _check_converted(world: World, books: Books, row: Row, entry: Row | None) -> None:
    """A converted lead and its contact are one object, or were told as two; a deleted lead is its policy's matter."""
    heirs, id_ = heir_of(world.sandbox, row)
    heir = books.entries.get((heirs, id_ or ""))
    _check_carried_on(world, heirs, row, entry, heir)
    if (
        row["IsDeleted"]
        or entry is None
        or heir is None
        or entry["state"] not in PRESENT
        or heir["state"] not in PRESENT
    ):
        return
    both = all(world.sandbox.daktela.get("contacts", str(each["name"])) is not None for each in (entry, heir))
    used = policies_of(world, "leads")
    if both and not world.both and all(policy.becomes for policy in used):
        world.wrong("doubled", f"lead {row['Id']} and its heir {heir['id']} are two objects, and nobody said so")


def _check_carried_on(world: World, heirs: str, row: Row, entry: Row | None, heir: Row | None) -> None:
    """Who has become somebody is that one's object, unless two leads had one each, which were merged."""
    if entry is None or heir is None or entry["state"] != "became" or entry["winner"] != heir["id"]:
        return
    left = world.sandbox.daktela.get("contacts", str(entry["name"])) is not None
    if left and heir["state"] in PRESENT and entry["name"] != heir["name"]:
        world.wrong("doubled", f"lead {row['Id']} became {heirs} {heir['id']}, which has {heir['name']}")


def _check_departed(
    world: World, mapping: str, row: Row, entry: Row | None, record: Record | None, key: tuple[str, str], *, gone: bool
) -> None:
    where = f"{mapping} {row['Id']}, {'deleted' if gone else 'out of the filter'}"
    if entry is None:
        if record is not None and key not in world.left_behind:
            world.wrong("doubled", f"{where}: is in Daktela and the ledger does not know it")
        return
    used = policies_of(world, mapping)
    now = {policy.on_delete if gone else policy.on_filter_exit for policy in used}
    ever = now | {policy.on_filter_exit if gone else policy.on_delete for policy in used}
    never_written = entry["digest"] is None
    excused = key in world.taken or never_written or entry["adopted"]
    if record is None and not excused and "delete" not in ever:
        world.wrong("lost", f"{where}: is not in Daktela, although nobody took it away")
    if record is not None and now == {"delete"} and not excused:
        world.wrong("lost", f"{where}: is still in Daktela, state {entry['state']}")
    if record is not None and ever == {"mark"} and entry["state"] != "intended" and record.custom.get(MARK) != ["1"]:
        world.wrong("lost", f"{where}: is not marked, state {entry['state']}")


def _check_present(
    world: World,
    books: Books,
    mapping: str,
    row: Row,
    entry: Row | None,
    record: Record | None,
    key: tuple[str, str],
    *,
    everything: bool,
) -> None:
    where = f"{mapping} {row['Id']} ({key[1]}, state {books.state(mapping, row['Id'])})"
    reject, parked = books.rejects.get((mapping, row["Id"])), books.parked.get((mapping, row["Id"]))
    if not world.settings.people and not loadable(row):
        if reject is None:
            world.wrong("lost", f"{where}: cannot be loaded and is no reject")
        return
    if reject is not None:
        if not _excusable(world, row, reject, key):
            world.wrong("lost", f"{where}: is rejected for no reason: {reject['code']} {reject['field']}")
        return
    if parked is not None:
        if books.state("accounts", parked["parent_id"]) in PRESENT:
            world.wrong("lost", f"{where}: waits for a parent that is there")
        return
    if entry is None:
        world.wrong("lost", f"{where}: was never loaded")
    elif record is None:
        _check_absent(world, mapping, entry, key, where)
    elif entry["state"] != "live" and key not in world.taken:
        world.wrong("misreported", f"{where}: is alive")
    elif record.custom.get(MARK) == ["1"] and not _mark_excused(world, key):
        world.wrong("lost", f"{where}: is alive and still marked")
    else:
        _check_fields(world, mapping, row, record, key, where, everything=everything)


def _mark_excused(world: World, key: tuple[str, str]) -> bool:
    """Somebody else set it, or a memory that knew of it was reset."""
    return bool(world.edited.get(key, {}).get(MARK)) or key in world.left_behind


def _check_absent(world: World, mapping: str, entry: Row, key: tuple[str, str], where: str) -> None:
    """Somebody took it away: that is respected, unless it is to be made again and we have seen it missing."""
    if key not in world.taken:
        world.wrong("lost", f"{where}: is not in Daktela")
    elif entry["state"] == "gone" and {policy.on_gone for policy in policies_of(world, mapping)} == {"recreate"}:
        world.wrong("lost", f"{where}: is gone and was to be made again")


def _excusable(world: World, row: Row, reject: Row, key: tuple[str, str]) -> bool:
    """Two foreign objects of one address, a name that may not come back, a parent that somebody took away."""
    if reject["code"] == "match_ambiguous":
        return True
    if reject["code"] == VANISHED:
        return key in world.taken
    parent_gone = ("accounts", f"sf_account_{row.get('AccountId')}") in world.taken
    refused = {("deleted_name", "refused")} & world.switched and (key in world.taken or row["Id"] in world.departed)
    return reject["code"] == "daktela_refused" and bool(refused or parent_gone)


def _check_fields(
    world: World, mapping: str, row: Row, record: Record, key: tuple[str, str], where: str, *, everything: bool
) -> None:
    wanted = wanted_fields(world.sandbox, mapping, row, drops_addresses=world.settings.people)
    held = held_fields(record, wanted)
    waived = {"title"} if ("title_rewritten", "True") in world.switched else set()
    waived |= {"number", "email"} if ("several_on_single", "first") in world.switched else set()
    edits = world.edited.get(key, {})
    for field, value in wanted.items():
        if held[field] == value or field in waived:
            continue
        if held[field] in [comparable(field, each) for each in edits.get(field, [])]:
            continue
        world.wrong("lost", f"{where}: {field} is {held[field]!r}, not {value!r}")
    if mapping == "contacts" and world.settings.policies["contacts"].formula:
        _check_formula(world, row, record, where, everything=everything)


def _check_formula(world: World, row: Row, record: Record, where: str, *, everything: bool) -> None:
    factor = world.sandbox.salesforce.records.formula_factors()["Contact.Skore__c"]
    wanted = [] if row["Body__c"] is None else [row["Body__c"] * factor]
    if record.custom.get("job_title", []) in world.edited.get(("contacts", record.name), {}).get("job_title", []):
        return
    held = [float(text) for text in record.custom.get("job_title", [])]
    if [round(x, 6) for x in held] != [round(x, 6) for x in wanted] and (everything or row["Id"] not in world.silent):
        world.wrong("lost", f"{where}: the formula's value is {held}, not {wanted}")


def _check_books(world: World, books: Books) -> None:
    """No entry without its object, no name twice, nothing of ours that the ledger does not know."""
    known = {(MODEL_OF[mapping], row["name"]) for (mapping, _), row in books.entries.items()}
    for (mapping, id_), row in books.entries.items():
        key = (MODEL_OF[mapping], str(row["name"]))
        record = world.sandbox.daktela.get(*key)
        if record is None and row["state"] in PRESENT and key not in world.taken:
            world.wrong("misreported", f"{mapping} {id_} is {row['state']}, and {key[1]} does not exist")
        if record is not None and row["state"] == "removed" and not row["adopted"] and not books.held[key]:
            world.wrong("misreported", f"{mapping} {id_} is removed, and {key[1]} exists")
        own = (key[0], f"{PREFIX_OF[mapping]}{id_}")
        if key != own and row["state"] == "live" and world.sandbox.daktela.get(*own) is not None:
            world.wrong("doubled", f"{mapping} {id_} was adopted as {key[1]} and is there under its own name, too")
    for key, count in books.held.items():
        if count > 1:
            world.wrong("doubled", f"{count} records claim {key[1]}")
    for model in MODELS:
        for record in world.sandbox.daktela.records(model):
            if record.name.startswith(PREFIXES) and (model, record.name) not in known | world.left_behind:
                world.wrong("misreported", f"{record.name} is in Daktela and the ledger does not know it")


def _check_strangers(world: World, books: Books) -> None:
    """Nothing new that nobody entered; what is not ours is as somebody else left it, in ours what we do not map."""
    ours = {(MODEL_OF[mapping], str(row["name"])) for (mapping, _), row in books.entries.items()}
    replacing = ("put_mode", "replacing") in world.switched
    for model in MODELS:
        for record in world.sandbox.daktela.records(model):
            key, base = (model, record.name), world.baseline.get((model, record.name))
            if base is None:
                if not record.name.startswith(PREFIXES):
                    world.wrong("doubled", f"{record.name} is in Daktela and nobody entered it")
                continue
            found = contents(record)
            addresses = ("address",) if world.settings.people else ()
            mapped: Iterable[str] = (*OURS[model], *addresses, MARK) if key in ours else ()
            if key in ours and replacing:
                continue
            if key in world.left_behind and key not in ours:
                continue
            for place, (before, after) in enumerate(zip(base, found, strict=True)):
                for field in before.keys() | after.keys():
                    if field not in mapped and (before.get(field) or None) != (after.get(field) or None):
                        world.wrong("lost", f"{record.name}: {('', 'customFields.')[place]}{field} was touched")
