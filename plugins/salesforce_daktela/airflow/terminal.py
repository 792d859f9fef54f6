"""The console script ``salesforce-daktela``: the terminal's verbs over Airflow's connections and settings."""

from __future__ import annotations

import contextlib
import os
import sys

from salesforce_daktela.cli.app import run
from salesforce_daktela.cli.environment import Environment


def main() -> None:
    """Run the verb of the command line and end with its exit code."""
    run(open_environment)


def open_environment() -> Environment:
    """Return the environment of this deployment.

    Airflow is imported only now, so that help and mistyped options do not wait for it.
    Outside a task, Airflow reads connections from its own database only in a process that calls itself a server, as its
    own commands do. Any other process would see the environment alone.
    Airflow logs to the stream that is stdout during its import. That is stderr here: stdout is for the answer alone.
    """
    os.environ.setdefault("_AIRFLOW_PROCESS_CONTEXT", "server")
    with contextlib.redirect_stdout(sys.stderr):
        from salesforce_daktela.airflow.environment import AirflowEnvironment

        return AirflowEnvironment()
