"""Base classes of all errors, by what the run should do about them.

Every message says what happened, where, and what to do. No message contains a customer's field values.
"""

from __future__ import annotations


class PipelineError(Exception):
    """A failure with its place and advice: ``where: what: advice``."""

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        self.what = what
        self.where = where
        self.advice = advice
        super().__init__(": ".join(piece for piece in (where, what, advice) if piece))


class ConfigurationError(PipelineError):
    """A person has to change a setting, a right or a mapping: a retry cannot help."""


class TransportError(PipelineError):
    """Salesforce or Daktela did not answer as expected: a later try may succeed."""


class ThrottledError(TransportError):
    """The server asks us to come back later; ``retry_after`` is in seconds, None when it does not say when."""

    def __init__(self, what: str, *, where: str = "", advice: str = "", retry_after: float | None = None) -> None:
        super().__init__(what, where=where, advice=advice)
        self.retry_after = retry_after


class QuotaError(PipelineError):
    """A quota is used up to its reserve; ``limit`` is its name in Salesforce or Daktela."""

    def __init__(self, what: str, *, limit: str, where: str = "", advice: str = "") -> None:
        super().__init__(what, where=where, advice=advice)
        self.limit = limit


class IntegrityError(PipelineError):
    """Numbers that must agree differ: nothing is settled and the watermark stays."""
