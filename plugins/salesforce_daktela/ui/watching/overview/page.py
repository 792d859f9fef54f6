"""The page of how all syncs are: its route."""

from __future__ import annotations

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.watching.nav import READY
from salesforce_daktela.ui.watching.overview.reading import read_overview
from salesforce_daktela.ui.watching.overview.view import show_overview
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/overview", dependencies=[Depends(requires_access_dag("GET"))])
def show(request: Request, user: GetUserDep, session: SessionDep) -> HTMLResponse:
    """Show how every sync is whose DAG the user may read."""
    words = words_of(request)
    view = show_overview(read_overview(environment(), session, user), words)
    return render(request, "overview.html", words, view=view, ready=[page.value for page in READY])
