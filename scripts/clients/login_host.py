"""A certificate for the only host that some clients sign in at, from the sandbox's own authority."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LOGIN_HOST = "login.salesforce.com"
SECONDS = 60


def certify_login_host(home: Path) -> None:
    """Let a sandbox that is started in ``home`` afterwards answer as Salesforce's login host, too."""
    options = ["--home", str(home), "--name", LOGIN_HOST, "--authority-only"]
    command = [sys.executable, "-m", "sandbox", *options]
    subprocess.run(command, check=True, timeout=SECONDS, stdout=subprocess.DEVNULL)  # noqa: S603 it is our own
    (home / f"server-{LOGIN_HOST}.pem").rename(home / "server.pem")
