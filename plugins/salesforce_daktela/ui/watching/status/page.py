"""The page of how one sync is: its route."""

from __future__ import annotations

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import reads_sync, rights_of
from salesforce_daktela.ui.watching.nav import Watching, show_watch
from salesforce_daktela.ui.watching.status.reading import read_status
from salesforce_daktela.ui.watching.status.view import show_status
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/syncs/{sync}/status", dependencies=[Depends(reads_sync)])
def show(sync: str, request: Request, user: GetUserDep, session: SessionDep) -> HTMLResponse:
    """Show how the sync is, and what asks for somebody."""
    words, rights = words_of(request), rights_of(user, sync)
    view = show_status(read_status(environment(), session, user, sync), words)
    watch = show_watch(sync, Watching.STATUS, rights, words)
    ready = [*watch.ready, *(["map"] if rights.edit else []), "activate"]
    return render(request, "status.html", words, watch=watch, view=view, ready=ready)
