"""Makes ``docs/metrics.md``: every metric with its unit and tags, from the table that runs go by."""

from __future__ import annotations

from salesforce_daktela.sync.metrics import METRICS, Kind, Metric

BEGINNING = """\
# Metrics, dashboard and alerts

Runs send metrics through Airflow's own stats: to StatsD or to OpenTelemetry, whichever `[metrics]` of Airflow's
settings names. There is nothing to set up for this package. Where Airflow sends no metrics, nothing is sent, and no
run fails because its metrics could not be sent.

The task `preflight` sends how each mapping stands before it asks either system, so that ages are known in an outage,
too. `settle` sends what became of a mapping's run (`preflight` for a run that had nothing to do), `report` of the DAG
that compares what it has found. Tags are names of syncs and mappings and codes, never a value of a record.

## The metrics

This table is made from `sync/metrics.py`. The names stand behind Airflow's prefix: `airflow.salesforce_daktela.rows`.
Counters are added up; a mapping that is cleared and settled again is counted again. Gauges hold the last value.

| metric | kind | unit | tags | what it says |
|---|---|---|---|---|
"""

END = """
## StatsD

Tags are sent only in the form of Influx or of Datadog. Without one of them all syncs share one series:

```sh
pip install 'apache-airflow[statsd]'
AIRFLOW__METRICS__STATSD_ON=True
AIRFLOW__METRICS__STATSD_HOST=statsd-exporter
AIRFLOW__METRICS__STATSD_PORT=8125
AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED=True   # or STATSD_DATADOG_ENABLED=True, with the package datadog
```

`[metrics] metrics_allow_list`, where you use one, needs the entry `salesforce_daktela`.

## OpenTelemetry

```sh
AIRFLOW__METRICS__OTEL_ON=True
OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta
```

The settings `[metrics] otel_host` and `otel_port` do the same on Airflow 3.1 and 3.2. Every task is a process of its
own, whose counters begin at zero: ask for differences (the last line) and let the collector's processor
`deltatocumulative` add them up. Gauges need nothing. The collector's exporter for Prometheus gives the same names as
the mapping for StatsD below.

## Prometheus and Grafana

| file | what |
|---|---|
| `deploy/prometheus/statsd-exporter.yml` | names for statsd_exporter: `airflow_salesforce_daktela_rows_total` |
| `deploy/prometheus/alerts.yml` | the alert rules below |
| `deploy/prometheus/alerts-test.yml` | their cases, for `promtool test rules alerts-test.yml` |
| `deploy/grafana/salesforce-daktela.json` | a dashboard to import; it asks for your Prometheus |

| alert | fires when |
|---|---|
| SyncNotSettled | a mapping that has settled before has not for two hours, whether runs fail or do not begin |
| SyncCannotStart | preflight has failed for ten minutes, also where the ledger does not answer |
| SyncRunFailed | a mapping's last run has failed, a backfill or a window too; the next one that settles ends it |
| SyncDeferred | runs have been deferred for an hour |
| SalesforceCallsLow | less than a quarter of Salesforce's calls of the day are left |
| DaktelaThrottles | Daktela has refused more than 5% of an hour's requests with 429 |
| DaktelaSlow | a reply of Daktela takes more than two seconds |
| RejectsOpen | more than 25 records of a mapping are rejected |
| ParkedTooLong | a record has waited for its parent for a day |
| DifferencesFound | the last comparison has found differences and has not repaired them |

The `description` of each alert says where to look; [when a run is red](operating.md#when-a-run-is-red) says what to do.
Set the threshold of SyncNotSettled to a few times the longest schedule of your syncs. It knows a mapping from its first
settled run on: before that, SyncCannotStart and SyncRunFailed tell. A restart of statsd_exporter loses all gauges until
the next run sends them, so while no run begins no alert fires. A sync or a mapping that you remove or rename keeps its
gauges there, and with them its alerts, until such a restart.

## On older releases

On Airflow 3.1 and 3.2 the same metrics are sent by the stats class of those releases; nothing is missing.
"""


def metrics_page() -> str:
    """Return the page in Markdown."""
    return BEGINNING + "".join(_row(metric) for metric in METRICS) + END


def in_prometheus(metric: Metric) -> str:
    """Return the name that a metric has in Prometheus, by StatsD and by OpenTelemetry."""
    return f"airflow_{metric.stat.replace('.', '_')}{'_total' if metric.kind is Kind.COUNTER else ''}"


def _row(metric: Metric) -> str:
    tags = ", ".join(f"`{tag}`" for tag in metric.tags)
    return f"| `{metric.stat}` | {metric.kind} | {metric.unit} | {tags} | {metric.meaning} |\n"
