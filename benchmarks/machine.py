"""Describes the machine and the versions of a measurement."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

LIBRARIES = (
    "apache-airflow",
    "apache-airflow-providers-salesforce",
    "daktela",
    "pandas",
    "pyarrow",
    "requests",
    "simple-salesforce",
    "sqlalchemy",
)


def machine() -> dict[str, Any]:
    """Return the cores that this process may use, memory in GiB, and the processor's name."""
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(pages * page / 2**30, 1),
        "processor": _processor(),
        "system": platform.system(),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries of both sides."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in LIBRARIES}}


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
