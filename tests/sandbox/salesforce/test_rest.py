"""Pages, describes, versions, limits and the other REST resources over TLS."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.sandbox.salesforce.client import Caller

_PROPERTY_NAMES = """aggregatable autoNumber byteLength calculated calculatedFormula cascadeDelete caseSensitive
compoundFieldName controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate dependentPicklist
deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo filterable filteredLookupInfo
groupable highScaleNumber htmlFormatted idLookup inlineHelpText label length mask maskType name nameField namePointing
nillable permissionable picklistValues polymorphicForeignKey precision queryByDistance referenceTargetField referenceTo
relationshipName relationshipOrder restrictedDelete restrictedPicklist scale searchPrefilterable soapType sortable type
unique updateable writeRequiresMasterRead"""


def error(response: requests.Response) -> tuple[int, str]:
    """Return status and errorCode of a refusal, which is a list of one."""
    (only,) = response.json()
    assert set(only) == {"message", "errorCode"}
    return response.status_code, only["errorCode"]


def test_pages_follow_the_locator(caller: Caller) -> None:
    """totalSize stays, done turns true on the last page, which has no nextRecordsUrl; every row comes once."""
    caller.org.switch(page_rows=25)
    page = caller.query("SELECT Id FROM Contact ORDER BY Id")
    seen, sizes = [each["Id"] for each in page["records"]], [len(page["records"])]
    while not page["done"]:
        url = page["nextRecordsUrl"]
        assert url.startswith("/services/data/v60.0/query/0r8")
        page = caller.session.get(caller.url + url + "?q=ignored", timeout=20).json()
        seen += [each["Id"] for each in page["records"]]
        sizes.append(len(page["records"]))
        assert page["totalSize"] == 59
    assert (sizes, "nextRecordsUrl" in page, len(set(seen))) == ([25, 25, 9], False, 59)
    assert seen == sorted(seen)


def test_uneven_pages_give_every_row_once(caller: Caller) -> None:
    """Pages of changing size still give every row once."""
    caller.org.switch(page_rows=20, uneven_pages=True)
    page = caller.query("SELECT Id FROM Contact")
    rows = list(page["records"])
    while not page["done"]:
        page = caller.session.get(caller.url + page["nextRecordsUrl"], timeout=20).json()
        rows += page["records"]
    assert len({each["Id"] for each in rows}) == page["totalSize"] == 59


def test_batch_size_is_kept_within_bounds(tmp_path: Path, caller: Caller) -> None:
    """A hint below 200 gives 200 rows where there are so many."""
    for number in range(180):
        caller.org.records.create("Lead", {"LastName": f"Dávka {number}", "Company": str(tmp_path)})
    url = f"{caller.url}/services/data/v60.0/query"
    headers = {"Sforce-Query-Options": "batchSize=10"}
    page = caller.session.get(url, params={"q": "SELECT Id FROM Lead ALL ROWS"}, headers=headers, timeout=20).json()
    assert (len(page["records"]), page["totalSize"] >= 200) == (200, True)


def test_pages_are_a_snapshot(caller: Caller) -> None:
    """What changes after the query began does not show on its later pages."""
    caller.org.switch(page_rows=40)
    page = caller.query("SELECT Id, Title FROM Contact ORDER BY Id")
    later = caller.session.get(caller.url + page["nextRecordsUrl"], timeout=20)
    page = caller.query("SELECT Id, Title FROM Contact ORDER BY Id")
    for each in later.json()["records"]:
        caller.org.records.update("Contact", each["Id"], {"Title": "změněno"})
    assert (
        caller.session.get(caller.url + page["nextRecordsUrl"], timeout=20).json()["records"] == later.json()["records"]
    )


@pytest.mark.parametrize(("setting", "status"), [("refused", 400), ("allowed", 200)])
def test_a_locator_is_used_once(caller: Caller, setting: str, status: int) -> None:
    """A page asked for twice is refused with INVALID_QUERY_LOCATOR, unless the switch allows it."""
    caller.org.switch(page_rows=40, locator_reuse=setting)
    url = caller.url + caller.query("SELECT Id FROM Contact")["nextRecordsUrl"]
    replies = [caller.session.get(url, timeout=20) for _ in range(2)]
    assert [each.status_code for each in replies] == [200, status]
    if status == 400:
        assert error(replies[1]) == (400, "INVALID_QUERY_LOCATOR")


def test_query_all_shows_the_bin(caller: Caller) -> None:
    """queryAll returns deleted and merged rows, query never does."""
    shown = caller.query("SELECT Id, IsDeleted FROM Contact WHERE IsDeleted = true", kind="queryAll")
    hidden = caller.query("SELECT Id, IsDeleted FROM Contact WHERE IsDeleted = true")
    assert (len(shown["records"]), shown["records"][0]["IsDeleted"], hidden["totalSize"]) == (1, True, 0)


def test_counts_and_aggregates_have_their_formats(caller: Caller) -> None:
    """COUNT() answers in totalSize, COUNT(Id) in an AggregateResult."""
    assert caller.query("SELECT COUNT() FROM Opportunity") == {"totalSize": 40, "done": True, "records": []}
    assert caller.query("SELECT COUNT(Id) n, MIN(Amount) FROM User") != {}
    (row,) = caller.query("SELECT COUNT(Id), MAX(IsActive) aktivni FROM User")["records"]
    assert row == {"attributes": {"type": "AggregateResult"}, "expr0": 8, "aktivni": True}


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("path", ["sobjects", "limits", "sobjects/contact", "sobjects/Contact/describe"])
def test_paths_take_a_trailing_slash(caller: Caller, path: str, slash: str) -> None:
    """Resources answer with and without a slash at the end, object names in any case."""
    assert caller.get(path + slash).status_code == 200


def test_describe_tells_every_property(caller: Caller) -> None:
    """Each field of each object has the properties a real describe has, in their order."""
    for sobject in caller.get("sobjects").json()["sobjects"]:
        fields = caller.get(f"sobjects/{sobject['name']}/describe").json()["fields"]
        assert {tuple(each) for each in fields} == {tuple(_PROPERTY_NAMES.split())}


def test_describe_shows_special_fields(caller: Caller) -> None:
    """Formulas, rich texts, references, multipicklists and compounds are told as such."""
    fields = {each["name"]: each for each in caller.get("sobjects/Contact/describe").json()["fields"]}
    assert (fields["Skore__c"]["calculated"], fields["Skore__c"]["calculatedFormula"]) == (True, "Body__c * 1.5")
    assert (fields["Poznamka__c"]["htmlFormatted"], fields["Poznamka__c"]["filterable"]) == (True, False)
    assert (fields["AccountId"]["referenceTo"], fields["AccountId"]["relationshipName"]) == (["Account"], "Account")
    assert [each["value"] for each in fields["Jazyky__c"]["picklistValues"]][:2] == ["čeština", "slovenština"]
    assert (fields["MailingCity"]["compoundFieldName"], fields["FirstName"]["compoundFieldName"]) == (
        "MailingAddress", "Name",
    )  # fmt: skip


def test_hidden_fields_vanish(caller: Caller) -> None:
    """Field-level security takes a field out of describe and makes queries for it INVALID_FIELD."""
    caller.org.switch(hidden_fields=["Contact.Email"])
    names = [each["name"] for each in caller.get("sobjects/Contact/describe").json()["fields"]]
    assert "Email" not in names
    assert error(caller.get("query", q="SELECT Email FROM Contact")) == (400, "INVALID_FIELD")


def test_basic_info_is_not_describe(caller: Caller) -> None:
    """/sobjects/X gives the brief description and recent items."""
    info = caller.get("sobjects/Contact").json()
    assert (set(info), info["objectDescribe"]["keyPrefix"]) == ({"objectDescribe", "recentItems"}, "003")


def test_a_single_record_is_read_by_its_id(caller: Caller) -> None:
    """A record is read by its Id of 15 characters, a foreign one is 404."""
    record = caller.org.records.read("Account")[0]["Id"]
    assert caller.get(f"sobjects/Account/{record[:15]}", fields="Id").json()["Id"] == record
    assert error(caller.get("sobjects/Account/001000000000000")) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("v30.0/limits", (410, "GONE")),
        ("v99.0/limits", (404, "NOT_FOUND")),
        ("vv60.0/limits", (404, "NOT_FOUND")),
        ("v60/limits", (404, "NOT_FOUND")),
        ("v60.0/nothing", (404, "NOT_FOUND")),
        ("v60.0/sobjects/Nic/describe", (404, "NOT_FOUND")),
        ("v60.0/query", (400, "MALFORMED_QUERY")),
    ],
)
def test_unknown_paths_and_versions_are_refused(caller: Caller, path: str, expected: tuple[int, str]) -> None:
    """Retired versions are gone, everything unknown is not found."""
    assert error(caller.session.get(f"{caller.url}/services/data/{path}", timeout=20)) == expected


def test_versions_need_no_session(caller: Caller) -> None:
    """The list of versions is open and ends with the current one."""
    listed = caller.session.get(f"{caller.url}/services/data/", headers={"Authorization": ""}, timeout=20).json()
    assert (listed[0]["version"], listed[-1]) == (
        "31.0", {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"},
    )  # fmt: skip


def test_every_call_uses_the_quota(caller: Caller) -> None:
    """The header counts up by one per call, failed ones too; /limits agrees with it; at zero calls are refused."""
    caller.org.switch(daily_calls=1000, quota_remaining=3)
    first, second = caller.get("sobjects"), caller.get("nothing")
    last = caller.get("limits")
    assert [each.headers["Sforce-Limit-Info"] for each in (first, second, last)] == [
        "api-usage=998/1000", "api-usage=999/1000", "api-usage=1000/1000",
    ]  # fmt: skip
    assert last.json()["DailyApiRequests"] == {"Max": 1000, "Remaining": 0}
    assert error(caller.get("sobjects")) == (403, "REQUEST_LIMIT_EXCEEDED")


def test_records_are_counted_for_all_objects_at_once(caller: Caller) -> None:
    """Deleted ones aside; for those that are named, or for all that can be queried without a filter."""
    everything = {each["name"]: each["count"] for each in caller.get("limits/recordCount").json()["sObjects"]}
    alive = caller.get("query", q="SELECT COUNT() FROM Account").json()["totalSize"]
    assert everything["Account"] == alive > 0
    named = caller.get("limits/recordCount", sObjects="Account,Nothing").json()
    assert named == {"sObjects": [{"count": alive, "name": "Account"}]}
    caller.org.switch(limits_forbidden=True)
    assert caller.get("limits/recordCount").status_code == 403


def test_gzip_when_asked(caller: Caller) -> None:
    """Large JSON is compressed for clients that ask, and never for others."""
    url = f"{caller.url}/services/data/v60.0/sobjects"
    encodings = [
        caller.session.get(url, headers={"Accept-Encoding": wanted}, timeout=20).headers.get("Content-Encoding")
        for wanted in ("gzip, deflate", "identity")
    ]
    assert encodings == ["gzip", None]


def test_wide_windows_time_out(caller: Caller) -> None:
    """With the switch on, a window of stamps wider than so many days is a QUERY_TIMEOUT, a narrower one is not."""
    caller.org.switch(query_timeout_days=30)
    window = "SELECT Id FROM Contact WHERE SystemModstamp >= 2026-01-01T00:00:00Z AND SystemModstamp < {}"
    assert error(caller.get("query", q=window.format("2026-02-10T00:00:00Z"))) == (400, "QUERY_TIMEOUT")
    assert error(caller.get("query", q="SELECT Id FROM Contact")) == (400, "QUERY_TIMEOUT")
    assert caller.get("query", q=window.format("2026-01-31T00:00:00Z")).status_code == 200


def test_named_records_never_time_out(caller: Caller) -> None:
    """Ids are indexed, so a list of them is quick without a window."""
    caller.org.switch(query_timeout_days=0.0)
    listed, single = "SELECT Id FROM Contact WHERE Id IN ('{}')", "SELECT Id FROM Contact WHERE Id = '{}'"
    for query in (listed, single):
        assert caller.get("query", q=query.format("003000000000001AAA")).status_code == 200
    assert error(caller.get("query", q="SELECT Id FROM Contact WHERE LastName = 'x'")) == (400, "QUERY_TIMEOUT")


def test_lookup_fields_are_indexed_or_not(caller: Caller) -> None:
    """A list in a lookup field is quick, too, unless the switch says otherwise; records that have any value never."""
    caller.org.switch(query_timeout_days=0.0)
    listed = "SELECT Id FROM Contact WHERE AccountId IN ('001000000000001AAA')"
    assert caller.get("query", q=listed).status_code == 200
    assert error(caller.get("query", q="SELECT Id FROM Contact WHERE AccountId = null")) == (400, "QUERY_TIMEOUT")
    caller.org.switch(lookups_indexed=False)
    assert error(caller.get("query", q=listed)) == (400, "QUERY_TIMEOUT")


def test_get_updated_and_get_deleted_list_ids(caller: Caller) -> None:
    """getUpdated gives live Ids, getDeleted those in the bin, each with how far the log reaches."""
    kept, gone = (caller.org.records.create("Lead", {"LastName": "x", "Company": "y"}) for _ in range(2))
    caller.org.records.delete("Lead", gone)
    now = caller.org.clock()
    span = {"start": now.replace(hour=0, minute=0).isoformat(), "end": now.replace(year=now.year + 1).isoformat()}
    assert kept in caller.get("sobjects/Lead/updated/", **span).json()["ids"]
    deleted = caller.get("sobjects/Lead/deleted/", **span).json()
    assert gone in [each["id"] for each in deleted["deletedRecords"]]
    assert set(deleted) == {"deletedRecords", "earliestDateAvailable", "latestDateCovered"}
    old = {**span, "start": "2020-01-01T00:00:00Z"}
    assert error(caller.get("sobjects/Lead/updated", **old)) == (400, "INVALID_REPLICATION_DATE")
