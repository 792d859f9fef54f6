"""The page of rejects: its route. The browser starts the runs that try them again by Airflow's public API."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import reads_sync, rights_of
from salesforce_daktela.ui.watching.nav import Watching, show_watch
from salesforce_daktela.ui.watching.rejects.facts import Asked
from salesforce_daktela.ui.watching.rejects.reading import read_rejects
from salesforce_daktela.ui.watching.rejects.view import show_rejects
from salesforce_daktela.ui.wording import words_of

router = APIRouter()
LONGEST_AGE = 24 * 366


def asked_for(
    mapping: str = "",
    code: str = "",
    field: str = "",
    id_: Annotated[str, Query(alias="id")] = "",
    older_than: str = "",
    run: str = "",
    after: str = "",
) -> Asked:
    """What the address asks for; an age that is no number of hours narrows nothing."""
    hours = min(int(older_than), LONGEST_AGE) if older_than.isascii() and older_than.isdecimal() else 0
    pieces = {"mapping": mapping, "code": code, "field": field, "id": id_.strip(), "run": run, "after": after}
    # PostgreSQL takes no text with a NUL in it.
    return Asked(older_than=hours, **{name: text.replace("\0", "") for name, text in pieces.items()})


@router.get("/syncs/{sync}/rejects", dependencies=[Depends(reads_sync)])
def show(
    sync: str, request: Request, user: GetUserDep, session: SessionDep, asked: Annotated[Asked, Depends(asked_for)]
) -> HTMLResponse:
    """Show why records are rejected, which ones, and how to try them again."""
    words, rights = words_of(request), rights_of(user, sync)
    view = show_rejects(read_rejects(environment(), session, user, sync, asked, rights), words)
    watch = show_watch(sync, Watching.REJECTS, rights, words)
    return render(request, "rejects.html", words, watch=watch, view=view, ready=watch.ready)
