"""The page of all syncs: its route."""

from __future__ import annotations

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.syncs.new_sync import show_new_sync
from salesforce_daktela.ui.syncs.reading import read_syncs
from salesforce_daktela.ui.syncs.view import show_syncs
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/", dependencies=[Depends(requires_access_dag("GET"))])
def list_all(request: Request, user: GetUserDep, session: SessionDep) -> HTMLResponse:
    """Show every sync whose DAG the user may read."""
    words = words_of(request)
    view = show_syncs(read_syncs(environment(), session, user), words)
    return render(request, "syncs.html", words, view=view, new_sync=show_new_sync(user, first=view.greets))
