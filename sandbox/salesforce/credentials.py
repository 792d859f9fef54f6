"""Credentials of the sandbox org. They are fixed and public, and valid nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

USERNAME = "integrace@vltava.example"
PASSWORD = "Vltava-2024"  # noqa: S105  the sandbox's own, documented
SECURITY_TOKEN = "k9ZsQ2tYwB7uVxR4nMfLpHc1"  # noqa: S105  the sandbox's own, documented
CONSUMER_KEY = "3MVG9sandboxVltava.Integrace.Daktela_0000000000000000000001"
CONSUMER_SECRET = "5A4D424F58564C54415641000000000000000000000000000000000000000001"  # noqa: S105  the sandbox's own
REFRESH_TOKEN = "5Aep861sandboxVltavaRefresh00000000000000000000000000000000000001"  # noqa: S105  the sandbox's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One integration user with one connected app.

    ``private_key`` is a PEM text for the JWT bearer flow; with None the org makes a key pair when it needs one.
    """

    username: str = USERNAME
    password: str = field(default=PASSWORD, repr=False)
    security_token: str = field(default=SECURITY_TOKEN, repr=False)
    consumer_key: str = CONSUMER_KEY
    consumer_secret: str = field(default=CONSUMER_SECRET, repr=False)
    refresh_token: str = field(default=REFRESH_TOKEN, repr=False)
    private_key: str | None = field(default=None, repr=False)


DEFAULT_CREDENTIALS = Credentials()
