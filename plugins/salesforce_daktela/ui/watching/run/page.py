"""The page of one run and the tab on Airflow's own page of it: their routes."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.mapping.language.loader import NAME
from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import reads_sync, rights_of
from salesforce_daktela.ui.watching.nav import Watching, show_watch
from salesforce_daktela.ui.watching.run.reading import KINDS, read_run
from salesforce_daktela.ui.watching.run.view import show_run_page
from salesforce_daktela.ui.wording import words_of

router = APIRouter()

LONGEST = 250
"""Characters of an id in Airflow's database."""


@router.get("/syncs/{sync}/runs/{run_id}", dependencies=[Depends(reads_sync)])
def show(
    sync: str, run_id: str, request: Request, user: GetUserDep, session: SessionDep, dag: str = ""
) -> HTMLResponse:
    """Show one run of a sync: what each mapping did, or how far it has come. ``dag`` is a key of ``KINDS``."""
    words, rights = words_of(request), rights_of(user, sync)
    facts = read_run(environment(), session, user, sync, run_id, kind=dag if dag in KINDS else "")
    watch = show_watch(sync, Watching.RUNS, rights, words)
    return render(
        request,
        "run.html",
        words,
        watch=watch,
        view=show_run_page(facts, words),
        may_read=facts.may_read,
        ready=watch.ready,
        status=200 if facts.run is not None or facts.reports or not facts.may_read else 404,
    )


@router.get("/run")
def show_tab(
    request: Request,
    user: GetUserDep,
    session: SessionDep,
    dag_id: Annotated[str, Query(max_length=LONGEST)] = "",
    run_id: Annotated[str, Query(max_length=LONGEST)] = "",
) -> HTMLResponse:
    """Show the same as a tab of a DAG run; of a DAG that is not ours, say so."""
    for kind, prefix in KINDS.items():
        sync = dag_id.removeprefix(prefix)
        if sync != dag_id and NAME.fullmatch(sync):
            reads_sync(sync, user)
            return show(sync, run_id, request, user, session, dag=kind)
    return render(request, "not_ours.html", words_of(request))
