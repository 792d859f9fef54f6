"""Exit codes, and errors as one line on stderr."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec

import typer

from salesforce_daktela.errors import ConfigurationError, IntegrityError, PipelineError, QuotaError, TransportError

P = ParamSpec("P")


class ExitCode(IntEnum):
    """Exit codes that scripts may rely on; ``docs/cli.md`` lists them."""

    FINE = 0
    FOUND = 1
    CONFIGURATION = 2
    UNREACHABLE = 3
    QUOTA = 4


def code_of(exc: PipelineError) -> ExitCode:
    """Return the exit code for an error."""
    if isinstance(exc, ConfigurationError):
        return ExitCode.CONFIGURATION
    if isinstance(exc, TransportError):
        return ExitCode.UNREACHABLE
    if isinstance(exc, QuotaError):
        return ExitCode.QUOTA
    return ExitCode.FOUND if isinstance(exc, IntegrityError) else ExitCode.UNREACHABLE


def exits(verb: Callable[P, bool]) -> Callable[P, None]:
    """Make a verb end with its exit code. The verb returns whether all is well, and may raise PipelineError."""

    @functools.wraps(verb)
    def ended(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            fine = verb(*args, **kwargs)
        except PipelineError as exc:
            typer.echo(str(exc), err=True)
            raise typer.Exit(code_of(exc)) from exc
        raise typer.Exit(ExitCode.FINE if fine else ExitCode.FOUND)

    return ended
