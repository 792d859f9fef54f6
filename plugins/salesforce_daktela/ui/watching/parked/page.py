"""The page of waiting children: its route."""

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
from salesforce_daktela.ui.watching.parked.facts import Asked
from salesforce_daktela.ui.watching.parked.reading import read_parked
from salesforce_daktela.ui.watching.parked.view import show_parked
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


def asked_for(
    mapping: str = "",
    parent: str = "",
    cause: str = "",
    id_: Annotated[str, Query(alias="id")] = "",
    after: str = "",
) -> Asked:
    """What the address asks for."""
    pieces = {"mapping": mapping, "parent": parent, "cause": cause, "id": id_.strip(), "after": after}
    # PostgreSQL takes no text with a NUL in it.
    return Asked(**{name: text.replace("\0", "") for name, text in pieces.items()})


@router.get("/syncs/{sync}/parked", dependencies=[Depends(reads_sync)])
def show(
    sync: str, request: Request, user: GetUserDep, session: SessionDep, asked: Annotated[Asked, Depends(asked_for)]
) -> HTMLResponse:
    """Show who waits for whom, since when, and why the parent is not there."""
    words = words_of(request)
    view = show_parked(read_parked(environment(), session, user, sync, asked), words)
    watch = show_watch(sync, Watching.PARKED, rights_of(user, sync), words)
    return render(request, "parked.html", words, watch=watch, view=view, ready=watch.ready)
