"""Decisions and editions as rows: appended under the next number, read as they were."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from survey.domain.decisions.entries import (
    BandDecided,
    BandLimit,
    BandQuota,
    Caps,
    Points,
    TakenBack,
    Vetoed,
)
from survey.domain.definition.campaign import Publication
from survey.domain.publication.edition import Choice, Edition, Personal
from survey.storage import publication_rows as rows

from .stored import AT, HOUR, stored

DAY = date(2026, 11, 22)
CONTENTS = [
    BandQuota("优秀", BandLimit("20%"), "办法第三条"),
    BandDecided("优秀", "党委会", DAY, "一致同意"),
    Vetoed("不合格", "党委会", DAY, "处分", "文号1"),
    Caps(Decimal("1.50"), Decimal("3.0"), "办法"),
    Points(Decimal("-0.5"), "缺勤", "考勤", "党委会", DAY),
]


def test_every_kind_of_entry_comes_back_under_the_next_number(session: Session) -> None:
    campaign = stored(session)
    made = [rows.add_entry(session, campaign, "ratee:c1", one, "王芳", AT) for one in CONTENTS]
    made.append(rows.add_entry(session, campaign, "ratee:c1", TakenBack(2, "错录"), "李四", AT + HOUR))
    assert [entry.number for entry in made] == [1, 2, 3, 4, 5, 6]
    assert rows.entries_of(session, campaign) == made
    assert [entry.content for entry in made[:5]] == CONTENTS
    assert (made[5].by, made[5].at) == ("李四", AT + HOUR)


def test_numbers_begin_anew_in_every_campaign(session: Session) -> None:
    one, other = stored(session), stored(session, "other")
    rows.add_entry(session, one, "ratee:c1", CONTENTS[0], "x", AT)
    assert rows.add_entry(session, other, "ratee:c2", CONTENTS[0], "x", AT).number == 1
    assert [entry.subject for entry in rows.entries_of(session, other)] == ["ratee:c2"]


PAGE = Edition(1, Publication.LINK, Choice(("form",), groups=False, comments=True), None, "", 0, AT)
LINKS = Edition(
    2, Publication.PERSON, None, Personal(AT + HOUR, rank=True, mean=False), "更正一处", 3, AT + HOUR
)


def test_editions_come_back_in_order(session: Session) -> None:
    campaign = stored(session)
    for edition in (LINKS, PAGE):
        rows.add_edition(session, campaign, edition, "王芳")
    assert rows.editions(session, campaign) == [PAGE, LINKS]
    assert rows.editions(session, stored(session, "other")) == []


def test_one_edition_is_withdrawn(session: Session) -> None:
    campaign, other = stored(session), stored(session, "other")
    for of in (campaign, other):
        for edition in (PAGE, LINKS):
            rows.add_edition(session, of, edition, "王芳")
    rows.set_withdrawn(session, campaign, 1, AT + HOUR)
    session.expire_all()
    assert rows.editions(session, campaign) == [replace(PAGE, withdrawn_at=AT + HOUR), LINKS]
    assert rows.editions(session, other) == [PAGE, LINKS]
