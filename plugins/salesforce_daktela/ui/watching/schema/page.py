"""The page of schemas: its routes."""

from __future__ import annotations

from typing import Any

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from salesforce_daktela.mapping.editing.diffs import unified_diff
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.steps.preflight.schema_lock import LOCK
from salesforce_daktela.steps.setup.agree import save_lock
from salesforce_daktela.steps.setup.save import ConflictError
from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import edits_sync, reads_sync, rights_of
from salesforce_daktela.ui.watching.nav import READY, Watching, show_watch
from salesforce_daktela.ui.watching.schema.facts import Present
from salesforce_daktela.ui.watching.schema.now_view import digest_of, show_present
from salesforce_daktela.ui.watching.schema.reading import read_present, read_schemas
from salesforce_daktela.ui.watching.schema.view import show_schemas
from salesforce_daktela.ui.wording import words_of

router = APIRouter(prefix="/syncs/{sync}/schema")
CHANGED = "One of the schemas, or the lock file, has changed meanwhile: read both systems again."


class Agreed(BaseModel):
    """What the person has seen: digests of the lock file that is there, empty for none, and of the new one."""

    seen: str
    text: str


@router.get("", dependencies=[Depends(reads_sync)])
def show(sync: str, request: Request, user: GetUserDep, session: SessionDep) -> HTMLResponse:
    """Show what runs have told of both schemas."""
    words, rights = words_of(request), rights_of(user, sync)
    view = show_schemas(read_schemas(environment(), session, sync, user, rights), words)
    watch = show_watch(sync, Watching.SCHEMA, rights, words)
    return render(request, "schema.html", words, watch=watch, view=view, links=Watching.RUNS in READY)


@router.post("/now", dependencies=[Depends(edits_sync)])
def look(sync: str, request: Request) -> HTMLResponse:
    """Read both systems; the answer is a piece of the page."""
    words, present = words_of(request), _present(sync, fresh=True)
    spec = load_sync(environment().mappings_folder() / sync, transforms_folder=environment().transforms_folder())
    return render(request, "schema_now.html", words, view=show_present(present, spec.timezone or "UTC", words))


@router.post("/agree", dependencies=[Depends(edits_sync)])
def agree(sync: str, body: Agreed) -> dict[str, Any]:
    """Save the lock file that the page has shown.

    Answers 409 when one of the schemas or the file is no longer what it was, 422 when the file cannot be written.
    """
    present = _present(sync, fresh=False)
    if digest_of(present.text) != body.text:
        raise HTTPException(409, CHANGED)
    try:
        save_lock(environment().mappings_folder() / sync, present.text, body.seen or None)
    except ConflictError as exc:
        raise HTTPException(409, CHANGED) from exc
    return {"saved": LOCK}


@router.get("/lock.patch", dependencies=[Depends(edits_sync)])
def patch(sync: str) -> Response:
    """The new lock file as a patch over the one that is there."""
    present = _present(sync, fresh=False)
    before = None if present.lock is None else present.lock.text
    return _download(unified_diff(before, present.text, present.place), f"{sync}.lock.patch")


@router.get("/lock", dependencies=[Depends(edits_sync)])
def text(sync: str) -> Response:
    """The new lock file, to be put where mappings are kept."""
    return _download(_present(sync, fresh=False).text, LOCK)


def _present(sync: str, *, fresh: bool) -> Present:
    if not (environment().mappings_folder() / sync).is_dir():
        raise HTTPException(404, "There is no such sync.")
    return read_present(sync, fresh=fresh)


def _download(content: str, name: str) -> Response:
    """The bytes as they are. The name is one of ours: letters, digits, underscores and dots."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content.encode(), media_type="text/plain; charset=utf-8", headers=headers)
