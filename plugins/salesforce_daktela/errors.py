"""What can go wrong, sorted by what the run should do about it.

Every message says what happened, where, and what to do. None carries a field value of a customer.
"""

from __future__ import annotations


class PipelineError(Exception):
    """A failure with its place and our advice: ``where: what: advice``."""

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        self.what = what
        self.where = where
        self.advice = advice
        super().__init__(": ".join(piece for piece in (where, what, advice) if piece))


class ConfigurationError(PipelineError):
    """Somebody has to change a setting, a right or a mapping: repeating cannot help."""


class TransportError(PipelineError):
    """The other side did not answer as it should: a later try may succeed."""


class ThrottledError(TransportError):
    """The other side asked us to slow down; ``retry_after`` is in seconds, None when it did not say."""

    def __init__(self, what: str, *, where: str = "", advice: str = "", retry_after: float | None = None) -> None:
        super().__init__(what, where=where, advice=advice)
        self.retry_after = retry_after


class QuotaError(PipelineError):
    """An allowance is used up to its reserve; ``limit`` is the name the other side gives it."""

    def __init__(self, what: str, *, limit: str, where: str = "", advice: str = "") -> None:
        super().__init__(what, where=where, advice=advice)
        self.limit = limit


class IntegrityError(PipelineError):
    """Numbers that must agree do not: nothing is settled and the watermark stays."""
