"""The step Connect: its page, the choice of connections, and what a pasted address means."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from salesforce_daktela.airflow.settings import trusted_hosts
from salesforce_daktela.ui.connect.addresses import AddressView, show_address
from salesforce_daktela.ui.connect.facts import EndFacts
from salesforce_daktela.ui.connect.reading import read_end
from salesforce_daktela.ui.connect.view import NEW, show_connect
from salesforce_daktela.ui.connection_fields import System
from salesforce_daktela.ui.drafted_sync import CONN_ID, conn_ids, with_keys
from salesforce_daktela.ui.drafting import DraftDep
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import edits_connections, rights_of
from salesforce_daktela.ui.way import Step, show_way
from salesforce_daktela.ui.wording import words_of

router = APIRouter()
ConnId = Annotated[str, Field(pattern=r"^[\w.-]{1,200}$")]


class Chosen(BaseModel):
    """The Ids of both connections, for the version of the draft that the page has."""

    version: int
    salesforce: ConnId
    daktela: ConnId


class Pasted(BaseModel):
    """What stands in a field for an address."""

    system: System
    text: Annotated[str, Field(max_length=2000)]


@router.get("/syncs/{sync}/connect")
def show(
    sync: str,
    request: Request,
    draft: DraftDep,
    user: GetUserDep,
    session: SessionDep,
    salesforce: str | None = None,
    daktela: str | None = None,
) -> HTMLResponse:
    """Show both connections of the draft, or those that the address names; an empty Id shows a form for a new one."""
    words, rights = words_of(request), rights_of(user, sync)
    asked = {System.SALESFORCE: salesforce, System.DAKTELA: daktela}
    ends = []
    for system, of_draft in conn_ids(draft).items():
        of_address = asked[system]
        conn_id = of_draft if of_address is None else of_address or None
        ends.append(
            read_end(system, conn_id, session, user) if rights.connections else EndFacts.unseen(system, of_draft)
        )
    view = show_connect(draft.version, ends, sync=sync, may=rights.connections, words=words)
    way = show_way(sync, Step.CONNECT, rights, words, unsaved=draft.unsaved)
    return render(request, "connect.html", words, view=view, way=way, new=NEW)


@router.put("/syncs/{sync}/connect")
def choose(chosen: Chosen, draft: DraftDep) -> dict[str, object]:
    """Name both connections in the draft's ``sync.yaml``."""
    ids = {CONN_ID[System.SALESFORCE]: chosen.salesforce, CONN_ID[System.DAKTELA]: chosen.daktela}
    kept = with_keys(draft, chosen.version, ids)
    return {"version": kept.version, "unsaved": kept.unsaved}


@router.post("/addresses", dependencies=[Depends(edits_connections)])
def understand(pasted: Pasted, request: Request) -> AddressView:
    """Say which host an address means, by the rules by which the clients go."""
    return show_address(pasted.system, pasted.text, trusted_hosts(), words_of(request))
