"""Registers the pages in Airflow's own UI; Airflow finds this class by the package's entry point.

Every program of Airflow imports this module, also the scheduler and each task. So it imports nothing: the API server
imports the pages when somebody first asks for one.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import Any

from airflow.plugins_manager import AirflowPlugin

PREFIX = "salesforce-daktela"


class PagesAtFirstRequest:
    """The ASGI app of the pages, imported in a thread by the first request, so that others do not wait for it."""

    async def __call__(
        self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        """Answer one request."""
        module = await asyncio.to_thread(importlib.import_module, "salesforce_daktela.ui.app")
        await module.app(scope, receive, send)


class SalesforceDaktelaPlugin(AirflowPlugin):
    """The entry "Daktela" of Airflow's navigation, and the app that answers in its frame."""

    name = "salesforce_daktela"
    fastapi_apps = [  # noqa: RUF012 as the base class has it
        {"app": PagesAtFirstRequest(), "url_prefix": f"/{PREFIX}", "name": "Salesforce to Daktela"}
    ]
    # Relative, so that it also holds where [api] base_url has a path.
    external_views = [  # noqa: RUF012
        {"name": "Daktela", "href": f"{PREFIX}/", "destination": "nav", "url_route": "daktela"},
        {
            "name": "Daktela report",
            "href": f"{PREFIX}/run?dag_id={{DAG_ID}}&run_id={{RUN_ID}}",
            "destination": "dag_run",
            "url_route": "daktela-report",
            # Airflow 3.4 shows the tab on these DAGs alone; releases before it show it on every DAG.
            "applies_to": {"dag_tags": ["daktela"]},
        },
    ]
