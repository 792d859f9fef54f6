"""What the step Save knows of a draft and of the folder it would be written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.ui.deployment import Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """One file: the draft's text, the text it was made from, and what the folder holds now; None is no file."""

    name: str
    mine: str | None
    base: str | None
    present: str | None

    @property
    def open(self) -> bool:
        """Whether saving would change it."""
        return self.mine != self.base and self.mine != self.present

    @property
    def crossed(self) -> bool:
        """Whether somebody else has changed it since."""
        return self.open and self.base != self.present


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFacts:
    """``folder`` is the sync's, ``repository`` its path where mappings are kept; ``unwritable`` says why, else empty.

    ``fingerprint`` is that of the sync that the draft makes, None when it makes none. ``kept`` is whether a draft is
    kept that may be thrown away: not of one that only waits for its deployment.
    """

    sync: str
    folder: str
    repository: str
    version: int
    kept: bool
    files: tuple[FileFacts, ...]
    problems: tuple[MappingProblem, ...]
    unwritable: str
    fingerprint: str | None
    deployment: Deployment
    texts: Mapping[str, str] = field(repr=False)
