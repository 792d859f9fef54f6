"""The step Authorize: its page, and the check of both ends from the server."""

from __future__ import annotations

from collections.abc import Callable

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.steps.setup.ends import ask_instance, ask_org
from salesforce_daktela.ui.authorize.view import EndReply, show_failure, show_instance, show_org
from salesforce_daktela.ui.connection_fields import System
from salesforce_daktela.ui.drafted_sync import conn_ids, timezone_of
from salesforce_daktela.ui.drafting import DraftDep
from salesforce_daktela.ui.outside import daktela, outside, salesforce
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import requiring, rights_of
from salesforce_daktela.ui.way import NEEDS, Step, show_way
from salesforce_daktela.ui.wording import Words, words_of

router = APIRouter(dependencies=[Depends(requiring(*NEEDS[Step.AUTHORIZE]))])


@router.get("/syncs/{sync}/authorize")
def show(sync: str, request: Request, draft: DraftDep, user: GetUserDep) -> HTMLResponse:
    """Show which connections are to be checked. Nothing is asked yet."""
    words = words_of(request)
    way = show_way(sync, Step.AUTHORIZE, rights_of(user, sync), words, unsaved=draft.unsaved)
    ids = conn_ids(draft)
    ends = [("salesforce", "Salesforce", ids[System.SALESFORCE]), ("daktela", "Daktela", ids[System.DAKTELA])]
    return render(request, "authorize.html", words, way=way, ends=ends)


@router.post("/syncs/{sync}/authorize")
def check(request: Request, draft: DraftDep) -> dict[str, list[EndReply]]:
    """Sign in to both ends with what their connections hold, each whatever becomes of the other."""
    words, ids = words_of(request), conn_ids(draft)
    with outside():
        return {
            "ends": [
                _asked(System.SALESFORCE, lambda: _org(ids[System.SALESFORCE], words), words),
                _asked(System.DAKTELA, lambda: _instance(ids[System.DAKTELA], timezone_of(draft), words), words),
            ]
        }


def _asked(system: System, ask: Callable[[], EndReply], words: Words) -> EndReply:
    try:
        return ask()
    except PipelineError as exc:
        return show_failure(system, exc, words)


def _org(conn_id: str, words: Words) -> EndReply:
    with salesforce(conn_id) as client:
        return show_org(ask_org(client), words)


def _instance(conn_id: str, timezone: str, words: Words) -> EndReply:
    with daktela(conn_id) as client:
        return show_instance(ask_instance(client), timezone, words)
