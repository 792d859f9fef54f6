"""Metrics through Airflow's OpenTelemetry, received as a collector receives them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

PROJECT = Path(__file__).resolve().parents[2]
SENDING = """
from salesforce_daktela.airflow.metering import send
from salesforce_daktela.sync.metrics import PARKED, ROWS, Sample
from tests.airflow.releases import measure_by_settings

of = {"sync": "default", "mapping": "contacts"}
measure_by_settings()
send(lambda: [Sample(ROWS, 3, {**of, "outcome": "created"}), Sample(PARKED, 2, of)])
"""


@pytest.fixture
def collector() -> Iterator[tuple[int, list[ExportMetricsServiceRequest]]]:
    """An OTLP endpoint over HTTP, and what was sent to it."""
    got: list[ExportMetricsServiceRequest] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(ExportMetricsServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is said of requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, got
        server.shutdown()
        thread.join()


@pytest.mark.heavy
def test_the_same_metrics_go_by_opentelemetry(
    collector: tuple[int, list[ExportMetricsServiceRequest]], tmp_path: Path
) -> None:
    """With their tags as attributes, before the process of the task ends."""
    port, got = collector
    settings = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
        "PYTHONPATH": f"{PROJECT / 'plugins'}:{PROJECT}",
    }
    subprocess.run(
        [sys.executable, "-c", SENDING], env={**os.environ, **settings}, cwd=PROJECT, check=True, timeout=120
    )
    found = {}
    for request in got:
        for metric in request.resource_metrics[0].scope_metrics[0].metrics:
            kind = metric.WhichOneof("data") or ""
            (point,) = getattr(metric, kind).data_points
            tags = {each.key: each.value.string_value for each in point.attributes}
            found[metric.name] = (kind, point.as_int or point.as_double, tags)
    of = {"sync": "default", "mapping": "contacts"}
    assert found["airflow.salesforce_daktela.rows"] == ("sum", 3, {**of, "outcome": "created"})
    assert found["airflow.salesforce_daktela.parked"] == ("gauge", 2, of)
