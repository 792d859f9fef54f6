"""Refusals and errors: a page where a person looks at them, JSON where a script does."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from jwt import InvalidTokenError
from starlette.exceptions import HTTPException

from salesforce_daktela.errors import PipelineError, TransportError
from salesforce_daktela.ui.rendering import render
from salesforce_daktela.ui.rights import MissingRight, Need
from salesforce_daktela.ui.wording import Words, words_of

SIGNED_OUT = (401, 403)
MISFIT = "The request does not have the expected form."
LOOKED_AT = ("document", "iframe", "frame")


def show_refusal(request: Request, exc: Exception) -> Response:
    """Answer with the status that a dependency or a route has raised."""
    assert isinstance(exc, HTTPException)  # noqa: S101 registered for nothing else
    detail = words_of(request).sentence(str(exc.detail))
    need = exc.need if isinstance(exc, MissingRight) else None
    status = 401 if _of_no_session(exc) else exc.status_code
    return error_response(request, status, detail=detail, need=need, headers=exc.headers)


def _of_no_session(exc: HTTPException) -> bool:
    """Whether Airflow refuses the token, and no right of its holder.

    It answers 403 to a token that is revoked, signed with another key, or of somebody who is no user any more.
    """
    return isinstance(exc.__context__, InvalidTokenError)


def show_misfit(request: Request, _: Exception) -> Response:
    """Refuse a body that does not fit. FastAPI's own answer would quote it."""
    return error_response(request, 422, detail=words_of(request).sentence(MISFIT))


def show_trouble(request: Request, exc: Exception) -> Response:
    """Answer with the product's own sentence about what is wrong, and what to do: it holds no value of a record."""
    assert isinstance(exc, PipelineError)  # noqa: S101 registered for nothing else
    said = words_of(request).sentence(str(exc))
    return error_response(request, 503 if isinstance(exc, TransportError) else 422, detail=said, told=str(exc))


def error_response(
    request: Request,
    status: int,
    *,
    detail: str = "",
    told: str = "",
    need: Need | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the page or the JSON for a status. A page says nothing of what the request held, beside ``told``.

    ``need`` is the right that a 403 is about, None where Airflow itself refuses.
    """
    if not _looked_at(request):
        return JSONResponse({"detail": detail or "Error"}, status, headers=headers)
    words = words_of(request)
    title, advice = _sentences(status, words, need)
    model = {"title": title, "advice": advice, "told": told, "sign_in": status in SIGNED_OUT}
    return render(request, "error.html", words, status=status, headers=headers, **model)


def _looked_at(request: Request) -> bool:
    """Browsers say what a reply is for; older ones at least that they would take HTML."""
    purpose = request.headers.get("sec-fetch-dest")
    return purpose in LOOKED_AT if purpose else "text/html" in request.headers.get("accept", "")


def _sentences(status: int, words: Words, need: Need | None) -> tuple[str, str]:
    _ = words.gettext
    match status:
        case 401:
            return _("You are signed out"), _("Sign in again, and you are back on this page.")
        case 403:
            return _("You may not see this page"), _asking_for(need, words)
        case 404:
            return _("There is no such page"), _("Choose a page above.")
        case 409:
            return _("Somebody was faster"), _("Load the page again, and go on from what it shows then.")
        case 422:
            return _("This does not work as it is set up"), _("Mend what is said here, and load the page again.")
        case 503:
            return _("There is no answer just now"), _("Load the page again in a minute.")
        case _:
            return (
                _("This page could not be made"),
                _("Load it again. If it stays so, the log of Airflow's API server names the place of the error."),
            )


def _asking_for(need: Need | None, words: Words) -> str:
    _ = words.gettext
    match need:
        case Need.READ:
            return _(
                "Ask who looks after Airflow for the right to read the sync's DAG, or sign in as somebody who has it."
            )
        case Need.EDIT:
            return _(
                "Ask who looks after Airflow for the right to edit the sync's DAG, or sign in as somebody who has it."
            )
        case Need.CONNECTIONS:
            return _(
                "Ask who looks after Airflow for the right to edit connections, or sign in as somebody who has it."
            )
        case None:
            return _("Ask who looks after Airflow for the right to read DAGs, or sign in as somebody who has it.")
