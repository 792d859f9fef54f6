"""The app that Airflow's API server mounts: every route behind Airflow's sign-in, static files public."""

from __future__ import annotations

from pathlib import Path

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.ui import language_choice
from salesforce_daktela.ui.activate import page as activate
from salesforce_daktela.ui.authorize import page as authorize
from salesforce_daktela.ui.connect import page as connect
from salesforce_daktela.ui.database import page as database
from salesforce_daktela.ui.errors import show_misfit, show_refusal, show_trouble
from salesforce_daktela.ui.guard import GuardedResponses
from salesforce_daktela.ui.manage import page as manage
from salesforce_daktela.ui.map_data import documents, grammar, live
from salesforce_daktela.ui.map_page import page as map_page
from salesforce_daktela.ui.objects import page as objects
from salesforce_daktela.ui.origin import refuse_other_origins
from salesforce_daktela.ui.plan import page as plan
from salesforce_daktela.ui.preview import page as preview
from salesforce_daktela.ui.save import page as save
from salesforce_daktela.ui.settings import page as settings
from salesforce_daktela.ui.syncs import new_sync
from salesforce_daktela.ui.syncs import page as syncs
from salesforce_daktela.ui.watching.answers import page as answers
from salesforce_daktela.ui.watching.numbers import page as numbers
from salesforce_daktela.ui.watching.overview import page as overview
from salesforce_daktela.ui.watching.parked import page as parked
from salesforce_daktela.ui.watching.reconcile import page as reconcile
from salesforce_daktela.ui.watching.record import page as record
from salesforce_daktela.ui.watching.rejects import page as rejects
from salesforce_daktela.ui.watching.run import page as run
from salesforce_daktela.ui.watching.runs import page as runs
from salesforce_daktela.ui.watching.schema import page as schema
from salesforce_daktela.ui.watching.status import page as status

STATIC = Path(__file__).with_name("static")


def create_app() -> FastAPI:
    """Return the pages' app. A route that is added to it needs a sign-in, and a line in the tests' table of rights."""
    app = FastAPI(
        dependencies=[Depends(get_user), Depends(refuse_other_origins)],
        # FastAPI serves these without the dependencies above.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.add_middleware(GuardedResponses)
    app.add_exception_handler(HTTPException, show_refusal)
    app.add_exception_handler(RequestValidationError, show_misfit)
    app.add_exception_handler(PipelineError, show_trouble)
    steps = (connect, authorize, database, objects, map_page, preview, save, plan, activate)
    for page in (syncs, new_sync, settings, manage, *steps):
        app.include_router(page.router)
    for page in (overview, status, rejects, parked, answers, runs, run, schema, record, reconcile, numbers):
        app.include_router(page.router)
    app.include_router(language_choice.router)
    for room in (documents, live, grammar):
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


app = create_app()
