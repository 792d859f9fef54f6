"""Run reports as people read them."""

from __future__ import annotations

from rich.console import Console

from demo.report import report_table, total

REPORTS = [
    {"mapping": "accounts", "extracted": 3, "outcomes": {"created": 2, "updated": 1}, "rejects": []},
    {
        "mapping": "contacts",
        "extracted": 2,
        "outcomes": {"created": 1, "rejected": 1},
        "rejects": [{"code": "email_invalid", "field": "customFields.email", "count": 1}],
    },
]


def test_only_outcomes_that_somebody_had_are_shown() -> None:
    """Each mapping is one line; the reasons of rejects stand at its end."""
    console = Console(width=120)
    with console.capture() as captured:
        console.print(report_table("First run", REPORTS))
    lines = captured.get().splitlines()
    assert lines[0].strip() == "First run"
    assert [word.strip() for word in lines[2].strip("┃").split("┃")] == [
        "mapping",
        "extracted",
        "created",
        "updated",
        "rejected",
        "why rejected",
    ]
    assert "1 email_invalid (customFields.email)" in lines[5]


def test_totals_add_up_over_mappings() -> None:
    """An outcome that nobody had counts nothing."""
    assert total(REPORTS, "created", "updated") == 4
    assert total(REPORTS, "adopted") == 0
