"""The step Map without Airflow's server: the real page and scripts, a draft in memory, 60 fields by 1,000 fields."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.base import RequestResponseEndpoint

from salesforce_daktela.mapping.editing.applying import apply
from salesforce_daktela.mapping.editing.document import from_document, to_document
from salesforce_daktela.mapping.editing.edits import EditError
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.editing.form_changes import changes
from salesforce_daktela.mapping.problems import MappingError, MappingProblem
from salesforce_daktela.mapping.transforms.definition import UNSET, Option
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from salesforce_daktela.steps.setup.save import check_files

SHIPPED = Path(__file__).resolve().parents[3] / "include" / "mappings" / "default"
HOSTILE = '<img src=x onerror="document.title=1">"\u202egnp'
INDUSTRIES = ("Banking", "Energy", "Retail")
TYPES = {str: "str", int: "int", float: "float", bool: "bool", dict: "table"}
LONGEST = {"title": 255, "firstname": 128, "lastname": 128, "description": 512}
STANDARD = ("description", "title", "firstname", "lastname", "account", "user")


@dataclass(slots=True)
class Draft:
    """The texts of one mapping file; ``at`` is the one that counts.

    ``fails`` is what every write answers instead; 401 is what everything answers to whoever is signed out. ``found`` is
    what the two systems find wrong.
    """

    texts: list[str]
    at: int = 0
    version: int = 1
    fails: int = 0
    puts: list[Any] = field(default_factory=list)
    found: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The file as the draft has it."""
        return self.texts[self.at]

    @property
    def file(self) -> str:
        """Its digest."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def keep(self, text: str) -> None:
        """Keep another text as a step that can be undone."""
        self.texts[self.at + 1 :] = [text]
        self.at, self.version = self.at + 1, self.version + 1

    def document(self) -> dict[str, Any]:
        """What the page reads."""
        return {
            "version": self.version,
            "file": self.file,
            "form": _form(self.text),
            "problems": [_problem(problem) for problem in problems_of(self.text)],
            "can_undo": self.at > 0,
            "can_redo": self.at + 1 < len(self.texts),
            "unsaved": self.at > 0,
            "mappings": [{"name": "contacts", "sobject": "Contact", "entity": "contacts"}],
        }


def _form(text: str) -> dict[str, Any] | None:
    try:
        return to_document(read_form(text))
    except MappingError:
        return None


def problems_of(text: str) -> Sequence[MappingProblem]:
    """The loader's problems of the shipped folder with another ``contacts.yaml``."""
    try:
        check_files(SHIPPED, {"contacts.yaml": text})
    except MappingError as exc:
        return exc.problems
    return ()


def _problem(problem: MappingProblem) -> dict[str, Any]:
    target, key = None, problem.path or None
    if problem.path.startswith("fields."):
        pieces = problem.path.removeprefix("fields.").split(".")
        size = 2 if pieces[0] == "customFields" else 1
        target, key = ".".join(pieces[:size]), ".".join(pieces[size:]) or None
    line = problem.position.line
    return {"target": target, "key": key, "what": problem.what, "advice": problem.advice, "line": line}


def salesforce_fields() -> list[dict[str, Any]]:
    """A thousand fields as an org of years has them; parents, a picklist and a hostile label among them."""
    known = [
        ("FirstName", "First Name", "string"),
        ("LastName", "Last Name", "string"),
        ("Email", "Email", "email"),
        ("Phone", "Business Phone", "phone"),
        ("MobilePhone", "Mobile Phone", "phone"),
        ("AccountId", "Account ID", "reference"),
        ("Description", "Contact Description", "textarea"),
        ("Prijmeni__c", "Příjmení za svobodna", "string"),
        ("Hostile__c", HOSTILE, "string"),
    ]
    fields = [_field(*each) for each in known]
    fields.append(_field("Industry__c", "Industry", "picklist", picklist=INDUSTRIES))
    fields += [
        _field(name, label, "reference", parent=True) for name, label in (("Account", "Account"), ("Owner", "Owner"))
    ]
    return fields + [_field(f"Custom_{n}__c", f"Custom field number {n}", "string") for n in range(1000 - len(fields))]


def _field(path: str, label: str, type_: str, *, picklist: Sequence[str] = (), parent: bool = False) -> dict[str, Any]:
    values = [{"value": each, "label": f"{each} sector"} for each in picklist]
    custom = path.endswith("__c")
    return {"path": path, "label": label, "type": type_, "custom": custom, "picklist": values, "parent": parent}


def daktela_fields() -> list[dict[str, Any]]:
    """Sixty fields: the standard ones, those that the shipped file maps, and others."""
    found = [_target(name, name.title(), "TEXT") for name in STANDARD]
    found += [_target(f"customFields.{name}", name.title(), name.upper()) for name in ("email", "number")]
    options = [{"value": "bank", "label": "Banks"}, {"value": "utility", "label": "Utilities"}]
    found.append({**_target("customFields.industry", "Industry", "SELECT"), "options": options})
    return found + [_target(f"customFields.extra_{n}", f"Extra {n}", "TEXT") for n in range(60 - len(found))]


def _target(target: str, label: str, type_: str) -> dict[str, Any]:
    return {
        "target": target,
        "label": label,
        "type": type_,
        "required": target in ("title", "lastname"),
        "options": [],
        "length": LONGEST.get(target),
        "meaning": "The name under which people find it." if target == "title" else "",
    }


def grammar() -> dict[str, Any]:
    """The language as the scripts need it."""
    transforms = [
        {
            "name": each.name,
            "doc": f"what {each.name} does",
            "takes": each.takes,
            "main": each.main,
            "own": False,
            "options": [_option(name, option) for name, option in each.options.items()],
        }
        for each in BUILT_IN.values()
    ]
    return {"transforms": transforms, "settings": {}, "rule": {}, "lookups": ["users", "accounts"]}


def _option(name: str, option: Option) -> dict[str, Any]:
    required = option.default is UNSET
    type_ = option.type if isinstance(option.type, type) else str
    default = None if required else option.default
    return {"name": name, "type": TYPES[type_], "required": required, "default": default, "choices": None}


def create_app(draft: Draft) -> FastAPI:
    """The page of one mapping and the JSON it asks for. Airflow's settings have to be there before."""
    from salesforce_daktela.ui.app import STATIC
    from salesforce_daktela.ui.guard import GuardedResponses

    app = FastAPI()
    app.add_middleware(GuardedResponses)

    @app.middleware("http")
    async def whoever_is_signed_out_gets_nothing(request: Request, go_on: RequestResponseEndpoint) -> Response:
        if draft.fails == 401 and request.headers.get("accept") == "application/json":
            return JSONResponse({"detail": "stands in for a refusal"}, 401)
        return await go_on(request)

    app.add_api_route("/favicon.ico", lambda: Response(status_code=204))
    app.mount("/static", StaticFiles(directory=STATIC))
    _add_page(app, draft)
    _add_document(app, draft)
    _add_facts(app, draft)
    return app


def _add_page(app: FastAPI, draft: Draft) -> None:
    from salesforce_daktela.ui.language_choice import router
    from salesforce_daktela.ui.map_page.view import show_map
    from salesforce_daktela.ui.rendering import render
    from salesforce_daktela.ui.rights import Rights
    from salesforce_daktela.ui.way import Step, show_way
    from salesforce_daktela.ui.wording import words_of

    app.include_router(router)

    @app.get("/syncs/sales/map/contacts")
    def page(request: Request) -> Response:
        words = words_of(request)
        way = show_way("sales", Step.MAP, Rights(read=True, edit=True, connections=True, run=True), words)
        view = show_map("contacts", {"contacts.yaml": draft.text}, words)
        return render(request, "map.html", words, way=way, view=view)


def _add_document(app: FastAPI, draft: Draft) -> None:
    address = "/syncs/sales/map/contacts/document"

    @app.get(address)
    def read() -> dict[str, Any]:
        return draft.document()

    @app.put(address)
    def keep(body: dict[str, Any]) -> Response:
        draft.puts.append(body)
        if draft.fails:
            return JSONResponse({"detail": "stands in for a refusal"}, draft.fails)
        try:
            text = apply(draft.text, changes(draft.text, from_document(body["form"])))
        except (ValueError, EditError) as exc:
            return JSONResponse({"detail": str(exc)}, 422)
        if text != draft.text:
            if (body["version"], body["file"]) != (draft.version, draft.file):
                return JSONResponse(draft.document(), 409)
            draft.keep(text)
        return JSONResponse(draft.document())

    @app.post("/syncs/sales/{which}")
    def step(which: str, body: dict[str, Any]) -> Response:
        if body["version"] != draft.version:
            return JSONResponse({"detail": "was changed in another window"}, 409)
        draft.at = max(0, min(len(draft.texts) - 1, draft.at + (-1 if which == "undo" else 1)))
        draft.version += 1
        return JSONResponse({"version": draft.version})


def _add_facts(app: FastAPI, draft: Draft) -> None:
    own = "/syncs/sales/map/contacts"

    @app.get(f"{own}/fields")
    def fields(parent: str = "") -> dict[str, Any]:
        below = [_field(f"{parent}.{name}", label, "string") for name, label in (("Name", "Name"), ("Email", "Email"))]
        found = below if parent else salesforce_fields()
        salesforce = {"read_at": "2026-11-28T20:00:00+00:00", "fields": found}
        return {"salesforce": salesforce, "daktela": {"read_at": "", "fields": [] if parent else daktela_fields()}}

    @app.get(f"{own}/samples")
    def samples(record: str = "") -> dict[str, Any]:
        values = {"FirstName": "Řehoř", "LastName": "Šťastný", "Email": "rehor@example.org", "Hostile__c": HOSTILE}
        return {"record": {"id": record or "003000000000001AAA", "label": "Řehoř Šťastný"}, "values": values}

    @app.post(f"{own}/samples")
    def sample(body: dict[str, str]) -> Response:
        if body["record"] == "nobody":
            return JSONResponse({"what": "no record has this name", "advice": "type another part of it"}, 422)
        return JSONResponse(samples(body["record"]))

    @app.get(f"{own}/suggestions")
    def suggestions() -> dict[str, Any]:
        rules = {
            "customFields.industry": [["from", "Industry__c"]],
            "customFields.extra_0": [["from", ["Phone", "Fax"]]],
        }
        rows = [{"target": target, "rule": {"keys": rule}} for target, rule in rules.items()]
        return {"rows": [{**row, "from": "Industry__c", "why": "It has the same name."} for row in rows]}

    @app.get(f"{own}/check")
    def check() -> dict[str, Any]:
        return {"problems": draft.found, "read_at": ""}

    @app.post(f"{own}/count")
    def count(body: dict[str, Any]) -> dict[str, Any]:
        return {"count": 1191} if body["where"] else {"what": "an empty condition", "advice": "write one"}

    @app.get("/syncs/sales/grammar")
    def words() -> dict[str, Any]:
        return grammar()
