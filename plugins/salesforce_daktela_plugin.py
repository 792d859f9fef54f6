"""The pages for an Airflow that reads the package from this folder and has not installed it.

Airflow takes plugins from this folder and from the entry points of installed packages, and notes an import error for
one that comes both ways. Where the package is installed, its entry point brings the pages and this file brings nothing.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution


def _installed() -> bool:
    try:
        found = distribution("airflow-salesforce-daktela").entry_points
    except PackageNotFoundError:
        return False
    return bool(found.select(group="airflow.plugins"))


if not _installed():
    from salesforce_daktela.ui.plugin import SalesforceDaktelaPlugin as SalesforceDaktelaPlugin
