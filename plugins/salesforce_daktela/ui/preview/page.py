"""The step Preview: its routes. Values of records go to those who may edit the DAG, and into no address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.steps.setup.preview import Preview, Previewer
from salesforce_daktela.ui.drafting import DraftDep, OpenDraft
from salesforce_daktela.ui.outside import daktela, outside, salesforce
from salesforce_daktela.ui.preview.view import show_preview
from salesforce_daktela.ui.problem_lines import problem_lines
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import rights_of
from salesforce_daktela.ui.way import Step, show_way
from salesforce_daktela.ui.wording import words_of

router = APIRouter(prefix="/syncs/{sync}/preview")
LONGEST = 400


class Wanted(BaseModel):
    """The body of a request: Ids or a piece of a name, empty for the first records."""

    wanted: Annotated[str, Field(max_length=LONGEST)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A mapping to preview."""

    name: str
    sobject: str
    current: bool


@router.get("")
def show_first(request: Request, user: GetUserDep, opened: DraftDep) -> HTMLResponse:
    """Show the page for the first mapping."""
    names = _names(opened)
    return _page(request, user, opened, names[0] if names else "")


@router.get("/{mapping}")
def show(mapping: str, request: Request, user: GetUserDep, opened: DraftDep) -> HTMLResponse:
    """Show the page for one mapping; its records are asked for by the page itself."""
    if mapping not in _names(opened):
        raise HTTPException(404, "There is no such mapping.")
    return _page(request, user, opened, mapping)


@router.post("/{mapping}")
def records(mapping: str, body: Wanted, request: Request, opened: DraftDep) -> HTMLResponse:
    """Read and map records; the answer is a piece of the page."""
    spec, problems = opened.check()
    if spec is None:
        raise MappingError(problems)
    if mapping not in [found.name for found in spec.mappings]:
        raise HTTPException(404, "There is no such mapping.")
    words = words_of(request)
    view = show_preview(_read(opened, spec, mapping, body.wanted), spec.mapping(mapping), words)
    return render(request, "preview_records.html", words, view=view, sync=opened.sync)


def _read(opened: OpenDraft, spec: SyncSpec, mapping: str, wanted: str) -> Preview:
    with outside(), salesforce(spec.salesforce_conn_id) as org, daktela(spec.daktela_conn_id) as instance:
        return Previewer(
            spec=spec,
            mapping=spec.mapping(mapping),
            salesforce=org,
            daktela=instance,
            database=opened.environment.daktela_database(spec.daktela_conn_id),
            transforms=load_project_transforms(opened.environment.transforms_folder()),
        ).preview(wanted)


def _names(opened: OpenDraft) -> list[str]:
    return [name.removesuffix(".yaml") for name in opened.texts if name != SYNC_FILE]


def _page(request: Request, user: GetUserDep, opened: OpenDraft, mapping: str) -> HTMLResponse:
    words = words_of(request)
    spec, problems = opened.check()
    order = [] if spec is None else [(found.name, found.sobject) for found in spec.mappings]
    choices = [Choice(name=name, sobject=sobject, current=name == mapping) for name, sobject in order]
    way = show_way(opened.sync, Step.PREVIEW, rights_of(user, opened.sync), words, unsaved=opened.unsaved)
    lines = problem_lines(problems, opened.texts)
    return render(request, "preview.html", words, way=way, choices=choices, mapping=mapping, problems=lines)
