"""Copy a sync, rename or delete what it has: the routes."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Annotated, Any

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.steps.setup.companions import remove_from_companions, rename_in_companions
from salesforce_daktela.steps.setup.folder import read_files, why_unwritable
from salesforce_daktela.steps.setup.removal import others_in, remove_sync
from salesforce_daktela.steps.setup.rewriting import remove_mapping, rename_mapping
from salesforce_daktela.steps.setup.save import ConflictError
from salesforce_daktela.ui.deployment import ask_to_parse
from salesforce_daktela.ui.drafting import DraftDep, OpenDraft, open_draft
from salesforce_daktela.ui.environment import LEDGER_TROUBLE
from salesforce_daktela.ui.manage.view import ManageFacts, show_manage
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.wording import words_of

log = logging.getLogger(__name__)
router = APIRouter(prefix="/syncs/{sync}/manage")


class Seen(BaseModel):
    """The body of a request: the version of the draft that the page shows."""

    version: int


class Named(Seen):
    """The same with a name that was typed."""

    name: Annotated[str, Field(max_length=80)] = ""


class Deleted(Named):
    """The same with the digests of the files that the page was made from."""

    seen: dict[str, str] = {}


@router.get("")
def show(request: Request, opened: DraftDep) -> HTMLResponse:
    """Show what can be done, and what follows from it."""
    words = words_of(request)
    facts = ManageFacts(
        sync=opened.sync,
        version=opened.version,
        texts=opened.texts,
        loaded=_loaded(opened),
        seen={name: file.digest for name, file in read_files(opened.folder).items()},
        others=others_in(opened.folder),
        folder=opened.folder.is_dir(),
        unsaved=opened.unsaved,
        unwritable=why_unwritable(opened.folder) or "",
    )
    return render(request, "manage.html", words, view=show_manage(facts, words))


@router.post("/copy")
def copy(body: Named, request: Request, user: GetUserDep, opened: DraftDep) -> dict[str, Any]:
    """Begin a draft of another sync with the same files, tests and lock file among them.

    Answers 403 without the right to edit that one, 409 when there is one of this name. A draft of it that is the same
    was begun by this very request, when its answer was not heard.
    """
    opened.seen(body.version)
    other = open_draft(body.name, user)
    if other.folder.exists() or (other.texts and other.texts != opened.texts):
        _ = words_of(request).gettext
        raise HTTPException(409, _("There is a sync of this name already. Choose another name."))
    other.having(other.draft.with_companions({**opened.texts, **opened.companions()}, {}), other.version)
    return _onward(request, body.name)


@router.post("/mappings/{mapping}/rename")
def rename(mapping: str, body: Named, request: Request, opened: DraftDep) -> dict[str, Any]:
    """Give a mapping another name in the draft, and in its tests and the lock file."""
    beside = opened.seen(body.version).companions()
    renamed = rename_mapping(opened.texts, mapping, body.name)
    opened.drafting({**renamed, **rename_in_companions(beside, mapping, body.name)})
    return _onward(request, opened.sync)


@router.post("/mappings/{mapping}/delete")
def delete_mapping(mapping: str, body: Seen, request: Request, opened: DraftDep) -> dict[str, Any]:
    """Take a mapping out of the draft, with its tests and its part of the lock file."""
    beside = opened.seen(body.version).companions()
    opened.drafting({**remove_mapping(opened.texts, mapping), **remove_from_companions(beside, mapping)})
    return _onward(request, opened.sync)


@router.post("/delete")
def delete(body: Deleted, request: Request, session: SessionDep, opened: DraftDep) -> dict[str, Any]:
    """Delete the sync's folder and the draft of it.

    Answers 422 unless its name was typed, 409 when a file was changed since the page was made.
    """
    opened.seen(body.version)
    if body.name != opened.sync:
        _ = words_of(request).gettext
        raise HTTPException(422, _("Type the name of the sync to delete it."))
    if opened.folder.is_dir():
        try:
            remove_sync(opened.folder, body.seen)
        except ConflictError as exc:
            raise HTTPException(409, str(exc)) from exc
    with suppress(HTTPException):
        # What another window has kept in the meantime is a draft of a new sync.
        opened.discard()
    ask_to_parse(session)
    return {"address": f"{request.scope['root_path']}/"}


def _onward(request: Request, sync: str) -> dict[str, Any]:
    return {"address": f"{request.scope['root_path']}/syncs/{sync}/save"}


def _loaded(opened: OpenDraft) -> dict[str, int]:
    """Objects in Daktela by mapping, as the ledger knows them; none where it does not answer or has no tables yet."""
    try:
        ledger = opened.environment.ledger()
        names = [name.removesuffix(".yaml") for name in opened.texts if name != SYNC_FILE]
        return {name: ledger.records.count_present(opened.sync, name) for name in names}
    except LEDGER_TROUBLE as exc:
        log.warning("objects of sync %s cannot be counted: %s", opened.sync, type(exc).__name__)
        return {}
