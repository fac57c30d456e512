"""Outcomes are published column by column, in dated editions."""

from dataclasses import replace

import pytest
from flask import Flask

from survey.domain.definition.campaign import Publication
from survey.domain.errors import BadEdition, NotScored, WrongStage
from survey.services.assessment import assessments, publishing
from survey.services.assessment.publishing import PublishedPage
from survey.services.audit import audit
from survey.storage.database import transaction
from tests.builders import BY

from .scored_year import YEAR, account, came_since, decide, examining, score, sign, signed


def publish(*columns: str, level: Publication = Publication.PUBLIC, note: str = "") -> int:
    with transaction(write=True) as session:
        return publishing.publish(session, YEAR, level, columns, BY, note).number


def follows(*columns: str) -> tuple[str, ...]:
    with transaction() as session:
        return publishing.what_follows(session, YEAR, columns)


def page() -> PublishedPage:
    with transaction() as session:
        found = publishing.open_edition(session, YEAR)
        assert found
        return publishing.published_page(session, found)


def test_nothing_but_the_columns_chosen_is_given(each_app: Flask) -> None:
    signed()
    assert publish("total", "rank") == 1
    (towns,) = page().classes
    assert [(unit.key, dict(unit.values)) for unit in towns.units] == [
        ("t1", {"rank": "1", "total": "92.88"}),
        ("t2", {"rank": "2", "total": "85.65"}),
        ("t3", {"rank": "3", "total": "76.18"}),
    ]
    assert all(unit.rests_on_fewer and (unit.parts, unit.of_parts) == (2, 3) for unit in towns.units)
    with transaction() as session:
        *_, (entry, facts) = audit.history(session, assessments.logged_as(YEAR))
    assert (entry.act, facts["edition"], facts["columns"]) == ("assessment-publish", 1, ["rank", "total"])


def test_an_order_that_tells_ranks_is_not_kept_without_them(app: Flask) -> None:
    signed()
    publish("leaders")
    (towns,) = page().classes
    assert [unit.key for unit in towns.units] == ["t1", "t2", "t3"]
    assert not any(unit.rests_on_fewer for unit in towns.units)


def test_what_follows_is_told_before_and_kept(each_app: Flask) -> None:
    signed()
    # No unit has the campaign's part: the total and one of the two others tell the last.
    assert follows("total", "rank", "targets") == ("component:leaders",)
    assert follows("rank") == ()
    publish("total", "targets")
    with transaction() as session:
        found = publishing.open_edition(session, YEAR)
    assert found
    assert found.edition.follow == ("rank", "component:leaders")


def test_what_an_earlier_edition_showed_is_known(each_app: Flask) -> None:
    signed()
    publish("targets")
    publish("targets", level=Publication.WITHDRAWN)
    assert follows("rank", "total") == ("component:leaders",)


def test_bands_are_published_once_all_are_decided(each_app: Flask) -> None:
    signed()
    decide("t1")
    with pytest.raises(NotScored, match="t2, t3"):
        publish("band")
    decide("t2")
    decide("t3", "fair")
    publish("band")
    assert [unit.values["band"] for unit in page().classes[0].units] == ["良好", "良好", "一般"]
    # A later decision wants another edition.
    decide("t3", "good")
    assert [unit.values["band"] for unit in page().classes[0].units] == ["良好", "良好", "一般"]
    publish("band")
    assert [unit.values["band"] for unit in page().classes[0].units] == ["良好", "良好", "良好"]


def test_an_edition_stays_with_its_record(each_app: Flask) -> None:
    signed()
    publish("total")
    first = page()
    score("复核")
    assert page() == first
    with pytest.raises(NotScored):
        publish("total")
    sign(account("丙"), account("丁"))
    publish("total")
    assert page().record.number == 2
    assert page().classes == first.classes


def test_withdrawn_is_withdrawn(each_app: Flask) -> None:
    signed()
    with pytest.raises(WrongStage, match="nothing of"):
        publish(level=Publication.WITHDRAWN)
    publish("total")
    publish(level=Publication.WITHDRAWN)
    with transaction() as session:
        assert publishing.open_edition(session, YEAR) is None
    publish("total", level=Publication.LINK)
    with transaction() as session:
        found = publishing.open_edition(session, YEAR)
    assert found
    assert (found.edition.number, found.withdrawals) == (2, 1)
    assert replace(found.before[0], withdrawn_at=None).columns == ("total",)


def test_what_cannot_be_published(app: Flask) -> None:
    examining()
    with pytest.raises(WrongStage):
        publish("total")
    score()
    with pytest.raises(NotScored, match="not signed"):
        publish("total")
    sign(account("甲"), account("乙"))
    for columns, level, note in (
        ((), Publication.PUBLIC, ""),
        (("nothing",), Publication.PUBLIC, ""),
        (("total",), Publication.PERSON, ""),
        (("total",), Publication.PUBLIC, "长" * 301),
    ):
        with pytest.raises(BadEdition):
            publish(*columns, level=level, note=note)
    with transaction() as session:
        assert publishing.open_edition(session, YEAR) is None


def test_what_came_after_the_record_is_told_before_it_is_published_and_logged(each_app: Flask) -> None:
    signed()
    with transaction() as session:
        assert publishing.came_since_signing(session, YEAR) == ""
    came_since()
    with transaction() as session:
        assert publishing.came_since_signing(session, YEAR).endswith("came after score record 1")
    publish("total")
    with transaction() as session:
        *_, (_, facts) = audit.history(session, assessments.logged_as(YEAR))
    assert facts["outdated"] is True
