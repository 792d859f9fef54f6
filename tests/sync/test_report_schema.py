"""The schema of reports in the documentation is that of the model."""

from __future__ import annotations

import json
from pathlib import Path

from salesforce_daktela.steps.reconcile.report import ReconcileReport
from salesforce_daktela.sync.report_schema import report_schema
from salesforce_daktela.sync.run_report import RunReport

WRITTEN = Path(__file__).resolve().parents[2] / "docs" / "report-schema.json"


def test_the_written_schema_is_the_one_that_is_made() -> None:
    """``python -m salesforce_daktela.sync.report_schema`` makes it anew."""
    assert json.loads(WRITTEN.read_text()) == report_schema()


def test_it_describes_every_field_of_both_reports() -> None:
    """No other field is allowed, and none may be missing."""
    known = report_schema()["$defs"]
    load = RunReport(sync="crm", run_id="run", mapping="contacts", mode="incremental")
    comparison = ReconcileReport(sync="crm", run_id="run", mapping="contacts", mode="repair", state="repaired")
    for name, report in (("load", load), ("comparison", comparison)):
        assert list(known[name]["properties"]) == known[name]["required"]
        assert set(known[name]["properties"]) == set(report.to_dict())
