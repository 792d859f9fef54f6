"""The routes of a mapping's document in the draft: read, written, undone."""

from __future__ import annotations

import hashlib
from typing import Any

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from salesforce_daktela.ledger.setup.drafts import StaleDraftError
from salesforce_daktela.mapping.editing.applying import apply
from salesforce_daktela.mapping.editing.document import from_document
from salesforce_daktela.mapping.editing.form_changes import changes
from salesforce_daktela.steps.setup.draft import Draft
from salesforce_daktela.steps.setup.drafted import SUFFIX
from salesforce_daktela.ui.drafting import DraftDep, OpenDraft, open_draft
from salesforce_daktela.ui.map_data.replies import document_reply
from salesforce_daktela.ui.wording import Words, words_of

router = APIRouter()


class Seen(BaseModel):
    """``version`` is that of the draft from which the page was made."""

    version: int


class Changed(Seen):
    """The whole form as the page has it now, and the digest of the file that it was made from."""

    file: str
    form: dict[str, Any]


@router.get("/syncs/{sync}/map/{mapping}/document")
def read_document(request: Request, mapping: str, draft: DraftDep) -> JSONResponse:
    """Return a mapping as a form, with its problems."""
    return JSONResponse(_document(_having(draft, mapping), mapping, words_of(request)))


@router.put("/syncs/{sync}/map/{mapping}/document")
def write_document(
    request: Request, sync: str, mapping: str, changed: Changed, draft: DraftDep, user: GetUserDep
) -> JSONResponse:
    """Make the draft's file say what the form says, and nothing else of it differ.

    A change that is there already is taken for kept, whichever version it was made from: its page may have been left
    before it heard so. A form of another text is refused, for it would take back what that text has in addition: a
    file that the draft does not change is the folder's, in which somebody else may have saved.
    """
    words = words_of(request)
    file = f"{mapping}{SUFFIX}"
    text = _having(draft, mapping).texts[file]
    wanted = _written(text, changed.form, file)
    try:
        if _digest(text) != changed.file:
            raise HTTPException(409, str(StaleDraftError(sync)))
        # The draft that the page knows may have been deployed meanwhile, and done: the text is the same.
        version = changed.version if draft.version else 0
        kept = _kept(draft, version, draft.draft.with_text(file, wanted))
    except HTTPException as exc:
        if exc.status_code != 409:
            raise
        present = _having(open_draft(sync, user), mapping)
        document = _document(present, mapping, words)
        if present.texts[file] == wanted:
            return JSONResponse(document)
        return JSONResponse({"detail": words.sentence(str(exc.detail)), **document}, 409)
    return JSONResponse(_document(kept, mapping, words))


@router.post("/syncs/{sync}/undo")
def undo(seen: Seen, draft: DraftDep) -> dict[str, object]:
    """Take the draft's last step back."""
    return _state(_kept(draft, seen.version, draft.draft.undo()))


@router.post("/syncs/{sync}/redo")
def redo(seen: Seen, draft: DraftDep) -> dict[str, object]:
    """Take the step that was taken back."""
    return _state(_kept(draft, seen.version, draft.draft.redo()))


def _having(draft: OpenDraft, mapping: str) -> OpenDraft:
    if mapping == "sync" or f"{mapping}{SUFFIX}" not in draft.texts:
        raise HTTPException(404, "There is no such mapping.")
    return draft


def _written(text: str, form: dict[str, Any], file: str) -> str:
    try:
        wanted = from_document(form)
    except ValueError as exc:
        raise HTTPException(422, f"This cannot be written into the file: {exc}") from exc
    return apply(text, changes(text, wanted, file=file), file=file)


def _kept(draft: OpenDraft, version: int, changed: Draft) -> OpenDraft:
    return draft.seen(version).having(changed, version)


def _document(draft: OpenDraft, mapping: str, words: Words) -> dict[str, Any]:
    _, problems = draft.check()
    file = _digest(draft.texts[f"{mapping}{SUFFIX}"])
    return document_reply(draft.texts, mapping, problems, {**_state(draft), "file": file}, words)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _state(draft: OpenDraft) -> dict[str, object]:
    return {
        "version": draft.version,
        "can_undo": draft.draft.can_undo,
        "can_redo": draft.draft.can_redo,
        "unsaved": draft.unsaved,
    }
