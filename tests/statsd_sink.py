"""What Airflow's stats send by StatsD, added up as ``statsd_exporter`` does, and shown as Prometheus reads it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Key = tuple[str, frozenset[tuple[str, str]]]
KINDS = {"c": "counter", "g": "gauge"}


@dataclass(slots=True)
class StatsdSink:
    """Counters added up and gauges as they are, by name and tags. ``port`` is UDP's on 127.0.0.1."""

    port: int = 0
    values: dict[Key, float] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def take(self, datagram: str) -> None:
        """Take one line of StatsD with Influx's tags: ``name,tag=value:1|c``; other kinds are left out."""
        name, _, rest = datagram.rpartition(":")
        value, _, kind = rest.partition("|")
        if kind not in KINDS:
            return
        stat, *tags = name.split(",")
        key = stat, frozenset((tag, said) for tag, _, said in (each.partition("=") for each in tags))
        self.kinds[stat] = KINDS[kind]
        self.values[key] = float(value) + (self.values.get(key, 0.0) if kind == "c" else 0.0)

    def get(self, stat: str, **tags: str) -> float | None:
        """The value of one series, None when nothing was sent."""
        return self.values.get((f"airflow.salesforce_daktela.{stat}", frozenset(tags.items())))

    def ours(self) -> dict[Key, float]:
        """The series of this package."""
        return {key: value for key, value in self.values.items() if key[0].startswith("airflow.salesforce_daktela.")}

    def exposed(self, mappings: Sequence[Mapping[str, Any]]) -> str:
        """Return Prometheus's text format, with names as ``mappings`` of statsd_exporter's configuration have them."""
        lines = []
        for (stat, tags), value in sorted(self.values.items(), key=lambda item: (item[0][0], sorted(item[0][1]))):
            labels = ",".join(f'{tag}="{said}"' for tag, said in sorted(tags))
            lines.append(f"{mapped(stat, self.kinds[stat], mappings)}{{{labels}}} {value!r}\n")
        return "".join(lines)


def mapped(stat: str, kind: str, mappings: Sequence[Mapping[str, Any]]) -> str:
    """Return the name of a metric in Prometheus: that of the first mapping that fits, else with underscores."""
    for mapping in mappings:
        head, _, tail = mapping["match"].partition("*")
        if mapping.get("match_metric_type", kind) == kind and stat.startswith(head) and "." not in stat[len(head) :]:
            return str(mapping["name"]).replace("${1}", stat[len(head) : len(stat) - len(tail)])
    return stat.replace(".", "_")


@contextlib.contextmanager
def listening() -> Iterator[StatsdSink]:
    """Listen while the block runs."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.settimeout(0.1)
        sink, ended = StatsdSink(port=bound.getsockname()[1]), threading.Event()
        thread = threading.Thread(target=_read, args=(bound, sink, ended))
        thread.start()
        try:
            yield sink
        finally:
            ended.set()
            thread.join()


def _read(bound: socket.socket, sink: StatsdSink, ended: threading.Event) -> None:
    while True:
        try:
            data = bound.recv(65536)
        except TimeoutError:
            if ended.is_set():
                return
            continue
        for line in data.decode().splitlines():
            sink.take(line)


@contextlib.contextmanager
def exposing(sink: StatsdSink, mappings: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    """Serve ``/metrics`` on a port of 127.0.0.1 while the block runs."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = sink.exposed(mappings).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is said of requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
