"""The step Activate: its route. The browser switches the DAG by Airflow's public API, with the user's own rights."""

from __future__ import annotations

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.activate.reading import read_activation
from salesforce_daktela.ui.activate.view import show_activate
from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import requiring, rights_of
from salesforce_daktela.ui.runs.reading import read_standing
from salesforce_daktela.ui.way import NEEDS, Step, show_way
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/syncs/{sync}/activate", dependencies=[Depends(requiring(*NEEDS[Step.ACTIVATE]))])
def show(sync: str, request: Request, user: GetUserDep, session: SessionDep, run: str = "") -> HTMLResponse:
    """Show what switching the sync on starts, or what a run of it does: ``run``, or the latest."""
    words, rights = words_of(request), rights_of(user, sync)
    standing = read_standing(environment(), session, sync, user, edits=rights.edit)
    facts = read_activation(environment(), session, user, standing, rights, run_id=run)
    view = show_activate(facts, words)
    way = show_way(sync, Step.ACTIVATE, rights, words, unsaved=standing.unsaved)
    return render(request, "activate.html", words, way=way, view=view)
