"""The step Objects: its page, and objects added to the draft and taken out of it."""

from __future__ import annotations

from typing import Annotated, Literal

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.steps.setup.choosing import Wish, add_objects
from salesforce_daktela.steps.setup.companions import remove_from_companions
from salesforce_daktela.steps.setup.drafted import drafted_mapping, drafted_sync, mapping_names
from salesforce_daktela.steps.setup.rewriting import lookups_of, remove_mapping
from salesforce_daktela.steps.setup.shipped import starting_points
from salesforce_daktela.ui.drafting import DraftDep, OpenDraft
from salesforce_daktela.ui.kept import Read
from salesforce_daktela.ui.objects.reading import Org, read_org, written_records
from salesforce_daktela.ui.objects.view import SHIPPED, Offer, Removal, show_mapped, show_offer, show_removal
from salesforce_daktela.ui.outside import outside, salesforce
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import rights_of
from salesforce_daktela.ui.way import Step, show_way
from salesforce_daktela.ui.wording import Words, words_of

router = APIRouter()


class Chosen(BaseModel):
    """An object and what it becomes."""

    sobject: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}$")]
    becomes: Entity | Literal["shipped"]


class Added(BaseModel):
    """Objects for the version of the draft that the page has."""

    version: int
    objects: Annotated[list[Chosen], Field(min_length=1, max_length=20)]


class Removed(BaseModel):
    """A mapping that goes from the version of the draft that the page has."""

    version: int
    mapping: str


@router.get("/syncs/{sync}/objects")
def show(
    request: Request,
    draft: DraftDep,
    user: GetUserDep,
    q: Annotated[str, Query(max_length=80)] = "",
    technical: bool = False,
    fresh: bool = False,
    remove: str = "",
) -> HTMLResponse:
    """Show the mappings of the draft and the objects of the org."""
    words = words_of(request)
    org, trouble = _org(draft, fresh=fresh)
    names = mapping_names(draft.texts)
    mappings = [(name, drafted_mapping(draft.texts, name)) for name in names]
    labels = {} if org is None else {each.name: each.label for each in org.value.objects}
    return render(
        request,
        "objects.html",
        words,
        way=show_way(draft.sync, Step.OBJECTS, rights_of(user, draft.sync), words, unsaved=draft.unsaved),
        version=draft.version,
        mapped=show_mapped(mappings, labels, None if org is None else org.value.counts, words),
        offer=None if org is None else _offer(draft, org.value, q, technical, words),
        trouble=trouble,
        read_at=None if org is None else org.at,
        removal=_removal(draft, remove, words) if remove in names else None,
        q=q,
        technical=technical,
    )


@router.post("/syncs/{sync}/objects")
def add(added: Added, draft: DraftDep) -> dict[str, object]:
    """Add a mapping for each object to the draft, as one step."""
    seen = draft.seen(added.version)
    wishes = [
        Wish(sobject=each.sobject, entity=None if each.becomes == SHIPPED else Entity(each.becomes))
        for each in added.objects
    ]
    with outside(), salesforce(drafted_sync(seen.texts).salesforce_conn_id) as client:
        made = add_objects(client, seen.texts, wishes)
    kept = seen.keep(seen.draft.with_texts(made.texts))
    return {"version": kept.version, "added": made.names, "left_out": made.left_out}


@router.post("/syncs/{sync}/objects/remove")
def take_out(removed: Removed, draft: DraftDep) -> dict[str, object]:
    """Take a mapping out of the draft, with its tests and its part of the lock file."""
    seen = draft.seen(removed.version)
    left = remove_from_companions(seen.companions(), removed.mapping)
    kept = seen.drafting({**remove_mapping(seen.texts, removed.mapping), **left})
    return {"version": kept.version}


def _org(draft: OpenDraft, *, fresh: bool) -> tuple[Read[Org] | None, str]:
    """The org, or why it cannot be asked: the page shows the draft all the same."""
    try:
        return read_org(drafted_sync(draft.texts).salesforce_conn_id, fresh=fresh), ""
    except PipelineError as exc:
        return None, str(exc)


def _offer(draft: OpenDraft, org: Org, wanted: str, technical: bool, words: Words) -> Offer:
    mapped: dict[str, list[str]] = {}
    for name in mapping_names(draft.texts):
        found = drafted_mapping(draft.texts, name)
        if found is not None:
            mapped.setdefault(found.sobject, []).append(name)
    shipped = [each.spec.sobject for each in starting_points()]
    return show_offer(org.objects, org.counts, mapped, shipped, wanted=wanted, technical=technical, words=words)


def _removal(draft: OpenDraft, name: str, words: Words) -> Removal:
    lookups = lookups_of(draft.texts, name)
    only = len(mapping_names(draft.texts)) == 1
    return show_removal(name, lookups, written_records(draft.sync, name), words, only=only)
