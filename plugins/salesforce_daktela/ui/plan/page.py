"""The step Plan: its route. The browser starts the plan by Airflow's public API, with the user's own rights."""

from __future__ import annotations

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.plan.view import show_plan
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import requiring, rights_of
from salesforce_daktela.ui.runs.planned import read_planned
from salesforce_daktela.ui.runs.reading import read_standing
from salesforce_daktela.ui.way import NEEDS, Step, show_way
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/syncs/{sync}/plan", dependencies=[Depends(requiring(*NEEDS[Step.PLAN]))])
def show(sync: str, request: Request, user: GetUserDep, session: SessionDep) -> HTMLResponse:
    """Show what the next run would do, as the latest plan tells it."""
    words, rights = words_of(request), rights_of(user, sync)
    standing = read_standing(environment(), session, sync, user, edits=rights.edit)
    view = show_plan(standing, read_planned(session, user, sync, standing.spec), words)
    way = show_way(sync, Step.PLAN, rights, words, unsaved=standing.unsaved)
    return render(request, "plan.html", words, way=way, view=view)
