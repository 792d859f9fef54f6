"""Turn an unexpected exception for one record into that record's reject, so that its part goes on."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.sync.codes import meaning
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome

log = logging.getLogger(__name__)

CODE = "unforeseen"

STOPS = (PipelineError, SQLAlchemyError, OSError, MemoryError)
"""Errors that do not concern one record: transport, rights, settings, the ledger, the machine. They stop the part."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def attempt(id_: str, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | Problem:
    """Return the result of ``work`` for one record, or the problem for its reject.

    Raises the errors of ``STOPS``. The log has the exception's type and place, not its text, which may hold a value.
    """
    try:
        return work(*args, **kwargs)
    except STOPS:
        raise
    except Exception as exc:  # noqa: BLE001  (any error here concerns this record)
        log.error("record %s: unforeseen %s at %s", id_, type(exc).__name__, _place(exc))
        return Problem(code=CODE, message=meaning(CODE).text)


def reject(id_: str, problem: Problem) -> RecordOutcome:
    """The outcome of a record that could not be handled."""
    return RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=(problem,))


def _place(exc: Exception) -> str:
    """File, line and function of this package that raised it, or that called the library which raised it."""
    frames = traceback.extract_tb(exc.__traceback__)
    ours = [frame for frame in frames if "salesforce_daktela" in PurePath(frame.filename).parts] or frames
    return f"{PurePath(ours[-1].filename).name}:{ours[-1].lineno} in {ours[-1].name}"
