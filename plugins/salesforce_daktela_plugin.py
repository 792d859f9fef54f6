"""The pages for an Airflow that reads the package from this folder and has not installed it.

Airflow takes plugins from this folder and from the entry points of installed packages, and notes an import error for
one that comes both ways. Where the package is installed, its entry point brings the pages and this file brings nothing.
"""

from __future__ import annotations

from importlib.metadata import distributions

# An earlier release may have left a description of itself in this folder, which has no such entry point.
_INSTALLED = any(
    found.entry_points.select(group="airflow.plugins") for found in distributions(name="airflow-salesforce-daktela")
)

if not _INSTALLED:
    from salesforce_daktela.ui.plugin import SalesforceDaktelaPlugin as SalesforceDaktelaPlugin
