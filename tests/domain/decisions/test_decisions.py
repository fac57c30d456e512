"""Decisions beside a count: what stands, what caps allow, what a quota proposes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.decisions.decisions import (
    UNDECIDED,
    Decisions,
    bands_of,
    capped,
    decision_tables,
    require_fitting,
    subject_of,
)
from survey.domain.decisions.entries import (
    BandDecided,
    BandLimit,
    BandQuota,
    Caps,
    Content,
    Entry,
    EntryKind,
    Points,
    TakenBack,
    Vetoed,
)
from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from survey.domain.errors import BadDecision, UnknownDecision
from tests.builders import built
from tests.domain.editing import listed

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BANDS = [{"key": "high", "label": "优秀", "at_least": 90}, {"key": "fair", "label": "称职", "at_least": 60}]


def definition(ratees: int = 4, bands: bool = True) -> Definition:
    results = {"bands": BANDS} if bands else {}
    return built(ratees=[f"c{number}" for number in range(1, ratees + 1)], results=results)


def entries(*made: tuple[str, Content]) -> list[Entry]:
    return [Entry(number, subject, content, "王芳", AT) for number, (subject, content) in enumerate(made, 1)]


def band(label: str = "优秀") -> BandDecided:
    return BandDecided(label, "考核委员会", DAY, "综合研判")


def veto(label: str = "不称职") -> Vetoed:
    return Vetoed(label, "考核委员会", DAY, "违纪", "5号文")


def points(value: str) -> Points:
    return Points(Decimal(value), "表彰", "12号文", "考核委员会", DAY)


CAPS = Caps(Decimal(2), Decimal(3), "办法第十二条")
QUOTA = BandQuota("优秀", BandLimit("25%"), "通知")


# What stands


def test_a_veto_overrides_a_band_whatever_came_first() -> None:
    for made in ((band(), veto()), (veto(), band())):
        found = Decisions(definition(), entries(*(("c1", one) for one in made)))
        outcome = found.outcome(found.definition.ratee["c1"])
        assert outcome.band == "不称职"
        assert [entry.content for entry in outcome.vetoes] == [veto()]
        assert outcome.decided is not None
        assert outcome.decided.content == band()


def test_what_was_taken_back_stands_no_more_and_stays_on_record() -> None:
    made = entries(("c1", band()), ("c1", veto()), ("c1", TakenBack(2, "查实不成立")))
    found = Decisions(definition(), made)
    assert found.outcome(found.definition.ratee["c1"]).band == "优秀"
    assert [entry.number for entry in found.entries] == [1, 2, 3]
    assert found.taken_back[2].number == 3


def test_of_two_that_stand_the_last_holds_and_taking_it_back_leaves_the_other() -> None:
    made = entries(("c1", band("优秀")), ("c2", band("优秀")), ("c1", band("称职")))
    found = Decisions(definition(), made)
    assert found.replaced == {1: 3}
    assert [found.outcome(r).band for r in found.definition.ratees] == ["称职", "优秀", "", ""]
    back = Decisions(definition(), [*made, Entry(4, "c1", TakenBack(3, "误录"), "王芳", AT)])
    assert back.replaced == {}
    assert back.outcome(back.definition.ratee["c1"]).band == "优秀"


def test_quotas_on_different_bands_hold_beside_each_other() -> None:
    other = BandQuota("称职", BandLimit("2"), "通知")
    made = entries(("form", QUOTA), ("form", other), ("form", BandQuota("优秀", BandLimit("1"), "改")))
    found = Decisions(definition(), made)
    assert [entry.number for entry in found.holding(EntryKind.QUOTA, "form")] == [2, 3]


def test_the_adjusted_score_stands_beside_the_counted_one() -> None:
    made = entries(("form", CAPS), ("c1", points("1.5")), ("c1", points("-0.25")), ("c2", band()))
    found = Decisions(definition(), made)
    outcome = found.outcome(found.definition.ratee["c1"])
    assert (outcome.total, outcome.capped) == (Decimal("1.25"), Decimal("1.25"))
    assert outcome.adjusted(Decimal("84.63")) == Decimal("85.88")
    assert outcome.adjusted(None) is None
    assert found.outcome(found.definition.ratee["c2"]).adjusted(Decimal(90)) is None


@pytest.mark.parametrize(("kind", "key"), [(EntryKind.CAPS, "list"), (EntryKind.POINTS, "n1")])
def test_a_list_to_tick_has_no_scores_to_add_points_to(kind: EntryKind, key: str) -> None:
    with pytest.raises(UnknownDecision, match="list to tick"):
        subject_of(read_definition(listed()), kind, key)
    assert subject_of(read_definition(listed()), EntryKind.QUOTA, "list").key == "list"


def test_without_caps_nothing_is_adjusted() -> None:
    made = entries(("form", CAPS), ("c1", points("1")), ("form", TakenBack(1, "作废")))
    found = Decisions(definition(), made)
    outcome = found.outcome(found.definition.ratee["c1"])
    assert (outcome.total, outcome.capped, outcome.adjusted(Decimal(80))) == (1, None, None)


cents = st.decimals(-20, 20, places=2, allow_nan=False)
caps = st.tuples(st.decimals("0.01", 9, places=2), st.decimals("0.01", 9, places=2)).map(
    lambda pair: Caps(min(pair), max(pair), "x")
)


@given(st.lists(cents, max_size=8), caps)
def test_points_never_reach_beyond_their_caps(values: list[Decimal], rule: Caps) -> None:
    found = capped(values, rule)
    assert abs(found) <= rule.total
    assert abs(found) <= rule.each * len(values)
    if all(abs(value) <= rule.each for value in values) and abs(sum(values)) <= rule.total:
        assert Fraction(found) == sum(map(Fraction, values))
    assert capped(values[::-1], rule) == found
    assert capped([-value for value in values], rule) == -found


# What may be recorded


def test_points_need_caps_and_caps_must_not_cross() -> None:
    found = Decisions(definition(), [])
    with pytest.raises(BadDecision) as refused:
        require_fitting(found, "c1", points("1"))
    assert refused.value.faults == {"points": "no-caps"}
    with pytest.raises(BadDecision) as refused:
        require_fitting(found, "form", Caps(Decimal(3), Decimal(2), "x"))
    assert refused.value.faults == {"each": "caps-crossed"}
    # A sum over the cap is no fault: it counts as far as the cap.
    made = entries(("form", CAPS), ("c1", points("2")), ("c1", points("2")))
    require_fitting(Decisions(definition(), made), "c1", points("2"))
    assert Decisions(definition(), made).outcome(definition().ratee["c1"]).capped == 3


def test_bands_are_those_of_the_scores_then_the_grades() -> None:
    section = definition().sections[0]
    assert bands_of(definition(), section) == ("优秀", "称职", "不称职", UNDECIDED)
    assert bands_of(definition(bands=False), section)[0] == "优秀"


# Tables


def test_tables_hold_what_stands_and_only_that() -> None:
    made = entries(
        ("form", QUOTA),
        ("form", CAPS),
        ("c1", band()),
        ("c2", band()),
        ("c2", veto()),
        ("c1", points("1.5")),
        ("c1", points("2")),
        ("c3", band()),
        ("c3", TakenBack(8, "误录")),
    )
    found = Decisions(definition(), made)
    tables = decision_tables(found.definition, found)
    assert [table.title.split(" · ")[1] for table in tables] == [
        "等次名额",
        "组织认定",
        "加减分",
        "加减分合计",
    ]
    quotas, bands, ledger, totals = tables
    assert quotas.rows == [("优秀", "25%", 4, 1, 1, "通知")]
    assert [row[:4] for row in bands.rows] == [
        ("干部c1", "", "等次认定", "优秀"),
        ("干部c2", "", "一票否决", "不称职"),
        ("干部c2", "", "等次认定", "优秀"),
    ]
    assert [row[2] for row in ledger.rows] == [Decimal("1.50"), Decimal("2.00")]
    assert totals.rows == [("干部c1", "", Decimal("3.50"), Decimal("3.00"))]
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_tables_of_one_ratee_name_nobody_else() -> None:
    made = entries(("form", QUOTA), ("form", CAPS), ("c1", band()), ("c2", veto()), ("c2", points("1")))
    found = Decisions(definition(), made)
    text = str(decision_tables(found.definition, found, ratee="c2"))
    assert "干部c2" in text
    assert "干部c1" not in text
    assert "名额" not in text
    assert decision_tables(found.definition, found, ratee="c4") == []
