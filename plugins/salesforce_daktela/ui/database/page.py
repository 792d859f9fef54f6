"""The step Database: its page, the live CRM databases, and the choice."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.steps.setup.ends import ask_databases
from salesforce_daktela.ui.connection_fields import System
from salesforce_daktela.ui.database.view import Choices, show_choices, show_trouble
from salesforce_daktela.ui.drafted_sync import conn_ids, database_of, with_keys
from salesforce_daktela.ui.drafting import DraftDep
from salesforce_daktela.ui.outside import daktela, outside
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import rights_of
from salesforce_daktela.ui.way import Step, show_way
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


class Chosen(BaseModel):
    """The name of the CRM database, for the version of the draft that the page has."""

    version: int
    database: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/syncs/{sync}/database")
def show(sync: str, request: Request, draft: DraftDep, user: GetUserDep) -> HTMLResponse:
    """Show what is chosen; the page asks for the choices then."""
    words = words_of(request)
    way = show_way(sync, Step.DATABASE, rights_of(user, sync), words, unsaved=draft.unsaved)
    conn_id = conn_ids(draft)[System.DAKTELA]
    return render(
        request, "database.html", words, way=way, version=draft.version, database=database_of(draft), conn_id=conn_id
    )


@router.get("/syncs/{sync}/database/choices")
def choices(request: Request, draft: DraftDep) -> Choices:
    """Ask Daktela for its CRM databases."""
    words, present = words_of(request), database_of(draft)
    try:
        with outside(), daktela(conn_ids(draft)[System.DAKTELA]) as client:
            return show_choices(ask_databases(client), present, client.settings.database, words)
    except PipelineError as exc:
        return show_trouble(exc, present, words)


@router.put("/syncs/{sync}/database")
def choose(chosen: Chosen, draft: DraftDep) -> dict[str, object]:
    """Name the CRM database in the draft's ``sync.yaml``."""
    kept = with_keys(draft, chosen.version, {"database": chosen.database.strip()})
    return {"version": kept.version, "unsaved": kept.unsaved}
