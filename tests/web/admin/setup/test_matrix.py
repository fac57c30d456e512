"""Who rates whom, as one table."""

from typing import Any

import pytest

from survey.services.campaigns import drafts
from survey.storage.database import transaction
from tests.builders import BY
from tests.domain.editing import full, pooled
from tests.web.admin.setup.test_pages import UNIT, create, document, path
from tests.web.clerk import Office


def test_the_matrix_writes_what_differs_from_the_form(office: Office) -> None:
    create(full())
    office.save(path("matrix"), office.form(path("matrix")).set("ratees.0.groups", "A"))
    assert document()["ratees"][0]["groups"] == ["A"]
    office.save(path("matrix"), office.form(path("matrix")).set("ratees.0.groups", "B", "A"))
    assert "groups" not in document()["ratees"][0]
    office.save(path("matrix"), office.form(path("matrix")).set("ratees.2.groups"))
    assert document()["ratees"][2]["groups"] == []
    assert "至少要有 1 个" in office.get(path("matrix"))


def test_the_matrix_of_pools_writes_who_does_not_rate(office: Office) -> None:
    """What is ticked is the same; with pools it is written as the few that are not."""
    create(pooled())
    shown = office.form(path("matrix"))
    assert [value for name, value in shown.fields if name == "ratees.3.groups"] == ["A", "B", "u2"]
    office.save(path("matrix"), shown)
    assert document() == pooled()
    office.save(path("matrix"), office.form(path("matrix")).set("ratees.3.groups", "A", "B"))
    assert document()["ratees"][3]["except"] == ["u1", "u2"]
    office.save(path("matrix"), office.form(path("matrix")).set("ratees.3.groups", "A", "B", "u1", "u2"))
    assert not {"except", "groups"} & set(document()["ratees"][3])
    office.save(path("matrix"), office.form(path("matrix")).set("ratees.4.groups"))
    assert document()["ratees"][4]["groups"] == []
    assert "except" not in document()["ratees"][4]


def test_who_does_not_rate_follows_a_group_that_is_renamed(office: Office) -> None:
    create(pooled())
    office.save(path("groups"), office.form(path("groups")).set("groups.2.key", "unit-1"))
    assert document()["ratees"][3]["except"] == ["unit-1"]


def test_who_does_not_rate_is_left_out_where_nobody_of_them_is_left(office: Office) -> None:
    create(pooled())
    assert document()["ratees"][3]["except"] == ["u1"]
    office.save(path("groups"), office.press(path("groups"), office.form(path("groups")), "drop groups.2"))
    assert [group["key"] for group in document()["groups"]] == ["A", "B", "u2"]
    assert "except" not in document()["ratees"][3]


@pytest.mark.parametrize("wrong", [{"except": []}, {"except": ["u1"], "groups": ["A", "B", "u2"]}])
def test_the_matrix_mends_what_is_said_twice_or_of_nobody(office: Office, wrong: dict[str, Any]) -> None:
    data = pooled()
    data["ratees"][3] |= wrong
    create(data)
    office.save(path("matrix"), office.form(path("matrix")))
    assert "groups" not in document()["ratees"][3]
    assert document()["ratees"][3].get("except") == (wrong["except"] or None)


def test_groups_follow_a_pool_that_is_renamed(office: Office) -> None:
    create(pooled())
    office.save(path("groups"), office.form(path("groups")).set("pools.0.key", "offices"))
    assert [group.get("pool") for group in document()["groups"]] == [None, None, "offices", "offices"]


def test_the_pool_of_a_group_is_asked_only_where_there_are_pools(office: Office) -> None:
    create(full())
    assert "groups.0.pool" not in office.form(path("groups")).names()
    with transaction(write=True) as session:
        drafts.create(session, pooled() | {"campaign": pooled()["campaign"] | {"code": "pooled"}}, UNIT, BY)
    assert "groups.0.pool" in office.form("/admin/c/pooled/setup/groups").names()
