"""The seeded data: always the same, Czech, with awkward values, and almost all mappable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email

from sandbox.company import EMPLOYEES
from sandbox.salesforce.ids import checksum, eighteen, record_id, record_ids
from sandbox.salesforce.org import Org
from sandbox.salesforce.seed.sizes import row_counts


@pytest.fixture(scope="module")
def contacts(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The contacts of a small org."""
    org = Org.create(size="small", path=tmp_path_factory.mktemp("org") / "org.sqlite")
    rows = org.records.read("Contact", limit=1000)
    org.close()
    return rows


def dialable(phone: str | None) -> bool:
    """Whether a phone is absent or one that somebody can dial."""
    if phone is None:
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(phone, "CZ"))
    except phonenumbers.NumberParseException:
        return False


def deliverable(email: str | None) -> bool:
    """Whether an e-mail is absent or well formed."""
    try:
        return email is None or bool(validate_email(email, check_deliverability=False))
    except EmailNotValidError:
        return False


def test_less_than_a_hundredth_cannot_be_mapped(contacts: list[dict[str, Any]]) -> None:
    """Some people have an invalid e-mail or phone, but less than 1 %."""
    bad = [
        each for each in contacts
        if not (deliverable(each["Email"]) and dialable(each["Phone"]) and dialable(each["MobilePhone"]))
    ]  # fmt: skip
    assert 0 < len(bad) < len(contacts) / 100


def test_the_data_has_awkward_values(contacts: list[dict[str, Any]]) -> None:
    """Ties, deleted and merged rows, missing parents, clock changes, long, empty and dangerous texts are all there."""
    stamps = [each["SystemModstamp"] for each in contacts]
    texts = [each["Description"] for each in contacts if each["Description"] is not None]
    assert stamps.count("2026-03-29T01:00:00.000Z") == 60
    assert {each["IsDeleted"] for each in contacts} == {0, 1}
    assert any(each["MasterRecordId"] is not None for each in contacts)
    assert any(each["AccountId"] is None for each in contacts)
    assert any(each["FirstName"] is None for each in contacts)
    assert max(map(len, texts)) == 32_000
    assert {"\x00", "😀", "\n", '"', "<script>", "=cmd", "  "} <= {mark for mark in (
        "\x00", "😀", "\n", '"', "<script>", "=cmd", "  ",
    ) if any(mark in each for each in texts)}  # fmt: skip
    names = [(each["FirstName"], each["LastName"]) for each in contacts]
    assert len(set(names)) < len(names)


def test_stamps_keep_their_order(contacts: list[dict[str, Any]]) -> None:
    """Nothing is changed before it was created, and SystemModstamp is never behind LastModifiedDate."""
    assert all(each["CreatedDate"] <= each["LastModifiedDate"] <= each["SystemModstamp"] for each in contacts)


def test_nothing_live_belongs_to_a_deleted_account(tmp_path: Path) -> None:
    """Live contacts point to live accounts that exist."""
    org = Org.create(size="small", path=tmp_path / "org.sqlite")
    live = {each["Id"] for each in org.records.read("Account", limit=1000) if not each["IsDeleted"]}
    assert {each["AccountId"] for each in org.records.read("Contact", limit=1000)} - {None} <= live
    org.close()


def test_the_same_seed_gives_the_same_org(tmp_path: Path) -> None:
    """Two orgs of one seed are equal in every row, another seed gives others."""
    orgs = [Org.create(size="tiny", seed=seed, path=tmp_path / f"{at}.sqlite") for at, seed in enumerate((7, 7, 8))]
    rows = [{name: each.records.read(name, limit=1000) for name in each.records.counts()} for each in orgs]
    for each in orgs:
        each.close()
    assert (rows[0] == rows[1], rows[0]["Contact"] == rows[2]["Contact"]) == (True, False)


def test_users_are_the_employees(org: Org) -> None:
    """The org's users are the company's people, in their order."""
    assert [each["Email"] for each in org.records.read("User")] == [each.email for each in EMPLOYEES]


def test_ids_of_many_and_of_one_agree() -> None:
    """Ids made at once equal those made one by one; the checksum is Salesforce's."""
    serials = [0, 1, 35, 36, 61, 62, 238_328, 999_999, 916_132_831]
    assert record_ids("003", np.array(serials)) == [record_id("003", each) for each in serials]
    assert checksum("001A0000006Vm9r") == "IAC"
    assert (eighteen("001A0000006Vm9r"), eighteen("x")) == ("001A0000006Vm9rIAC", None)


@pytest.mark.parametrize("size", [0, 1_000_001, "huge"])
def test_an_invalid_size_is_refused(size: Any) -> None:
    """Sizes outside what the sandbox can hold are refused with what is allowed."""
    with pytest.raises(ValueError, match="expected tiny, small, medium, large or contacts from 1 to 1000000"):
        row_counts(size)
