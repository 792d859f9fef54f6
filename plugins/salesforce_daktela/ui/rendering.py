"""Templates filled in: everything that is no template is text, whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from airflow.api_fastapi.app import API_ROOT_PATH
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from salesforce_daktela.ui.wording import Language, Words, words_in

TEMPLATES = Path(__file__).with_name("templates")


def render(
    request: Request,
    template: str,
    words: Words,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **model: object,
) -> HTMLResponse:
    """Return a page made of a template and its model. Beside the model, templates know ``site`` and ``language``.

    The filter ``said`` says sentences of errors and problems in the page's language.
    """
    page = _environment(words.language).get_template(template).render(site=Site(request), **model)
    return HTMLResponse(page, status, headers=headers)


class Site:
    """The addresses of our pages and of Airflow's, below whatever path Airflow itself is served."""

    def __init__(self, request: Request) -> None:
        self.pages: str = request.scope["root_path"]
        self.airflow = API_ROOT_PATH.removesuffix("/")

    def dag(self, dag_id: str) -> str:
        """A DAG in Airflow's UI."""
        return f"{self.airflow}/dags/{quote(dag_id, safe='')}"

    def run(self, dag_id: str, run_id: str) -> str:
        """A run of a DAG in Airflow's UI."""
        return f"{self.dag(dag_id)}/runs/{quote(run_id, safe='')}"

    def task(self, dag_id: str, run_id: str, task_id: str, index: int = -1) -> str:
        """A task of a run in Airflow's UI; ``index`` is that of a mapped one."""
        mapped = f"/mapped/{index}" if index >= 0 else ""
        return f"{self.run(dag_id, run_id)}/tasks/{quote(task_id, safe='')}{mapped}"


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = words_in(language)
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["language"] = language.value
    environment.filters["said"] = words.sentence
    return environment
