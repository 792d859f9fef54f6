"""The beginning of a sync: a draft with a ``sync.yaml`` that lists no mapping yet. Nothing is written to the folder."""

from __future__ import annotations

from dataclasses import dataclass

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import APIRouter, HTTPException, Request

from salesforce_daktela.mapping.language.loader import NAME, SYNC_FILE
from salesforce_daktela.ui.drafted_sync import begun_sync
from salesforce_daktela.ui.drafting import DraftDep
from salesforce_daktela.ui.rights import rights_of
from salesforce_daktela.ui.wording import words_of

router = APIRouter()
FIRST = "sales"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSyncView:
    """The form for a name. ``suggested`` is one that may stay as it is, empty for none."""

    may: bool
    pattern: str
    suggested: str


def show_new_sync(user: BaseUser, *, first: bool) -> NewSyncView:
    """Return the form; whether a person may begin a sync is asked of a name that none has yet."""
    suggested = FIRST if first else ""
    return NewSyncView(may=rights_of(user, FIRST).edit, pattern=NAME.pattern, suggested=suggested)


@router.post("/syncs/{sync}", status_code=201)
def begin(sync: str, request: Request, draft: DraftDep) -> dict[str, object]:
    """Begin a draft. Raises 409 when there is a sync of this name, or a draft of it in which something was done.

    A draft that is as it begins was begun by this very request, when its answer was not heard.
    """
    begun = {SYNC_FILE: begun_sync()}
    if draft.texts and (draft.texts != begun or draft.folder.exists()):
        _ = words_of(request).gettext
        raise HTTPException(409, _("There is a sync of this name already. Choose another name."))
    kept = draft.having(draft.draft.with_texts(begun), draft.version)
    return {"version": kept.version, "address": f"{request.scope['root_path']}/syncs/{sync}/connect"}
