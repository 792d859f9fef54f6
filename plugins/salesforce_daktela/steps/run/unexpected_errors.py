"""An exception that nobody foresaw, raised for one record: the record's own reject, and the part goes on."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.mapping.reasons import reason
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome

log = logging.getLogger(__name__)

CODE = "unforeseen"

STOPS = (PipelineError, SQLAlchemyError, OSError, MemoryError)
"""What says nothing about one record: transport, rights, settings, the ledger, the machine. It stops the part."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def attempt(id_: str, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | Problem:
    """Return what ``work`` returns for one record, or the problem that its reject is told with.

    Raises what ``STOPS`` names. The log tells the exception's type and place; its text may hold a customer's value.
    """
    try:
        return work(*args, **kwargs)
    except STOPS:
        raise
    except Exception as exc:  # noqa: BLE001  (whatever it is, it is about this record)
        log.error("record %s: unforeseen %s at %s", id_, type(exc).__name__, _place(exc))
        return Problem(code=CODE, message=reason(CODE))


def reject(id_: str, problem: Problem) -> RecordOutcome:
    """The outcome of a record that could not be handled."""
    return RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=(problem,))


def _place(exc: Exception) -> str:
    """File, line and function of ours where it was raised, or where the code of others that raised it was called."""
    frames = traceback.extract_tb(exc.__traceback__)
    ours = [frame for frame in frames if "salesforce_daktela" in PurePath(frame.filename).parts] or frames
    return f"{PurePath(ours[-1].filename).name}:{ours[-1].lineno} in {ours[-1].name}"
