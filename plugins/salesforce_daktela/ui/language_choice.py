"""The switch between languages: a cookie for the pages alone."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from salesforce_daktela.ui.wording import COOKIE, Language

router = APIRouter()
ONE_YEAR = 365 * 24 * 3600


class Choice(BaseModel):
    """The body of the request."""

    language: Language


@router.post("/language", status_code=204)
def choose_language(choice: Choice, request: Request) -> Response:
    """Remember the language in which this browser shows the pages."""
    response = Response(status_code=204)
    response.set_cookie(
        COOKIE,
        choice.language,
        max_age=ONE_YEAR,
        path=f"{request.scope['root_path']}/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response
