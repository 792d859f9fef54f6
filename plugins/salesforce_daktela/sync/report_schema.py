"""Makes ``docs/report-schema.json``, the schema of reports: ``python -m salesforce_daktela.sync.report_schema``."""

from __future__ import annotations

import json
import sys
from typing import Any

from salesforce_daktela.sync.drift import ChangeKind, Severity
from salesforce_daktela.sync.findings import FindingKind
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.sync.request import Mode
from salesforce_daktela.sync.run_report import COMPARISON, LOAD
from salesforce_daktela.sync.seen_schema import Side

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
STATES = ("settled", "failed", "deferred", "declined", "planned")
COMPARED_STATES = ("compared", "repaired", "deferred", "declined", "failed")


def report_schema() -> Schema:
    """Return the schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report of one mapping in one run",
        "description": "In the asset event, in XCom, in the ledger, in the log of the task, on the pages, and from "
        "`salesforce-daktela report --json`. Ids, names of fields, codes and counts, never a value of a record.",
        "oneOf": [{"$ref": "#/$defs/load"}, {"$ref": "#/$defs/comparison"}],
        "$defs": {"load": _load(), "comparison": _comparison(), "change": _change(), "traffic": _traffic()},
    }


def _load() -> Schema:
    return _object(
        "A run that loads, or that only plans to.",
        **_head(LOAD, STATES, [mode for mode in Mode if mode not in (Mode.RECONCILE, Mode.REPAIR)]),
        since=_said(MOMENT, "Begin of the window that was read, null for everything."),
        until=_said(MOMENT, "End of the window that was read, null where records were named."),
        extracted=_said(COUNT, "Rows read from Salesforce: the sum of `outcomes` in a settled run."),
        outcomes=_counts("Records by outcome, or by the outcome that was planned.", [each.value for each in Outcome]),
        rejects=_list("Reasons of rejects, most frequent first.", code=TEXT, field=TEXT, count=COUNT),
        rejected=_list(
            "The first rejected records. `link` leads into Salesforce.", id=TEXT, code=TEXT, field=TEXT, link=TEXT
        ),
        stored_differently=_list(
            "What Daktela holds otherwise than it was sent, by field.", field=TEXT, how=TEXT, count=COUNT
        ),
        notes=_counts("Other counts: shortened and dropped values, records rejected again, and others."),
        watermark_before=_said(MOMENT, "The watermark that the run has found."),
        watermark=_said(MOMENT, "The watermark after the run."),
        failure=_said(TEXT, "What failed and what to do, empty for a green run."),
        deferred=_said(TEXT, "The limit that was reached, empty where none was."),
        drift=_changes(),
        left_out=_names("Fields of Daktela that were not sent because the schema has changed."),
        waiting=_said(COUNT, "Children that wait for their parents now, of this run and of earlier ones."),
        waiting_since=_said(MOMENT, "Since when the first of them waits."),
        lag_seconds=_said(_or_null(COUNT), "Age of the watermark."),
        calls_left=_said(_or_null(COUNT), "Calls that Salesforce has left for the day."),
        calls_allowed=_said(_or_null(COUNT), "Calls that Salesforce allows for a day."),
        not_found=_names("Ids that the run names and that Salesforce does not have, or not for this user."),
        salesforce_calls=_said(_or_null(COUNT), "Requests to Salesforce of the reading, null where not counted."),
        salesforce_traffic={"anyOf": [{"$ref": "#/$defs/traffic"}, {"type": "null"}]},
        daktela={"anyOf": [{"$ref": "#/$defs/traffic"}, {"type": "null"}]},
        plan=_said(_or_null({"type": "object"}), "The plan: counts, changed fields, requests, reasons to ask."),
        approval=_approval(),
    )


def _comparison() -> Schema:
    return _object(
        "A run that compares both sides, and that may repair.",
        **_head(COMPARISON, COMPARED_STATES, [Mode.RECONCILE, Mode.REPAIR]),
        salesforce=_said(COUNT, "Records in Salesforce."),
        daktela=_said(COUNT, "Records listed by Daktela."),
        counts=_counts("Records by what they were found to be.", [each.value for each in FindingKind]),
        samples=_said(
            {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}}, "Some Ids of each."
        ),
        found=_said(COUNT, "How many a repair would correct."),
        repaired=_counts("What the repair did."),
        ids=_said({"type": ["string", "null"]}, "The staged file of all findings, null where it is not kept."),
        drift=_changes(),
        left_out=_names("Fields of Daktela that were not compared because the schema has changed."),
        rejects=_list("Reasons of rejects of the repair, most frequent first.", code=TEXT, field=TEXT, count=COUNT),
        failure=_said(TEXT, "What failed in the repair and what to do, empty where nothing has."),
        deferred=_said(TEXT, "The limit that was reached, empty where none was."),
        reasons=_names("Why somebody had to agree to the repair."),
        approval=_approval(),
        salesforce_calls=_said(_or_null(COUNT), "Requests to Salesforce of the reading, null where not counted."),
        salesforce_traffic={"anyOf": [{"$ref": "#/$defs/traffic"}, {"type": "null"}]},
        daktela_calls={"anyOf": [{"$ref": "#/$defs/traffic"}, {"type": "null"}]},
    )


def _head(kind: str, states: tuple[str, ...], modes: list[Mode]) -> dict[str, Schema]:
    return {
        "kind": {"const": kind},
        "sync": TEXT,
        "run_id": _said(
            TEXT,
            "Airflow's id of the run, behind `reconcile__` or `plan__` for one of those DAGs; or a terminal run's.",
        ),
        "mapping": TEXT,
        "mode": {"enum": [mode.value for mode in modes]},
        "state": {"enum": list(states)},
        "started": _said(MOMENT, "When the run began."),
        "finished": _said(MOMENT, "When the report was made."),
    }


def _change() -> Schema:
    return _object(
        "A field that differs from what the run before has seen.",
        mapping=TEXT,
        side={"enum": [side.value for side in Side]},
        field=TEXT,
        kind={"enum": [kind.value for kind in ChangeKind]},
        severity={"enum": [severity.value for severity in Severity]},
        was={"type": ["string", "null"]},
        now={"type": ["string", "null"]},
    )


def _traffic() -> Schema:
    return _object(
        "Requests to one of the systems of all steps of the mapping, over all tries.",
        calls=COUNT,
        throttled=_said(COUNT, "Replies 429."),
        retries=_said(COUNT, "Requests that repeated one."),
        rate=_said({"type": "number", "minimum": 0}, "Requests per second of the step that sent most."),
    )


def _approval() -> Schema:
    answer = _object("Who agreed or declined.", approved={"type": "boolean"}, by=TEXT)
    return _said({"anyOf": [answer, {"type": "null"}]}, "The answer to the plan, null where nobody was asked.")


def _object(description: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(description: str, **properties: Schema) -> Schema:
    return {"type": "array", "description": description, "items": _object("", **properties)}


def _names(description: str) -> Schema:
    return {"type": "array", "description": description, "items": TEXT}


def _changes() -> Schema:
    return {"type": "array", "description": "Changes of both schemas.", "items": {"$ref": "#/$defs/change"}}


def _counts(description: str, names: list[str] | None = None) -> Schema:
    known: Schema = {"propertyNames": {"enum": names}} if names else {}
    return {"type": "object", "description": description, "additionalProperties": COUNT, **known}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(report_schema(), indent=2) + "\n")
