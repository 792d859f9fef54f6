"""The step Save: its routes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.mapping.editing.diffs import unified_diff
from salesforce_daktela.steps.setup.save import ConflictError, FileChange, save_files
from salesforce_daktela.ui.deployment import State, ask_to_parse, read_deployment
from salesforce_daktela.ui.drafting import DraftDep, OpenDraft, open_draft, settle
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import reads_sync, rights_of
from salesforce_daktela.ui.save.facts import FileFacts
from salesforce_daktela.ui.save.reading import read_changes, read_save
from salesforce_daktela.ui.save.settling import folder_fingerprint
from salesforce_daktela.ui.save.view import put_together, show_save, state_words
from salesforce_daktela.ui.way import Step, show_way
from salesforce_daktela.ui.wording import words_of

router = APIRouter(prefix="/syncs/{sync}")
TEXT = "text/plain; charset=utf-8"


class Seen(BaseModel):
    """The body of a request that changes something: the version of the draft that the page shows."""

    version: int


@router.get("/save")
def show(request: Request, user: GetUserDep, opened: DraftDep, session: SessionDep) -> HTMLResponse:
    """Show what would be written, and what stands against it."""
    words = words_of(request)
    facts = read_save(opened, session)
    if facts.deployment.state(folder_fingerprint(opened.sync)) is State.DEPLOYED:
        settle(opened)
    view = show_save(facts, words)
    way = show_way(opened.sync, Step.SAVE, rights_of(user, opened.sync), words, unsaved=bool(view.files))
    return render(request, "save.html", words, way=way, view=view)


@router.post("/save")
def save(body: Seen, opened: DraftDep, session: SessionDep) -> dict[str, Any]:
    """Write the draft into the folder, and have Airflow read it. The draft is kept until Airflow has done so.

    Answers 409 when a file is no longer what the draft was made from, or there is nothing left to save, 422 with the
    sentence of any other refusal.
    """
    opened.seen(body.version)
    files = [file for file in read_changes(opened) if file.open]
    if not files or any(file.crossed for file in files):
        raise HTTPException(409, "Somebody else has saved meanwhile.")
    changes = [_change(opened, file) for file in files]
    try:
        save_files(opened.folder, changes, transforms_folder=opened.environment.transforms_folder())
    except ConflictError as exc:
        raise HTTPException(409, str(exc)) from exc
    with suppress(HTTPException):
        # What another window has kept in the meantime stays in the draft, to be saved next.
        opened = opened.keep(opened.draft.saved())
    ask_to_parse(session)
    return {"version": opened.version, "saved": [change.name for change in changes]}


@router.post("/draft/discard")
def discard(body: Seen, opened: DraftDep) -> dict[str, Any]:
    """Throw the draft away."""
    opened.seen(body.version).discard()
    return {"version": 0}


@router.post("/save/{name:path}/theirs")
def take_theirs(name: str, body: Seen, opened: DraftDep) -> dict[str, Any]:
    """Give up the draft's changes of one file."""
    file = _file(opened.seen(body.version), name)
    return {"version": opened.keep(opened.draft.settled(name, file.present, file.present)).version}


@router.post("/save/{name:path}/together")
def take_both(name: str, body: Seen, opened: DraftDep) -> dict[str, Any]:
    """Put the draft's changes of one file on top of what somebody else has saved. Answers 422 where both cross."""
    file = _file(opened.seen(body.version), name)
    return {"version": opened.keep(opened.draft.settled(name, file.present, put_together(file))).version}


@router.get("/save/changes.patch")
def patch(opened: DraftDep) -> Response:
    """All changes as one patch, over what the folder holds."""
    mappings = opened.folder.parent
    place = f"{mappings.parent.name}/{mappings.name}/{opened.sync}"
    diffs = [
        unified_diff(file.present, file.mine, f"{place}/{file.name}") for file in read_changes(opened) if file.open
    ]
    return _download("".join(diffs), f"{opened.sync}.patch")


@router.get("/save/{name:path}/text")
def text(name: str, opened: DraftDep) -> Response:
    """One file as the draft has it, to be put where mappings are kept."""
    found = opened.draft.files.get(name)
    if found is None or found.text is None:
        raise HTTPException(404, "There is no such file.")
    return _download(found.text, name.rpartition("/")[2])


@router.get("/deployment", dependencies=[Depends(reads_sync)])
def deployment(sync: str, request: Request, user: GetUserDep, session: SessionDep, files: str = "") -> dict[str, Any]:
    """How Airflow's DAG stands to the files of a fingerprint, else to those in the folder, for a page that waits."""
    found = read_deployment(session, sync)
    here = folder_fingerprint(sync)
    state = found.state(files or here)
    if found.state(here) is State.DEPLOYED and rights_of(user, sync).edit:
        with suppress(PipelineError):
            settle(open_draft(sync, user))
    words = words_of(request)
    label, said = state_words(state, words)
    problems = [words.sentence(line) for line in found.refused]
    return {"state": state, "label": label, "said": said, "problems": problems, "paused": found.paused}


def _change(opened: OpenDraft, file: FileFacts) -> FileChange:
    return FileChange(name=file.name, text=file.mine, seen=opened.draft.files[file.name].seen)


def _file(opened: OpenDraft, name: str) -> FileFacts:
    found = next((file for file in read_changes(opened) if file.name == name), None)
    if found is None:
        raise HTTPException(404, "There is no such file.")
    return found


def _download(content: str, name: str) -> Response:
    """The bytes as they are. The name is one of ours: letters, digits, underscores, hyphens and dots."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content.encode(), media_type=TEXT, headers=headers)
