"""The page of one record: its routes. Values go to those who may edit the DAG, and into no address."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.salesforce.wire.ids import typed_id
from salesforce_daktela.steps.record.forget import SHARED
from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import edits_sync, rights_of
from salesforce_daktela.ui.runs.reading import read_standing
from salesforce_daktela.ui.watching.nav import Watching, show_watch
from salesforce_daktela.ui.watching.record.explained_view import show_explained
from salesforce_daktela.ui.watching.record.forgetting import forget
from salesforce_daktela.ui.watching.record.reading import explain_record, read_record
from salesforce_daktela.ui.watching.record.view import show_record
from salesforce_daktela.ui.wording import words_of

router = APIRouter(prefix="/syncs/{sync}/record", dependencies=[Depends(edits_sync)])
LONGEST = 2_000


class Wanted(BaseModel):
    """The body of a request: an Id, a name in Daktela, or an address that was pasted."""

    text: Annotated[str, Field(max_length=LONGEST)]


class Forgetting(Wanted):
    """The same with the Id as it was typed to confirm, and whether a record that Salesforce has is forgotten, too."""

    typed: Annotated[str, Field(max_length=40)] = ""
    even_if_present: bool = False


@router.get("")
def show(
    sync: str,
    request: Request,
    user: GetUserDep,
    session: SessionDep,
    q: Annotated[str, Field(max_length=LONGEST)] = "",
) -> HTMLResponse:
    """Show what the ledger knows of a record; the page itself asks for what both systems have."""
    words = words_of(request)
    spec = _spec(sync, session, user)
    watch = show_watch(sync, Watching.RECORD, rights_of(user, sync), words)
    view = show_record(read_record(environment(), spec, q), spec, words)
    return render(request, "record.html", words, watch=watch, view=view, ready=watch.ready)


@router.post("/find")
def find(sync: str, body: Wanted, request: Request, user: GetUserDep, session: SessionDep) -> dict[str, str]:
    """Answer with the address of the record's page, which holds its Id and nothing else. Answers 404 for no record."""
    found = read_record(environment(), _spec(sync, session, user), body.text)
    if not found.id:
        _ = words_of(request).gettext
        raise HTTPException(404, found.trouble or _("No record is known by that. Try its Id."))
    return {"address": f"{request.scope['root_path']}/syncs/{quote(sync)}/record?q={found.id}"}


@router.post("/explanation")
def explanation(sync: str, body: Wanted, request: Request, user: GetUserDep, session: SessionDep) -> HTMLResponse:
    """Answer with the piece of the page that both systems fill."""
    words, spec = words_of(request), _spec(sync, session, user)
    view = show_explained(explain_record(environment(), spec, typed_id(body.text)), spec, words)
    return render(request, "record_explained.html", words, view=view, sync=sync)


@router.post("/forget")
def forget_it(sync: str, body: Forgetting, request: Request, user: GetUserDep, session: SessionDep) -> dict[str, str]:
    """Forget a record of this sync and answer with the receipt.

    Answers 422 where the Id was not typed, 409 where Salesforce has the record and nobody insists.
    """
    _ = words_of(request).gettext
    id_ = typed_id(body.text)
    if body.typed.strip() not in (id_, id_[:SHARED]):
        raise HTTPException(422, _("What was typed is not this Id."))
    found = forget(environment(), _spec(sync, session, user), id_, even_if_present=body.even_if_present)
    if found is None:
        raise HTTPException(
            409,
            _(
                "Salesforce still has this record, so the next run that reads it would create it again. Delete it "
                "there first, or say that you want this."
            ),
        )
    kept = _("Daktela still has its object, of mapping %(mappings)s: erase it there.")
    said = kept % {"mappings": ", ".join(found.in_daktela)} if found.in_daktela else ""
    return {"receipt": found.receipt, "said": said}


def _spec(sync: str, session: Session, user: GetUserDep) -> SyncSpec:
    standing = read_standing(environment(), session, sync, user, edits=False)
    if standing.spec is None:
        if standing.problems:
            raise MappingError(standing.problems)
        raise HTTPException(404, "There is no such sync.")
    return standing.spec
