"""Parts: published whole or not at all, read back as written, deleted by run."""

import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from salesforce_daktela.errors import ConfigurationError, IntegrityError
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore

SCHEMA = pa.schema([pa.field("Id", pa.string()), pa.field("SystemModstamp", pa.timestamp("ms", tz="UTC"))])
RUN = "scheduled__2026-03-29T01:30:00+00:00"


@pytest.fixture(params=["local", "memory", pytest.param("s3", marks=pytest.mark.heavy)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PartStore:
    """A store on a folder of this machine, one on a file system that has no folders and cannot rename, and on S3."""
    if request.param == "s3":
        bucket = request.getfixturevalue("bucket")
        return PartStore(bucket.filesystem, f"{bucket.name}/staging")
    if request.param == "local":
        return PartStore(LocalFileSystem(), str(tmp_path / "staging"))
    return PartStore(MemoryFileSystem(), f"/{uuid.uuid4().hex}/staging")


def key(number: int = 0, *, run: str = RUN, mapping: str = "contacts", extraction: str = "e1") -> PartKey:
    """The key of one part of rows."""
    return PartKey(sync="crm", run=run, mapping=mapping, extraction=extraction, kind="rows", number=number)


def rows(*ids: str) -> pa.Table:
    """Records without a stamp."""
    return pa.table({"Id": list(ids), "SystemModstamp": [None] * len(ids)}, schema=SCHEMA)


def interrupted(*ids: str) -> Iterator[pa.Table]:
    """A reading that breaks off after its first page."""
    yield rows(*ids)
    raise ConnectionResetError


def files(store: PartStore) -> list[str]:
    """Every file below the staging folder, by its name alone."""
    return sorted(path.rsplit("/", 1)[1] for path in store.filesystem.find(store.base))


def test_a_part_reads_back_as_written(store: PartStore) -> None:
    """Tables come out as one, in order, with the types of the schema."""
    ref = store.write_part(key(), [rows("003A", "003B"), rows("003C")], SCHEMA)
    assert store.read_part(ref) == pa.concat_tables([rows("003A", "003B"), rows("003C")])
    assert (ref.rows, ref.path) == (
        3,
        "crm/scheduled__2026-03-29T01%3A30%3A00%2B00%3A00/contacts/e1/rows-00000.parquet",
    )
    assert ref.size == store.filesystem.size(f"{store.base}/{ref.path}")


def test_a_part_may_be_empty(store: PartStore) -> None:
    """No rows is a part with a schema, not a missing file."""
    ref = store.write_part(key(), [], SCHEMA)
    assert (ref.rows, store.read_part(ref).schema) == (0, SCHEMA)


def test_only_the_asked_columns_are_read(store: PartStore) -> None:
    """A comparison of Ids does not fetch the rest."""
    ref = store.write_part(key(), [rows("003A")], SCHEMA)
    assert store.read_part(ref, columns=["Id"]).column_names == ["Id"]


def test_a_part_streams_in_batches(store: PartStore) -> None:
    """A reader decides how many rows it holds at once."""
    ref = store.write_part(key(), [rows("003A", "003B", "003C")], SCHEMA)
    batches = list(store.iter_batches(ref, ["Id"], batch_rows=2))
    assert [batch["Id"].to_pylist() for batch in batches] == [["003A", "003B"], ["003C"]]


def test_each_table_is_written_before_the_next_is_asked_for(store: PartStore) -> None:
    """A part is written as it arrives: one page in memory, a row group for each, compressed with zstd."""

    def pages() -> Iterator[pa.Table]:
        yield rows("003A")
        yield rows("003B")

    ref = store.write_part(key(), pages(), SCHEMA)
    with store.open_part(ref) as part:
        assert part.num_row_groups == 2
        assert part.metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_writer_counts_and_then_tells_where_the_part_is(store: PartStore) -> None:
    """The reference exists once the part does."""
    with store.part_writer(key(), SCHEMA) as writer:
        writer.write(rows("003A", "003B"))
        assert writer.rows == 2
        with pytest.raises(ValueError, match="not published yet"):
            _ = writer.ref
    assert store.read_part(writer.ref) == rows("003A", "003B")


def test_a_failed_part_leaves_no_file(store: PartStore) -> None:
    """A reader never meets half a part, and no rubbish stays behind."""

    with pytest.raises(ConnectionResetError):
        store.write_part(key(), interrupted("003A"), SCHEMA)
    assert files(store) == []


def test_a_failed_repetition_leaves_the_earlier_part(store: PartStore) -> None:
    """What was published stays readable until something whole replaces it."""
    ref = store.write_part(key(), [rows("003A")], SCHEMA)
    with pytest.raises(ConnectionResetError):
        store.write_part(key(), interrupted("003B"), SCHEMA)
    assert store.read_part(ref) == rows("003A")


def test_a_part_appears_under_its_name_only_when_whole(store: PartStore) -> None:
    """While it is written its file has another name, which no listing shows."""
    with store.part_writer(key(), SCHEMA) as writer:
        writer.write(rows("003A"))
        assert store.list_parts("crm", RUN) == []
    assert store.list_parts("crm", RUN) == [writer.ref.path]


def test_a_repeated_part_replaces_the_earlier_one(store: PartStore) -> None:
    """A task that runs twice leaves one part."""
    store.write_part(key(), [rows("003A")], SCHEMA)
    ref = store.write_part(key(), [rows("003B")], SCHEMA)
    assert store.read_part(ref) == rows("003B")
    assert files(store) == ["rows-00000.parquet"]


def test_columns_that_are_not_the_parts_are_refused(store: PartStore) -> None:
    """A page of another shape is an error where it arises, not for whoever reads the part."""
    with pytest.raises(ValueError, match="field names"):
        store.write_part(key(), [pa.table({"Name": ["x"]})], SCHEMA)
    assert files(store) == []


def test_lost_rows_are_noticed(store: PartStore) -> None:
    """A reference and its part have to agree on the number of rows."""
    ref = store.write_part(key(), [rows("003A", "003B")], SCHEMA)
    store.write_part(key(), [rows("003A")], SCHEMA)
    with pytest.raises(IntegrityError) as caught:
        store.read_part(ref)
    assert str(caught.value) == (
        f"{ref.path}: the part holds 1 rows, 2 were written: "
        "clear the extract task of this mapping together with the ones after it"
    )


def test_a_missing_part_says_what_to_do(store: PartStore) -> None:
    """A load that is cleared long after its run finds no parts."""
    with pytest.raises(IntegrityError, match=r"no longer there.*clear the extract task"):
        store.read_part(PartRef(path="crm/run/contacts/e1/rows-00000.parquet", rows=1, size=1))


@pytest.mark.parametrize("damage", [b"", b"PAR1"], ids=["emptied", "cut"])
def test_a_damaged_part_is_an_integrity_error(store: PartStore, damage: bytes) -> None:
    """Whatever Arrow makes of the bytes, the advice is to extract again."""
    ref = store.write_part(key(), [rows("003A")], SCHEMA)
    store.filesystem.pipe_file(f"{store.base}/{ref.path}", damage)
    with pytest.raises(IntegrityError, match="the part is damaged"):
        store.read_part(ref)


def test_a_damaged_page_is_an_integrity_error(store: PartStore) -> None:
    """A file whose end is right may be wrong in the middle."""
    ref = store.write_part(key(), [rows(*(f"003{n}" for n in range(2000)))], SCHEMA)
    path = f"{store.base}/{ref.path}"
    content = bytearray(store.filesystem.cat_file(path))
    content[4:2000] = bytes(1996)
    store.filesystem.pipe_file(path, bytes(content))
    with pytest.raises(IntegrityError, match="the part is damaged"):
        list(store.iter_batches(ref))


def test_a_storage_that_does_not_answer_is_not_a_damaged_part(
    store: PartStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Extracting again would not help: the storage's own error is raised, and the task is repeated."""
    ref = store.write_part(key(), [rows("003A")], SCHEMA)

    def unanswered(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(store.filesystem, "open", unanswered)
    with pytest.raises(PermissionError):
        store.read_part(ref)


def test_errors_of_the_reader_stay_its_own(store: PartStore) -> None:
    """What fails while a part is open is not blamed on the part."""
    ref = store.write_part(key(), [rows("003A")], SCHEMA)
    with pytest.raises(OSError, match="disk of the reader"), store.open_part(ref):
        raise OSError("disk of the reader")


def test_an_extraction_is_deleted_without_its_neighbours(store: PartStore) -> None:
    """Other readings and other mappings of the run stay."""
    for extraction, mapping in (("e1", "contacts"), ("e2", "contacts"), ("e1", "accounts")):
        store.write_part(key(mapping=mapping, extraction=extraction), [rows("003A")], SCHEMA)
    store.delete_extraction("crm", RUN, "contacts", "e1")
    assert [path.split("/")[2:4] for path in store.list_parts("crm", RUN)] == [["accounts", "e1"], ["contacts", "e2"]]


def test_a_run_is_deleted_without_its_neighbours(store: PartStore) -> None:
    """A run whose id begins like another's is another run."""
    store.write_part(key(run="manual__1"), [rows("003A")], SCHEMA)
    store.write_part(key(run="manual__10"), [rows("003A")], SCHEMA)
    store.delete_run("crm", "manual__1")
    assert store.list_parts("crm", "manual__1") == []
    assert len(store.list_parts("crm", "manual__10")) == 1


def test_deleting_twice_does_no_harm(store: PartStore) -> None:
    """A task that cleans up may be repeated."""
    store.write_part(key(), [rows("003A")], SCHEMA)
    store.delete_run("crm", RUN)
    store.delete_run("crm", RUN)
    store.delete_extraction("crm", RUN, "contacts", "e1")
    assert files(store) == []


def test_a_writable_folder_passes_and_stays_clean(store: PartStore) -> None:
    """The probe leaves nothing behind."""
    store.check_writable()
    assert files(store) == []


def test_an_unwritable_folder_names_the_setting(tmp_path: Path) -> None:
    """The message says which setting, which folder, and what to give."""
    (tmp_path / "file").write_text("in the way")
    base = str(tmp_path / "file" / "staging")
    with pytest.raises(ConfigurationError) as caught:
        PartStore(LocalFileSystem(), base).check_writable()
    assert str(caught.value) == (
        f"[salesforce_daktela] staging_path: cannot write to {base} (NotADirectoryError): "
        "give a folder or an object storage URL that every Airflow worker may write to"
    )


def test_a_storage_that_loses_writes_is_unwritable(store: PartStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that is accepted and does not read back is worse than one that is refused."""
    monkeypatch.setattr(store.filesystem, "cat_file", lambda _path: b"")
    with pytest.raises(ConfigurationError, match="does not read back"):
        store.check_writable()


def test_any_fsspec_filesystem_will_do() -> None:
    """The store asks for nothing beyond fsspec's common methods."""
    filesystem = fsspec.filesystem("dir", path=f"/{uuid.uuid4().hex}", fs=MemoryFileSystem())
    store = PartStore(filesystem, "parts")
    ref = store.write_part(key(), [rows("003A")], SCHEMA)
    assert store.read_part(ref) == rows("003A")
    assert store.list_parts("crm", RUN) == [ref.path]


def test_parts_are_ordinary_parquet(tmp_path: Path) -> None:
    """Whoever looks into a part needs no code of ours."""
    ref = PartStore(LocalFileSystem(), str(tmp_path)).write_part(key(), [rows("003A")], SCHEMA)
    assert pq.read_table(tmp_path / ref.path, partitioning=None) == rows("003A")


def test_on_a_local_disk_nobody_else_may_read_parts(tmp_path: Path) -> None:
    """Whatever the umask says: files 0600 in folders 0700; a staging folder that was there keeps its mode."""
    base = tmp_path / "staging"
    base.mkdir(mode=0o755)
    store, before = PartStore(LocalFileSystem(), str(base)), os.umask(0)
    try:
        store.check_writable()
        ref = store.write_part(key(), [rows("1")], SCHEMA)
        made = PartStore(LocalFileSystem(), str(tmp_path / "new" / "staging"))
        made.write_part(key(), [rows("1")], SCHEMA)
    finally:
        os.umask(before)
    part = base / ref.path
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    folders = [path for path in part.parents if base in path.parents]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    assert stat.S_IMODE(base.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "new" / "staging").stat().st_mode) == 0o700


def test_folders_of_an_earlier_release_are_closed_by_the_next_part(tmp_path: Path) -> None:
    """So are the parts below them, whatever their own mode."""
    store = PartStore(LocalFileSystem(), str(tmp_path))
    store.write_part(key(), [rows("1")], SCHEMA)
    (tmp_path / "crm").chmod(0o755)
    store.write_part(key(run="another"), [rows("1")], SCHEMA)
    assert stat.S_IMODE((tmp_path / "crm").stat().st_mode) == 0o700
