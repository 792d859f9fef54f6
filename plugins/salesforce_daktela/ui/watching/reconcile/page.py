"""The page of comparisons: its route. The browser starts them by Airflow's public API, with the user's own rights."""

from __future__ import annotations

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import reads_sync, rights_of
from salesforce_daktela.ui.watching.nav import Watching, show_watch
from salesforce_daktela.ui.watching.reconcile.reading import read_reconcile
from salesforce_daktela.ui.watching.reconcile.view import show_reconcile
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/syncs/{sync}/reconcile", dependencies=[Depends(reads_sync)])
def show(sync: str, request: Request, user: GetUserDep, session: SessionDep, run: str = "") -> HTMLResponse:
    """Show what a comparison costs, how the one under way stands, and what ``run`` or the latest one has found."""
    words, rights = words_of(request), rights_of(user, sync)
    view = show_reconcile(read_reconcile(environment(), session, user, sync, rights, run_id=run), words)
    watch = show_watch(sync, Watching.RECONCILE, rights, words)
    return render(request, "reconcile.html", words, watch=watch, view=view, ready=watch.ready)
