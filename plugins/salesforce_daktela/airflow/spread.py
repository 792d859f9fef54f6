"""Whether tasks may run on several machines, and what they could not share there."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from salesforce_daktela.airflow.releases import conf
from salesforce_daktela.airflow.settings import SECTION
from salesforce_daktela.errors import ConfigurationError

if TYPE_CHECKING:
    from salesforce_daktela.ledger.ledger import Ledger
    from salesforce_daktela.staging.store import PartStore

ON_ONE_MACHINE = frozenset(("LocalExecutor", "SequentialExecutor", "DebugExecutor", "MockExecutor"))
"""Class names of executors whose tasks run where the scheduler runs."""

POD = "AIRFLOW_IS_K8S_EXECUTOR_POD"
"""Set by KubernetesExecutor in each of its pods. A pod may be told another executor, because it runs one task."""


def check_shared(ledger: Ledger, staging: PartStore) -> None:
    """Raise ConfigurationError when tasks may run on several machines and each would have its own ledger or parts."""
    executor = spreading_executor()
    if not executor:
        return
    wrong = []
    if ledger.db.on_one_machine:
        wrong.append(
            f"[{SECTION}] ledger_conn_id: the ledger is a SQLite file, and under {executor} each machine would have "
            "its own: name a connection of type postgres"
        )
    if staging.local and not conf.getboolean(SECTION, "staging_shared", fallback=False):
        wrong.append(
            f"[{SECTION}] staging_path: {staging.base} is a folder, and under {executor} a task on another machine "
            "would not find the parts in it: give an object storage such as s3://aws_default@bucket/parts, or, when "
            f"every worker has mounted this folder from a shared file system, set [{SECTION}] staging_shared = True"
        )
    if wrong:
        raise ConfigurationError("\n".join(wrong))


def spreading_executor() -> str:
    """Return the name of the first configured executor that may use several machines, empty when none does."""
    if os.environ.get(POD):
        return "KubernetesExecutor"
    for name in re.split(r"[,;]", conf.get("core", "executor")):
        # `team=alias:module.Class`; team and alias may be absent, and an alias may follow the class.
        pieces = [piece.rpartition(".")[2] for piece in re.split(r"[=:]", name.strip()) if piece]
        classes = [piece for piece in pieces if piece.endswith("Executor")] or pieces[-1:]
        if classes and not ON_ONE_MACHINE.issuperset(classes):
            return classes[-1]
    return ""
