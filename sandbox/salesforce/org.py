"""The org: its data, its switches and its users, behind one object that the servers share."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS, Credentials

Size = Literal["tiny", "small", "medium", "large"]


class Org:
    """One Salesforce org."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials

    @classmethod
    def create(
        cls,
        *,
        size: Size | int = "small",
        seed: int = 1,
        path: Path | None = None,
        credentials: Credentials = DEFAULT_CREDENTIALS,
    ) -> Self:
        """Return an org with seeded data."""
        return cls(credentials)

    def close(self) -> None:
        """Release the data file."""
