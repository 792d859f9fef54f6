"""The step Map: its pages. What the table holds is read and written by the routes below each page."""

from __future__ import annotations

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from salesforce_daktela.ui.drafting import DraftDep, OpenDraft
from salesforce_daktela.ui.map_page.view import mappings_of, show_map
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import Rights, rights_of
from salesforce_daktela.ui.way import Step, show_way
from salesforce_daktela.ui.wording import words_of

router = APIRouter()


@router.get("/syncs/{sync}/map")
def show_first(request: Request, user: GetUserDep, draft: DraftDep) -> Response:
    """Go to the first mapping; say what to do where there is none."""
    names = mappings_of(draft.texts)
    if names:
        return RedirectResponse(f"{request.scope['root_path']}/syncs/{draft.sync}/map/{names[0]}", 303)
    return _page(request, rights_of(user, draft.sync), draft, "")


@router.get("/syncs/{sync}/map/{mapping}")
def show_one(request: Request, mapping: str, user: GetUserDep, draft: DraftDep) -> Response:
    """Show the table of one mapping. Raises 404 for one that the draft does not have."""
    if mapping not in mappings_of(draft.texts):
        raise HTTPException(404, "There is no such mapping.")
    return _page(request, rights_of(user, draft.sync), draft, mapping)


def _page(request: Request, rights: Rights, draft: OpenDraft, mapping: str) -> Response:
    words = words_of(request)
    way = show_way(draft.sync, Step.MAP, rights, words, unsaved=draft.unsaved)
    return render(request, "map.html", words, way=way, view=show_map(mapping, draft.texts, words))
