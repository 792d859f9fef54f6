"""The routes that ask both systems about a mapping."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from salesforce_daktela.daktela.schema.standard_fields import STANDARD
from salesforce_daktela.errors import ConfigurationError, PipelineError, TransportError
from salesforce_daktela.salesforce.wire.ids import is_id
from salesforce_daktela.ui.drafting import DraftDep
from salesforce_daktela.ui.map_data.reading import (
    Subject,
    count,
    live_problems,
    read_source,
    read_target,
    sample,
    subject_of,
    suggestions,
)
from salesforce_daktela.ui.map_data.replies import (
    daktela_fields_reply,
    daktela_reply,
    problem_reply,
    salesforce_reply,
    suggestion_reply,
    trouble_reply,
)
from salesforce_daktela.ui.wording import Words, words_of

router = APIRouter()
BASE = "/syncs/{sync}/map/{mapping}"


NO_ID = ConfigurationError("this is no Salesforce Id", advice="an Id has 15 or 18 letters and digits")


class Filter(BaseModel):
    """A ``where`` as it is typed."""

    where: str | None = None


class Wanted(BaseModel):
    """A record by its Id, or by a part of its name."""

    record: str


@router.get(f"{BASE}/fields")
def list_fields(
    request: Request, mapping: str, draft: DraftDep, parent: str = "", fresh: bool = False
) -> dict[str, Any]:
    """Return both systems' fields, or those of a parent. A system that does not answer has its problem instead."""
    subject, words = subject_of(draft, mapping), words_of(request)

    def source() -> dict[str, Any]:
        found = read_source(subject, parent, fresh=fresh)
        return salesforce_reply(found.value, found.at)

    def target() -> dict[str, Any]:
        found = read_target(subject, fresh=fresh)
        return daktela_reply(found.value.fields.values(), found.at, words)

    told = _told(source, [], words)
    return (
        {"salesforce": told}
        if parent
        else {"salesforce": told, "daktela": _told(target, _usual(subject, words), words)}
    )


@router.get(f"{BASE}/samples")
def show_sample(request: Request, mapping: str, draft: DraftDep, record: str = "") -> JSONResponse:
    """Return the values of one record by its Id, or of any one."""
    if record and not is_id(record):
        # Servers log addresses: a name must not be part of one.
        return JSONResponse(trouble_reply(NO_ID, words_of(request)), 422)
    return _sample(subject_of(draft, mapping), record, words_of(request))


@router.post(f"{BASE}/samples")
def find_sample(request: Request, mapping: str, asked: Wanted, draft: DraftDep) -> JSONResponse:
    """Return the values of the first record of a name, or of an Id."""
    return _sample(subject_of(draft, mapping), asked.record.strip(), words_of(request))


@router.get(f"{BASE}/suggestions")
def list_suggestions(request: Request, mapping: str, draft: DraftDep) -> dict[str, Any]:
    """Return suggestions for fields that are not mapped."""
    words = words_of(request)
    return {"rows": [suggestion_reply(found, words) for found in suggestions(subject_of(draft, mapping))]}


@router.post(f"{BASE}/count")
def count_filtered(request: Request, mapping: str, asked: Filter, draft: DraftDep) -> JSONResponse:
    """Return how many records a filter leaves, or what is wrong with it."""
    subject = subject_of(draft, mapping)
    try:
        return JSONResponse({"count": count(subject, (asked.where or "").strip())})
    except ConfigurationError as exc:
        return JSONResponse(trouble_reply(exc, words_of(request), "where"), 422)


@router.get(f"{BASE}/check")
def check_both(request: Request, mapping: str, draft: DraftDep) -> dict[str, Any]:
    """Return what both systems find wrong in the rows that the loader takes."""
    subject, words = subject_of(draft, mapping), words_of(request)
    try:
        found = live_problems(subject)
    except ConfigurationError as exc:
        return {"read_at": None, "problems": [trouble_reply(exc, words)]}
    targets = subject.mapping.targets
    return {
        "read_at": datetime.now(UTC).isoformat(),
        "problems": [
            *(problem_reply(each, targets, words, live=True) for each in found.errors),
            *(problem_reply(each, targets, words, live=True, warning=True) for each in found.warnings),
        ],
    }


def _sample(subject: Subject, wanted: str, words: Words) -> JSONResponse:
    try:
        found = sample(subject, wanted)
    except ConfigurationError as exc:
        return JSONResponse(trouble_reply(exc, words), 422)
    if found is None:
        return JSONResponse({"record": None, "values": {}})
    return JSONResponse({"record": {"id": found.id, "label": found.label}, "values": dict(found.values)})


def _told(read: Callable[[], dict[str, Any]], usual: list[dict[str, Any]], words: Words) -> dict[str, Any]:
    try:
        return read()
    except PipelineError as exc:
        again = isinstance(exc, TransportError)
        what = words.sentence(": ".join(text for text in (exc.where, exc.what) if text))
        return {
            "read_at": None,
            "fields": usual,
            "problem": {**trouble_reply(exc, words), "what": what, "try_again": again},
        }


def _usual(subject: Subject, words: Words) -> list[dict[str, Any]]:
    """Daktela's documented fields, which are the same everywhere."""
    entity = subject.mapping.entity
    return [] if entity is None else daktela_fields_reply(STANDARD[entity], words)
