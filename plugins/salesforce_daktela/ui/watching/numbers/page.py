"""The page of numbers: its route."""

from __future__ import annotations

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import reads_sync, rights_of
from salesforce_daktela.ui.watching.nav import Watching, show_watch
from salesforce_daktela.ui.watching.numbers.reading import read_numbers
from salesforce_daktela.ui.watching.numbers.view import show_numbers
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/syncs/{sync}/numbers", dependencies=[Depends(reads_sync)])
def show(sync: str, request: Request, user: GetUserDep, session: SessionDep) -> HTMLResponse:
    """Show whom calls would find, as it was counted last."""
    words, rights = words_of(request), rights_of(user, sync)
    view = show_numbers(read_numbers(environment(), session, user, sync, rights), words)
    watch = show_watch(sync, Watching.NUMBERS, rights, words)
    return render(request, "numbers.html", words, watch=watch, view=view, ready=watch.ready)
