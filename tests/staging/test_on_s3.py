"""What is different on S3: no folders, no renames, uploads that end or are aborted, and other processes' parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from salesforce_daktela.airflow.settings import open_staging
from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.staging.files import files_by_sync, written_before
from salesforce_daktela.staging.store import PartKey, PartStore
from tests.s3_storage import KEY, SECRET, Bucket, running_s3

SCHEMA = pa.schema([pa.field("Id", pa.string())])
ONE = PartKey(sync="crm", run="run", mapping="contacts", extraction="e1", kind="rows", number=0)


def rows(*ids: str) -> pa.Table:
    """Records of one field."""
    return pa.table({"Id": list(ids)}, schema=SCHEMA)


def store_of(bucket: Bucket) -> PartStore:
    """A store as another process has it."""
    return PartStore(bucket.server.filesystem(), f"{bucket.name}/staging")


def uploads(bucket: Bucket) -> list[str]:
    """Uploads that somebody began and nobody ended; they are not listed, and cost money."""
    found = bucket.filesystem.call_s3("list_multipart_uploads", Bucket=bucket.name)
    return [upload["Key"] for upload in found.get("Uploads", [])]


def test_a_part_that_fails_leaves_nothing_behind(bucket: Bucket) -> None:
    """Neither an object nor an upload, and the part that was there before stays."""
    store = store_of(bucket)
    before = store.write_part(ONE, [rows("003A")], SCHEMA)

    def interrupted() -> Iterator[pa.Table]:
        yield rows("003B")
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.write_part(ONE, interrupted(), SCHEMA)
    assert uploads(bucket) == []
    assert store.list_files("crm") == [ONE.path]
    assert store.read_part(before) == rows("003A")


def test_what_another_process_writes_is_seen_at_once(bucket: Bucket) -> None:
    """A process that has listed a folder reads later parts, and a replaced one to its new end."""
    here, there = store_of(bucket), store_of(bucket)
    there.write_part(ONE, [rows("003A")], SCHEMA)
    assert here.list_parts("crm", "run") == [ONE.path]
    ref = there.write_part(ONE, [rows(*(f"003{number:015}" for number in range(5000)))], SCHEMA)
    assert here.read_part(ref).num_rows == 5000
    there.delete_run("crm", "run")
    assert here.find_part(ONE) is None
    assert here.list_parts("crm", "run") == []


def test_a_sweep_lists_the_bucket_once(bucket: Bucket) -> None:
    """Each listing of S3 is a request that costs; the number of folders must not matter."""
    store = store_of(bucket)
    asked: list[str] = []

    def noting(model: Any, **_: object) -> None:
        asked.append(model.name)

    for run in ("a", "b", "c"):
        store.write_part(replace(ONE, run=run), [rows("003A")], SCHEMA)
    bucket.filesystem.pipe_file(f"{bucket.name}/staging/somebody/elses", b"file")
    store.filesystem.s3.meta.events.register("before-call.s3", noting)
    found = files_by_sync(store)
    assert [len(files) for files in found.values()] == [3]
    assert asked == ["ListObjectsV2"]
    moments = [datetime.now(UTC) + timedelta(hours=hours) for hours in (1, -1)]
    assert [written_before(store, found["crm"][0], moment) for moment in moments] == [True, False]


def test_a_bucket_with_another_name_is_refused_and_not_created(bucket: Bucket) -> None:
    """A misspelt bucket must not become the sender's own."""
    store = PartStore(bucket.server.filesystem(), "no-such-bucket/staging")
    with pytest.raises(ConfigurationError, match=r"cannot write to no-such-bucket/staging \(FileNotFoundError\)"):
        store.check_writable()
    assert "no-such-bucket" not in bucket.filesystem.ls("")


def test_a_storage_that_does_not_answer_is_asked_again_later() -> None:
    """An outage is no mistake of the settings, so the task that meets it is repeated."""
    with running_s3() as server:
        filesystem = server.filesystem()
        filesystem.retries = 1
    with pytest.raises(TransportError, match="the storage of parts does not answer") as caught:
        PartStore(filesystem, "parts/staging").check_writable()
    assert caught.value.where == "[salesforce_daktela] staging_path, parts/staging"


@pytest.mark.parametrize("how", ["connection", "environment"])
def test_credentials_come_from_a_connection_or_from_the_usual_variables(
    bucket: Bucket, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``s3://conn_id@bucket/...`` names an Airflow connection; without one the AWS libraries look by themselves."""
    if how == "connection":
        monkeypatch.setenv("AIRFLOW_CONN_PARTS_ON_S3", bucket.server.connection())
        path = f"s3://parts_on_s3@{bucket.name}/staging"
    else:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.server.url)
        path = f"s3://{bucket.name}/staging"
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__STAGING_PATH", path)
    store = open_staging()
    store.check_writable()
    ref = store.write_part(ONE, [rows("003A")], SCHEMA)
    assert store.read_part(ref) == rows("003A")
    assert store_of(bucket).list_files("crm") == [ONE.path]
