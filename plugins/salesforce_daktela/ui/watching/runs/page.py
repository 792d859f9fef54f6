"""The page of a sync's runs: its route."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import reads_sync, rights_of
from salesforce_daktela.ui.runs.reading import read_standing
from salesforce_daktela.ui.watching.nav import Watching, show_watch
from salesforce_daktela.ui.watching.runs.reading import read_runs
from salesforce_daktela.ui.watching.runs.view import show_runs
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/syncs/{sync}/runs", dependencies=[Depends(reads_sync)])
def show(
    sync: str,
    request: Request,
    user: GetUserDep,
    session: SessionDep,
    before: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> HTMLResponse:
    """Show the runs of a sync, newest first; ``before`` is the key of the first one on the page."""
    words, rights = words_of(request), rights_of(user, sync)
    standing = read_standing(environment(), session, sync, user, edits=False)
    zone = (standing.spec.timezone if standing.spec else None) or "UTC"
    facts = read_runs(environment(), session, user, sync, zone, before=before)
    watch = show_watch(sync, Watching.RUNS, rights, words)
    return render(request, "run_list.html", words, watch=watch, view=show_runs(facts, words), may_read=facts.may_read)
