"""Outcomes are published column by column, in dated editions."""

from dataclasses import replace

import pytest
from flask import Flask

from survey.documents.assessment.papers.papers import PaperKind, write
from survey.domain.assessment.facts import Stage
from survey.domain.definition.campaign import Publication
from survey.domain.errors import BadEdition, NotScored, WrongStage
from survey.services.assessment import assessments, publishing, reporting, taking
from survey.services.assessment.publishing import PublishedPage
from survey.services.audit import audit
from survey.services.count import certifying
from survey.storage.assessment import assessment_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.documents.read_back import words_in

from .sample_taken import rows
from .scored_year import (
    UNITS,
    YEAR,
    account,
    came_since,
    counted_campaign,
    decide,
    examining,
    score,
    sign,
    signed,
    year_data,
)


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


def test_two_totals_with_and_without_a_part_tell_that_part(each_app: Flask) -> None:
    counted_campaign(each_app)
    signed()
    assert follows("total") == ("rank",)
    publish("total")
    teller, scrutineer = account("甲"), account("乙")
    with transaction(write=True) as session:
        certifying.certify(session, "small", teller, scrutineer, BY)
    score("民主测评已签字")
    sign(account("丙"), account("丁"))
    assert follows("total", "rank") == ("component:public",)
    publish("total", "rank")
    # What followed once is known for good, also where an edition shows less.
    assert follows("rank") == ("component:public",)


def test_points_of_too_few_scorers_are_left_blank_and_count_as_hidden(each_app: Flask) -> None:
    lines = [{"key": "l", "label": "总体", "points": 100}]
    data = year_data() | {"sheets": [{"key": "s", "title": "评分表", "lines": lines, "min_scorers": 2}]}
    data["components"] = [
        {"key": "targets", "label": "目标任务", "weight": 60, "from": "entered"},
        {"key": "leaders", "label": "领导评价", "weight": 40, "from": "sheet", "sheet": "s"},
    ]
    with transaction(write=True) as session:
        assessments.load(session, data, None, BY)
        made = assessments.issue(session, YEAR, BY)
        given = [{"unit": key, "component": "targets", "value": 90, "document": "函"} for key in UNITS]
        taking.take_acts(session, YEAR, {"entered": given}, BY)
        points = [f"s,{unit},{scorer},l,80" for unit, scorer in (("t1", "甲"), ("t1", "乙"), ("t2", "甲"))]
        taking.take_points(session, YEAR, rows("sheet,unit,scorer,line,points", *points), BY)
        assessment_rows.set_stage(session, made, Stage.EXAMINING)
    score()
    sign(account("甲"), account("乙"))
    assert "component:leaders" in follows("total", "rank", "targets", "leaders")
    publish("leaders")
    assert [unit.values["component:leaders"] for unit in page().classes[0].units] == ["80.00", None, None]
    with transaction() as session:
        material = reporting.year_paper(session, YEAR).material
    said = words_in("docx", write(PaperKind.SCORE_SHEETS, "docx", material))
    assert "不告知" in said
    # Of one unit, in the place of the part's words; the sum, which spells every part out, is kept too.
    assert said.count("评分人数不足，不单独告知得分") == 1
    assert said.count("算式含不单独告知的部分") == 1
    assert said.count("80.00") == said.partition("t2镇")[0].count("80.00")
