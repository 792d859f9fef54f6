"""The settings of a sync: the routes. Each change goes into the draft."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.ui.drafting import DraftDep
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.settings.fields import read_fields, with_fields
from salesforce_daktela.ui.settings.view import field_problems, show_settings
from salesforce_daktela.ui.wording import words_of

router = APIRouter(prefix="/syncs/{sync}/settings")
NOTHING_YET = "mappings: []\n"


class Wanted(BaseModel):
    """The body of a request: the version of the draft that the page shows, and texts by field."""

    version: int
    values: dict[str, Annotated[str, Field(max_length=200)]] = {}


@router.get("")
def show(request: Request, opened: DraftDep) -> HTMLResponse:
    """Show the settings as the draft has them. Raises MappingError for a file that is no YAML of ours."""
    words = words_of(request)
    _, problems = opened.check()
    groups = show_settings(read_fields(opened.texts.get(SYNC_FILE, NOTHING_YET)), problems, words)
    return render(
        request,
        "settings.html",
        words,
        sync=opened.sync,
        version=opened.version,
        unsaved=opened.unsaved,
        groups=groups,
    )


@router.put("")
def write(request: Request, body: Wanted, opened: DraftDep) -> dict[str, Any]:
    """Set fields in the draft, and return the problems of all of them."""
    try:
        text = with_fields(opened.texts.get(SYNC_FILE, NOTHING_YET), body.values)
    except ValueError as exc:
        raise HTTPException(422, str(exc)) from exc
    kept = opened.having(opened.draft.with_text(SYNC_FILE, text), body.version)
    _, problems = kept.check()
    return {"version": kept.version, "unsaved": kept.unsaved, "problems": field_problems(problems, words_of(request))}
