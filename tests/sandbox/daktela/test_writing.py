"""Writes: what is accepted, what is stored, what is refused and under which switch."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.daktela.client import Client


def problems(daktela: Client, endpoint: str = "contacts", **changes: Any) -> set[str]:
    """Return the paths a refused create names."""
    daktela.instance.switch(error_shape="violations")
    reply = daktela.create(endpoint, **changes)
    return {violation["propertyPath"] for violation in reply.json().get("violations", ())}


def custom(daktela: Client, name: str = "sf_contact_1") -> dict[str, list[str]]:
    """Return the set custom fields as stored."""
    record = daktela.instance.get("contacts", name)
    assert record is not None
    return dict(record.custom)


def test_create_update_delete_and_read_have_the_documented_statuses(daktela: Client) -> None:
    """201, 200, 204, then 404."""
    path = "contacts/sf_contact_1.json"
    statuses = [daktela.create().status_code]
    statuses += [daktela.call(method, path, json={"title": "T"}).status_code for method in ("GET", "PUT", "DELETE")]
    statuses += [daktela.call(method, path, json={"title": "T"}).status_code for method in ("GET", "PUT", "DELETE")]
    assert statuses == [201, 200, 200, 204, 404, 404, 404]


@pytest.mark.parametrize("path", ["contacts", "contacts.json"])
def test_the_suffix_may_be_left_out(daktela: Client, path: str) -> None:
    """Both spellings answer unless the switch asks for .json."""
    assert daktela.get(path).status_code == 200
    daktela.instance.switch(suffix="required")
    assert daktela.get(path).status_code == (200 if path.endswith(".json") else 404)


def test_names_are_percent_encoded_in_paths(daktela: Client) -> None:
    """A slash, a space and a dot in a name survive the path."""
    daktela.create(name="a/b c.json é")
    reply = daktela.get("contacts/a%2Fb%20c%2Ejson%20%C3%A9.json")
    assert reply.json()["result"]["name"] == "a/b c.json é"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "contacts/x.json"),
        ("PUT", "contacts.json"),
        ("DELETE", "contacts.json"),
        ("POST", "contacts/x.json"),
        ("POST", "users.json"),
        ("GET", "mergeContacts.json"),
        ("POST", "whoim.json"),
    ],
)
def test_verbs_that_do_not_exist_are_405(daktela: Client, method: str, path: str) -> None:
    """There is no PATCH, and lists and singles know their own verbs."""
    assert daktela.call(method, path, json={}).status_code == 405


@pytest.mark.parametrize("path", ["nothing.json", "contacts/a/b/c.json", "contacts//x.json"])
def test_unknown_paths_are_404(daktela: Client, path: str) -> None:
    """What is no endpoint does not exist."""
    assert daktela.get(path).status_code == 404


@pytest.mark.parametrize("body", ["{", "[]", '"text"'])
def test_a_body_that_is_no_object_is_400(daktela: Client, body: str) -> None:
    """The body must be one JSON object."""
    headers = {"Content-Type": "application/json"}
    assert daktela.call("POST", "contacts.json", data=body, headers=headers).status_code == 400


def test_form_encoded_bodies_are_accepted(daktela: Client) -> None:
    """Bracketed keys carry lists and maps."""
    form = {"name": "f", "title": "T", "lastname": "L", "database": "sales", "customFields[email][0]": "f@x.example"}
    assert daktela.call("POST", "contacts.json", data=form).status_code == 201
    assert custom(daktela, "f") == {"email": ["f@x.example"]}


def test_a_record_without_a_name_gets_one(daktela: Client) -> None:
    """The server's names have the model's prefix and hexadecimal digits."""
    first, second = (daktela.create(name=None).json()["result"]["name"] for _ in range(2))
    assert first.startswith("contact_")
    assert first != second


@pytest.mark.parametrize(
    ("endpoint", "changes", "named"),
    [
        ("contacts", {"title": None}, {"title"}),
        ("contacts", {"title": "  ", "lastname": ""}, {"title", "lastname"}),
        ("contacts", {"database": None}, {"database"}),
        ("contacts", {"database": "nowhere"}, {"database"}),
        ("contacts", {"title": "x" * 256}, {"title"}),
        ("contacts", {"title": "x" * 255, "firstname": "x" * 128, "lastname": "x" * 128}, set()),
        ("contacts", {"firstname": "x" * 129, "lastname": "x" * 129}, {"firstname", "lastname"}),
        ("contacts", {"description": "x" * 513}, {"description"}),
        ("contacts", {"user": "nobody", "account": "nothing"}, {"user", "account"}),
        ("contacts", {"title": ["x"]}, {"title"}),
        ("contacts", {"name": "x" * 256}, {"name"}),
        ("contacts", {"customFields": "x"}, {"customFields"}),
        ("accounts", {"title": None, "database": None}, {"title", "database"}),
        ("accounts", {"sla": "nothing"}, {"sla"}),
        ("crmRecords", {"type": None, "stage": None, "title": None}, {"type", "stage", "title"}),
        ("crmRecords", {"type": "nothing", "stage": "HALF"}, {"type", "stage"}),
        ("crmRecords", {"title": "x" * 129}, {"title"}),
        ("crmRecords", {"status": "won"}, set()),
        ("crmRecords", {"status": "valid"}, {"status"}),
        ("crmRecords", {"status": "nothing"}, {"status"}),
        ("crmRecords", {"contact": "nobody", "ticket": "1"}, {"contact", "ticket"}),
    ],
)
def test_refused_fields_are_all_named(daktela: Client, endpoint: str, changes: dict[str, Any], named: set[str]) -> None:
    """One reply names every refused field; an accepted record names none."""
    assert problems(daktela, endpoint, **changes) == named


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("email", ["jan@x.example", "řehoř@x.example"][:1], ["jan@"]),
        ("email", ["o'neil+x@sub.x.example"], ["a b@x.example"]),
        ("number", ["+420 (777) 123-456"], ["call me"]),
        ("birthday", ["1980-02-29"], ["29.2.1980"]),
        ("birthday", ["1980-02-28"], ["1981-02-29"]),
        ("last_activity", ["2026-03-29T03:30:00"], ["yesterday"]),
        ("best_time", ["08:30"], ["25:00"]),
        ("vip", ["1"], ["maybe"]),
        ("industry", ["bank"], ["Banking"]),
        ("languages", ["cs", "en"], ["cs", "xx"]),
        ("salutation", ["mr"], ["dr"]),
        ("salesforce_url", ["https://vltava.example/x"], ["vltava.example"]),
    ],
)
def test_custom_field_types_are_checked(daktela: Client, field: str, good: list[str], bad: list[str]) -> None:
    """A value that does not fit its type refuses the whole record."""
    assert problems(daktela, name="bad", customFields={field: bad}) == {f"customFields.{field}"}
    assert daktela.create(name="good", customFields={field: good}).status_code == 201
    assert daktela.instance.get("contacts", "bad") is None


def test_a_pattern_of_the_pool_is_checked(daktela: Client) -> None:
    """An IČO has eight digits."""
    assert problems(daktela, "accounts", customFields={"ico": ["1234"]}) == {"customFields.ico"}
    assert daktela.create("accounts", customFields={"ico": ["12345678"]}).status_code == 201


@pytest.mark.parametrize(
    ("setting", "status", "stored"),
    [("refused", 400, None), ("first", 201, ["a"]), ("stored", 201, ["a", "b"])],
)
def test_several_values_for_a_single_field_follow_a_switch(
    daktela: Client, setting: str, status: int, stored: list[str] | None
) -> None:
    """The outcome is not published, so it is a switch."""
    daktela.instance.switch(several_on_single=setting)
    assert daktela.create(customFields={"job_title": ["a", "b"]}).status_code == status
    assert stored is None or custom(daktela)["job_title"] == stored


@pytest.mark.parametrize(("setting", "status"), [("ignored", 201), ("refused", 400)])
def test_unknown_custom_fields_follow_a_switch(daktela: Client, setting: str, status: int) -> None:
    """A field of the pool that the form lacks is as unknown as one nobody has."""
    daktela.instance.switch(unknown_custom_field=setting)
    reply = daktela.create(customFields={"complaint_code": ["1"], "typo": ["1"]})
    assert reply.status_code == status
    assert "typo" not in reply.json()["result"]["customFields"]


def test_custom_values_are_kept_as_lists_of_texts(daktela: Client) -> None:
    """Scalars, numbers and booleans become texts; null and "" are no values."""
    daktela.create(customFields={"job_title": "CEO", "vip": [True], "note": [12.5], "number": ["", None], "email": []})
    assert custom(daktela) == {"job_title": ["CEO"], "vip": ["1"], "note": ["12.5"]}


def test_a_partial_put_leaves_the_rest_alone(daktela: Client) -> None:
    """Absent fields and custom fields stay; a present list replaces the whole list; [] clears."""
    daktela.create(
        firstname="Jan", customFields={"number": ["1 111", "2 222"], "email": ["a@x.example"], "note": ["n"]}
    )
    changes = {"customFields": {"number": ["3 333"], "note": []}, "user": {"name": "novakova"}}
    body = daktela.call("PUT", "contacts/sf_contact_1.json", json=changes).json()["result"]
    assert (body["firstname"], body["title"], body["user"]["name"]) == ("Jan", "Jan Novák", "novakova")
    assert custom(daktela) == {"number": ["3 333"], "email": ["a@x.example"]}


def test_a_replacing_put_empties_the_rest(daktela: Client) -> None:
    """What is absent is cleared, and an absent required field refuses the write."""
    daktela.instance.switch(put_mode="replacing")
    daktela.create(firstname="Jan", user="novakova", customFields={"number": ["1 111"], "email": ["a@x.example"]})
    path = "contacts/sf_contact_1.json"
    assert daktela.call("PUT", path, json={"title": "T"}).status_code == 400
    whole = {"title": "T", "lastname": "L", "database": "sales", "customFields": {"email": ["b@x.example"]}}
    body = daktela.call("PUT", path, json=whole).json()["result"]
    assert (body["firstname"], body["user"]) == (None, None)
    assert custom(daktela) == {"email": ["b@x.example"]}


def test_the_name_is_fixed_after_create(daktela: Client) -> None:
    """A name in a PUT body changes nothing."""
    daktela.create()
    body = daktela.call("PUT", "contacts/sf_contact_1.json", json={"name": "other"}).json()["result"]
    assert body["name"] == "sf_contact_1"


@pytest.mark.parametrize(
    ("setting", "status", "name", "count", "title"),
    [
        ("refused", 400, "sf_contact_1", 1, "Jan Novák"),
        ("overwrites", 200, "sf_contact_1", 1, "Other"),
        ("doubles", 201, None, 2, "Jan Novák"),
        ("returns_existing", 200, "sf_contact_1", 1, "Jan Novák"),
    ],
)
def test_a_post_of_an_existing_name_follows_a_switch(
    daktela: Client, setting: str, status: int, name: str | None, count: int, title: str
) -> None:
    """Refused, overwritten, doubled under another name, or answered with what is there."""
    daktela.instance.switch(post_existing=setting)
    before = daktela.instance.count("contacts")
    daktela.create()
    reply = daktela.create(title="Other")
    kept = daktela.instance.get("contacts", "sf_contact_1")
    assert reply.status_code == status
    assert daktela.instance.count("contacts") - before == count
    assert kept is not None
    assert kept.values["title"] == title
    assert (reply.json()["result"]["name"] == "sf_contact_1") == (name is not None)


@pytest.mark.parametrize(("setting", "status"), [("reusable", 201), ("refused", 400)])
def test_reusing_the_name_of_a_deleted_record_follows_a_switch(daktela: Client, setting: str, status: int) -> None:
    """Whether a name can come back is a switch; in a listing the deleted record is gone either way."""
    daktela.instance.switch(deleted_name=setting)
    daktela.create()
    daktela.call("DELETE", "contacts/sf_contact_1.json")
    assert "sf_contact_1" not in daktela.names("contacts.json", {"take": "1000"})
    assert daktela.create().status_code == status


def test_a_deleted_record_may_be_shown(daktela: Client) -> None:
    """It is listed, read and written as before; only whole records tell."""
    daktela.instance.switch(deleted_shown=True)
    assert daktela.create().json()["result"]["deleted"] is False
    daktela.call("DELETE", "contacts/sf_contact_1.json")
    assert "sf_contact_1" in daktela.names("contacts.json", {"take": "1000"})
    assert daktela.call("GET", "contacts/sf_contact_1.json").json()["result"]["deleted"] is True
    written = daktela.call("PUT", "contacts/sf_contact_1.json", json={"title": "Jiná"})
    assert (written.status_code, written.json()["result"]["deleted"]) == (200, True)


def test_the_name_of_a_merged_record_may_lead_to_the_other(daktela: Client) -> None:
    """To the one that is left."""
    daktela.create()
    daktela.create(name="sf_contact_2")
    daktela.instance.merge("contacts", "sf_contact_2", "sf_contact_1")
    assert daktela.call("GET", "contacts/sf_contact_1.json").status_code == 404
    daktela.instance.switch(merged_name="survivor")
    assert daktela.call("GET", "contacts/sf_contact_1.json").json()["result"]["name"] == "sf_contact_2"


def test_the_name_of_a_deleted_record_may_be_replaced(daktela: Client) -> None:
    """The new record gets one of Daktela's own."""
    daktela.instance.switch(deleted_name="renamed")
    daktela.create()
    daktela.call("DELETE", "contacts/sf_contact_1.json")
    assert daktela.create().json()["result"]["name"].startswith("contact_")


@pytest.mark.parametrize(
    ("switches", "sent", "stored"),
    [
        ({}, {"job_title": [" a  b "]}, {"job_title": [" a  b "]}),
        ({"text_stored": "trimmed"}, {"job_title": [" a  b "]}, {"job_title": ["a  b"]}),
        ({"text_stored": "collapsed"}, {"job_title": [" a  b "]}, {"job_title": ["a b"]}),
        ({"phones_stripped": True}, {"number": ["+420 777 123"]}, {"number": ["+420777123"]}),
        ({"plus_stored_as_zeros": True}, {"number": ["+420 777 123"]}, {"number": ["00420 777 123"]}),
        ({"dates_with_midnight": True}, {"birthday": ["1980-01-02"]}, {"birthday": ["1980-01-02 00:00:00"]}),
        ({}, {"last_activity": ["2026-01-02T03:04"]}, {"last_activity": ["2026-01-02 03:04:00"]}),
        ({"lists_sorted": True}, {"languages": ["en", "cs"]}, {"languages": ["cs", "en"]}),
        ({"select_values": "stored"}, {"industry": ["Banking"]}, {"industry": ["Banking"]}),
    ],
)
def test_switches_normalise_stored_values(
    daktela: Client, switches: dict[str, Any], sent: dict[str, list[str]], stored: dict[str, list[str]]
) -> None:
    """Every normalisation seen in the field is a switch."""
    daktela.instance.switch(**switches)
    assert daktela.create(customFields=sent).status_code == 201
    assert custom(daktela) == stored


def test_a_title_may_be_rewritten(daktela: Client) -> None:
    """The display name may be made of the names."""
    daktela.instance.switch(title_rewritten=True)
    assert daktela.create(firstname="Jan", title="Whatever").json()["result"]["title"] == "Jan Novák"


def test_older_instances_require_fewer_fields(daktela: Client) -> None:
    """Without title and database a contact gets its names and the default database."""
    daktela.instance.switch(title_required=False, database_required=False)
    body = daktela.create(title=None, database=None, firstname="Jan").json()["result"]
    assert (body["title"], body["database"]["name"]) == ("Jan Novák", "sales")


def test_a_form_may_require_a_custom_field(daktela: Client) -> None:
    """A record without it is refused under customFields."""
    daktela.instance.switch(required_custom_field="note")
    assert problems(daktela) == {"customFields.note"}


@pytest.mark.parametrize(("setting", "status"), [("accepted", 201), ("refused", 400)])
def test_an_empty_description_can_be_refused(daktela: Client, setting: str, status: int) -> None:
    """The newer stack wants null or nothing."""
    daktela.instance.switch(empty_description=setting)
    assert daktela.create(description="").status_code == status
    assert daktela.create(name="other", description=None).status_code == 201


@pytest.mark.parametrize(("setting", "status"), [("accepted", 201), ("refused", 400)])
@pytest.mark.parametrize(
    ("switch", "empty", "unset"),
    [("empty_firstname", {"firstname": ""}, {"firstname": None}), ("empty_custom_fields", {"customFields": []}, {})],
)
def test_empty_values_can_be_refused(
    daktela: Client, switch: str, empty: dict[str, Any], unset: dict[str, Any], setting: str, status: int
) -> None:
    """Refused by the wording of the description: a text without a letter, a list in place of the map."""
    daktela.instance.switch(**{switch: setting})
    assert daktela.create(**empty).status_code == status
    assert daktela.create(name="other", **unset).status_code == 201
    assert daktela.call("PUT", "contacts/other.json", json=empty).status_code == (200 if status == 201 else 400)


def test_every_put_moves_edited(daktela: Client) -> None:
    """Even one that changes nothing."""
    daktela.create()
    daktela.instance.edit("contacts", "sf_contact_1", {})
    table = daktela.instance.get("contacts", "sf_contact_1")
    assert table is not None
    daktela.instance.store.update(table, {"edited": "2020-01-01 00:00:00"})
    body = daktela.call("PUT", "contacts/sf_contact_1.json", json={}).json()["result"]
    assert body["edited"] > "2020-01-01 00:00:00"


def test_merging_moves_references_to_the_first_record(daktela: Client) -> None:
    """The survivor answers, the loser is 404, CRM records follow."""
    daktela.create(name="kept", customFields={"email": ["a@x.example"]})
    daktela.create(name="lost", customFields={"email": ["b@x.example"]})
    daktela.create("crmRecords", contact="lost")
    reply = daktela.call("POST", "mergeContacts.json", params={"names[0]": "kept", "names[1]": "lost"})
    assert (reply.status_code, reply.json()["result"]["name"]) == (200, "kept")
    assert daktela.get("contacts/lost.json").status_code == 404
    assert custom(daktela, "kept") == {"email": ["a@x.example", "b@x.example"]}
    assert daktela.get("crmRecords/sf_opp_1.json").json()["result"]["contact"]["name"] == "kept"


def test_the_form_depends_on_the_database(daktela: Client) -> None:
    """A field placed on one form only is unknown on the other."""
    daktela.create(name="s", customFields={"best_time": ["08:30"], "support_level": ["gold"]})
    daktela.create(name="p", database="support", customFields={"best_time": ["08:30"], "support_level": ["gold"]})
    assert (custom(daktela, "s"), custom(daktela, "p")) == ({"best_time": ["08:30"]}, {"support_level": ["gold"]})


@pytest.mark.parametrize(("setting", "status"), [("accepted", 201), ("refused", 400)])
def test_a_custom_value_without_a_list_can_be_refused(daktela: Client, setting: str, status: int) -> None:
    """Some instances want a list even for one value."""
    daktela.instance.switch(bare_custom_value=setting)
    assert daktela.create(customFields={"note": "n"}).status_code == status


def test_a_lastname_may_be_optional(daktela: Client) -> None:
    """A few clients create without it."""
    daktela.instance.switch(lastname_required=False)
    assert daktela.create(lastname=None).json()["result"]["lastname"] == ""


def test_a_custom_field_may_be_removed(daktela: Client) -> None:
    """It is gone from the pool, from forms and from records, and back with what it held."""
    daktela.create(name="with_note", customFields={"note": ["psát"]})
    daktela.instance.switch(removed_custom_field="note")
    gone = daktela.get("contacts/with_note").json()["result"]
    pool = daktela.get("formCrmFields", take="1000").json()["result"]["data"]
    assert "note" not in {*gone["customFields"], *gone["_sys"]["cfScheme"], *(row["name"] for row in pool)}
    daktela.instance.switch(removed_custom_field="")
    assert daktela.get("contacts/with_note").json()["result"]["customFields"]["note"] == ["psát"]
