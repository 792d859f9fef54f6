"""The dashboard, the alert rules and the mapping of names, held to the table of metrics."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from salesforce_daktela.sync.metrics import METRICS
from scripts.docs.metrics import in_prometheus
from tests.statsd_sink import mapped

PROJECT = Path(__file__).resolve().parents[2]
RULES = PROJECT / "deploy" / "prometheus" / "alerts.yml"
CASES = RULES.with_name("alerts-test.yml")
MAPPINGS = RULES.with_name("statsd-exporter.yml")
DASHBOARD = PROJECT / "deploy" / "grafana" / "salesforce-daktela.json"
KNOWN = {in_prometheus(metric): metric for metric in METRICS}
SERIES = re.compile(r"(airflow_\w+)(?:\{([^}]*)\})?")
LABEL = re.compile(r"(\w+)\s*=~?")


def read(file: Path) -> Any:
    return YAML(typ="safe").load(file.read_text())


def alerts() -> list[dict[str, Any]]:
    return [rule for group in read(RULES)["groups"] for rule in group["rules"]]


def queries() -> Iterator[str]:
    """Every query of the dashboard, those of its variables included."""
    board = json.loads(DASHBOARD.read_text())
    yield from (target["expr"] for panel in board["panels"] for target in panel["targets"])
    yield from (found["query"]["query"] for found in board["templating"]["list"] if found["type"] == "query")


@pytest.mark.parametrize("query", [*queries(), *(rule["expr"] for rule in alerts())])
def test_queries_use_metrics_and_tags_that_exist(query: str) -> None:
    """A renamed metric would leave an empty panel, or an alert that never fires."""
    found = SERIES.findall(query)
    assert found
    for name, selected in found:
        assert set(LABEL.findall(selected)) <= set(KNOWN[name].tags), name
    grouped = {each.strip() for group in re.findall(r"by \(([^)]*)\)", query) for each in group.split(",")}
    assert grouped <= {tag for name, _ in found for tag in KNOWN[name].tags}


def test_every_metric_is_on_the_dashboard_or_told_as_an_age() -> None:
    """The dashboard makes ages of moments itself, so that they grow while nothing runs."""
    shown = {name for query in queries() for name, _ in SERIES.findall(query)}
    assert {KNOWN[name].name for name in set(KNOWN) - shown} == {
        "last_run",
        "settled_age_seconds",
        "watermark_lag_seconds",
    }


def test_statsd_exporter_gives_the_names_that_opentelemetry_gives() -> None:
    """So the dashboard and the rules serve both."""
    mappings = read(MAPPINGS)["mappings"]
    for name, metric in KNOWN.items():
        assert mapped(f"airflow.{metric.stat}", metric.kind.value, mappings) == name


def test_panels_stand_beside_each_other() -> None:
    """None covers another, and none has another's number."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_each_alert_has_a_case_that_fires_and_clears_it() -> None:
    """And says what to do; the page names it."""
    page = (PROJECT / "docs" / "metrics.md").read_text()
    cases = [case for test in read(CASES)["tests"] for case in test["alert_rule_test"]]
    for rule in alerts():
        fired = [bool(case["exp_alerts"]) for case in cases if case["alertname"] == rule["alert"]]
        assert (fired[0], True in fired, fired[-1]) == (False, True, False), rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert set(rule["annotations"]) == {"summary", "description"}
        assert f"| {rule['alert']} |" in page


@pytest.mark.heavy
@pytest.mark.parametrize("command", [["check", "rules", RULES.name], ["test", "rules", CASES.name]])
def test_promtool_agrees(command: list[str]) -> None:
    """With syntax, and with the cases at the thresholds as they are."""
    done = subprocess.run(["promtool", *command], cwd=RULES.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
