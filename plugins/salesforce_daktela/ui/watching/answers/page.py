"""The page of answers: its route. The browser answers by Airflow's public API, with the user's own rights."""

from __future__ import annotations

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import reads_sync, rights_of
from salesforce_daktela.ui.runs.reading import read_standing
from salesforce_daktela.ui.watching.answers.reading import read_answers
from salesforce_daktela.ui.watching.answers.view import show_answers
from salesforce_daktela.ui.watching.nav import Watching, show_watch
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/syncs/{sync}/answers", dependencies=[Depends(reads_sync)])
def show(sync: str, request: Request, user: GetUserDep, session: SessionDep) -> HTMLResponse:
    """Show what the sync's runs ask before they write, and what they were answered."""
    words, rights = words_of(request), rights_of(user, sync)
    standing = read_standing(environment(), session, sync, user, edits=False)
    facts = read_answers(environment(), session, user, sync, standing.spec, rights)
    watch = show_watch(sync, Watching.ANSWERS, rights, words)
    return render(request, "answers.html", words, watch=watch, view=show_answers(facts, words), ready=watch.ready)
