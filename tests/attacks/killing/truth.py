"""What must be true when the dust has settled, worked out from Salesforce's rows without the mapping engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.ledger.store.tables import parts, runs
from tests.attacks.killing.deployment import Deployment
from tests.scenarios.expected import expected_state, held_fields
from tests.scenarios.oracle import OBJECTS

MAPPINGS = {"Account": "accounts", "Contact": "contacts"}
MODELS = ("accounts", "contacts", "crmRecords")
SYNC = "default"


@dataclass(slots=True)
class Truth:
    """Compares a deployment with its two systems. ``before`` are the names that Daktela held from the start."""

    deployment: Deployment
    before: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.before = {model: set(self._names(model)) for model in MODELS}

    def lost(self) -> list[str]:
        """Records that Daktela lacks or holds otherwise than Salesforce, refused ones aside."""
        return [where for where, _ in self._wrong()]

    def unsettled(self) -> list[str]:
        """The same of records whose last change lies before their mapping's watermark: it claims they are there."""
        marks = {name: self.deployment.ledger.watermarks.read(SYNC, name) for name in MAPPINGS.values()}
        return [
            where
            for where, (sobject, id_) in self._wrong()
            if (mark := marks[MAPPINGS[sobject]]) is not None and self._stamp(sobject, id_) < mark
        ]

    def doubled(self) -> list[str]:
        """Names that Daktela holds twice, and objects that nobody should have made."""
        found = []
        for model in MODELS:
            names = Counter(self._names(model))
            allowed = self.before[model] | {
                f"{OBJECTS[sobject][1]}{row['Id']}"
                for sobject in MAPPINGS
                if OBJECTS[sobject][0] == model
                for row in self._rows(sobject)
            }
            found += [f"{model} {name} twice" for name, count in names.items() if count > 1]
            found += [f"{model} {name} from nowhere" for name in names.keys() - allowed]
        return found + [f"{where} adopted and created" for where in self._adopted_and_created()]

    def misreported(self, green: list[str]) -> list[str]:
        """Runs whose totals do not add up, and green runs without settled totals for every mapping."""
        found = []
        with self.deployment.ledger.db.read() as connection:
            totals_of_runs = list(connection.execute(select(runs)).mappings())
            loaded = list(connection.execute(select(parts)).mappings())
        for totals in totals_of_runs:
            of, extracted = (totals["run_id"], totals["mapping"]), totals["extracted"]
            mine = [part for part in loaded if (part["run_id"], part["mapping"]) == of]
            sums = _by_extraction(mine) or {"": (0, {})}
            if totals["state"] == "settled" and (
                sum(totals["counts"].values()) != extracted or (extracted, dict(totals["counts"])) not in sums.values()
            ):
                found.append(f"{of}: {extracted} extracted, {dict(totals['counts'])}, parts {sums}")
        settled = {(totals["run_id"], totals["mapping"]) for totals in totals_of_runs if totals["state"] == "settled"}
        found += [
            f"{run}, {name}: green, not settled"
            for run in green
            for name in MAPPINGS.values()
            if (run, name) not in settled
        ]
        return found + [f"{of}: its report differs" for of in self._contradicted(totals_of_runs)]

    def _contradicted(self, totals_of_runs: list[Any]) -> Iterator[tuple[str, str]]:
        """Totals whose report in Airflow says something else."""
        reports = {
            (run_id, task_id.partition(".")[0]): json.loads(value) if isinstance(value, str) else value
            for run_id, task_id, value in self.deployment.asked(
                "SELECT run_id, task_id, value FROM xcom WHERE key = 'report'"
            )
        }
        for totals in totals_of_runs:
            report = reports.get((totals["run_id"], totals["mapping"]))
            if report is not None and (report["extracted"], report["outcomes"]) != (
                totals["extracted"],
                dict(totals["counts"]),
            ):
                yield totals["run_id"], totals["mapping"]

    def _wrong(self) -> Iterator[tuple[str, tuple[str, str]]]:
        ledger, daktela = self.deployment.ledger, self.deployment.sandbox.daktela
        refused = {
            name: {reject.id: reject.code for reject in ledger.rejects.read(SYNC, name)} for name in MAPPINGS.values()
        }
        for (sobject, id_), wanted in expected_state(self.deployment.sandbox).items():
            if sobject not in MAPPINGS:
                continue
            code = refused[MAPPINGS[sobject]].get(id_)
            entry = self._entry(sobject, id_)
            record = None if entry is None else daktela.get(OBJECTS[sobject][0], entry.name)
            held = None if record is None else held_fields(record, wanted)
            if held != wanted and code not in ("match_ambiguous", "key_taken"):
                differs = "absent" if held is None else ", ".join(name for name in wanted if held[name] != wanted[name])
                yield f"{sobject} {id_}: {differs}{f', refused as {code}' if code else ''}", (sobject, id_)

    def _adopted_and_created(self) -> Iterator[str]:
        for sobject in MAPPINGS:
            model, prefix = OBJECTS[sobject]
            names = set(self._names(model))
            for row in self._rows(sobject):
                entry = self._entry(sobject, row["Id"])
                if entry is not None and entry.adopted and f"{prefix}{row['Id']}" in names:
                    yield f"{sobject} {row['Id']}"

    def _entry(self, sobject: str, id_: str) -> RecordEntry | None:
        return self.deployment.ledger.records.read(SYNC, MAPPINGS[sobject], [id_]).get(id_)

    def _names(self, model: str) -> list[str]:
        return [record.name for record in self.deployment.sandbox.daktela.records(model)]

    def _rows(self, sobject: str) -> list[dict[str, Any]]:
        return self.deployment.sandbox.salesforce.records.read(sobject, limit=100_000)

    def _stamp(self, sobject: str, id_: str) -> datetime:
        (row,) = self.deployment.sandbox.salesforce.records.read(sobject, record=id_)
        return datetime.fromisoformat(row["SystemModstamp"]).replace(tzinfo=UTC)


def _by_extraction(parts: list[Any]) -> dict[str, tuple[int, dict[str, int]]]:
    """Rows and outcomes of a run's parts, for each time that they were extracted anew."""
    sums: dict[str, tuple[int, Counter[str]]] = {}
    for part in parts:
        rows, counted = sums.setdefault(part["extraction"], (0, Counter()))
        sums[part["extraction"]] = (rows + part["extracted"], counted + Counter(part["counts"]))
    return {extraction: (rows, dict(counted)) for extraction, (rows, counted) in sums.items()}
