"""Decisions beside a count: what stands, what caps allow, what a quota proposes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.count.results import Standing
from survey.domain.decisions.decisions import (
    UNDECIDED,
    Decisions,
    bands_of,
    capped,
    decision_tables,
    require_fitting,
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
    fields_of,
    from_record,
    read_content,
    to_record,
)
from survey.domain.decisions.proposal import ProposedPlace, propose
from survey.domain.definition.campaign import Definition
from survey.domain.errors import BadDecision
from tests.builders import built

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


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (band("良好"), {"band": "no-band"}),
        (veto("良好"), {"band": "no-band"}),
        (points("2.01"), {"points": "over-cap"}),
        (points("-2.01"), {"points": "over-cap"}),
    ],
)
def test_what_does_not_fit_is_refused(content: Content, fault: dict[str, str]) -> None:
    with pytest.raises(BadDecision) as refused:
        require_fitting(Decisions(definition(), entries(("form", CAPS))), "c1", content)
    assert refused.value.faults == fault


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


GOOD = {
    EntryKind.QUOTA: {"band": "优秀", "limit": " 20％ ", "basis": "通知"},
    EntryKind.BAND: {"band": "优秀", "committee": "党组", "decided_on": "2026-11-20", "reason": "一\r\n二"},
    EntryKind.VETO: {
        "band": "不称职",
        "committee": "党组",
        "decided_on": "2026-11-20",
        "grounds": "违纪",
        "evidence": "文",
    },
    EntryKind.CAPS: {"each": "2", "total": "３．5", "basis": "办法"},
    EntryKind.POINTS: {
        "points": "－1.50",
        "reason": "通报",
        "evidence": "文",
        "approver": "李四",
        "decided_on": "2026-11-20",
    },
    EntryKind.TAKEN_BACK: {"entry": "3", "reason": "误录"},
}


@pytest.mark.parametrize("kind", list(EntryKind))
def test_what_is_typed_comes_back_from_the_record(kind: EntryKind) -> None:
    content = read_content(kind, GOOD[kind], DAY)
    assert from_record(kind, to_record(content)) == content
    assert set(to_record(content)) == set(fields_of(kind)) == set(GOOD[kind])


def test_numbers_are_exact_however_they_are_typed() -> None:
    assert read_content(EntryKind.POINTS, GOOD[EntryKind.POINTS], DAY).points == Decimal("-1.5")  # type: ignore[union-attr]
    assert read_content(EntryKind.CAPS, GOOD[EntryKind.CAPS], DAY).total == Decimal("3.5")  # type: ignore[union-attr]
    assert str(read_content(EntryKind.QUOTA, GOOD[EntryKind.QUOTA], DAY).limit) == "20%"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "field", "text", "why"),
    [
        (EntryKind.POINTS, "points", "1e3", "not-points"),
        (EntryKind.POINTS, "points", "1.234", "not-points"),
        (EntryKind.POINTS, "points", "1001", "not-points"),
        (EntryKind.POINTS, "points", "NaN", "not-points"),
        (EntryKind.POINTS, "points", "-0.00", "zero"),
        (EntryKind.POINTS, "reason", " ", "missing"),
        (EntryKind.POINTS, "approver", "李\n四", "control"),
        (EntryKind.POINTS, "approver", "李" * 61, "too-long"),
        (EntryKind.POINTS, "reason", "李" * 301, "too-long"),
        (EntryKind.POINTS, "reason", "a\x00b", "control"),
        (EntryKind.POINTS, "approver", "李\u200b四", "control"),
        (EntryKind.POINTS, "reason", "不\u202e同意", "control"),
        (EntryKind.POINTS, "decided_on", "2026-11-21", "future"),
        (EntryKind.POINTS, "decided_on", "昨天", "not-day"),
        (EntryKind.CAPS, "each", "0", "not-cap"),
        (EntryKind.CAPS, "each", "-1", "not-cap"),
        (EntryKind.QUOTA, "limit", "0%", "not-limit"),
        (EntryKind.QUOTA, "limit", "101%", "not-limit"),
        (EntryKind.QUOTA, "limit", "一半", "not-limit"),
        (EntryKind.QUOTA, "limit", "2.5", "not-limit"),
    ],
)
def test_what_cannot_be_read_is_named_at_its_field(kind: EntryKind, field: str, text: str, why: str) -> None:
    with pytest.raises(BadDecision) as refused:
        read_content(kind, GOOD[kind] | {field: text}, DAY)
    assert refused.value.faults == {field: why}


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(BadDecision) as refused:
        read_content(EntryKind.VETO, {}, DAY)
    assert list(refused.value.faults) == list(fields_of(EntryKind.VETO))


# What a quota proposes


def standings(scores: list[int | None], section: str = "form") -> list[Standing]:
    return [
        Standing(f"c{place}", section, {}, None, None if score is None else Decimal(score), None, None)
        for place, score in enumerate(scores, 1)
    ]


limits = st.one_of(
    st.integers(0, 12).map(lambda n: BandLimit(str(n))), st.integers(1, 100).map(lambda n: BandLimit(f"{n}%"))
)
scored = st.lists(st.one_of(st.none(), st.integers(50, 56)), min_size=1, max_size=12)


@given(scored, limits)
def test_a_proposal_keeps_to_the_quota_unless_it_shows_a_tie(
    scores: list[int | None], limit: BandLimit
) -> None:
    rules = definition(len(scores), bands=False)
    found = propose(rules, rules.sections[0], "优秀", limit, standings(scores))
    by = {place: [row for row in found.rows if row.place is place] for place in ProposedPlace}
    assert len(by[ProposedPlace.IN]) <= found.allowed
    assert len(found.rows) == len(scores)
    known = [score for score in scores if score is not None]
    # Nobody within has less than anybody without; all who are tied have the one score at the border.
    order = [
        row.score for place in (ProposedPlace.IN, ProposedPlace.TIED, ProposedPlace.OUT) for row in by[place]
    ]
    assert order == sorted(known, reverse=True)
    tied = {row.score for row in by[ProposedPlace.TIED]}
    assert len(tied) <= 1
    for row in found.rows:
        same = {other.place for other in found.rows if other.score == row.score}
        assert len(same) == 1, "equal scores are treated alike"
    if tied:
        assert (
            len(by[ProposedPlace.IN])
            < found.allowed
            < len(by[ProposedPlace.IN]) + len(by[ProposedPlace.TIED])
        )
        assert found.contested == found.allowed - len(by[ProposedPlace.IN]) > 0
    else:
        assert len(by[ProposedPlace.IN]) == min(found.allowed, len(known))
        assert found.contested == 0
    assert all(row.score is None for row in by[ProposedPlace.UNRANKED])
    assert len(by[ProposedPlace.UNRANKED]) == scores.count(None)


@pytest.mark.parametrize(
    ("limit", "ratees", "allowed"),
    [("20%", 7, 1), ("25%", 10, 3), ("20%", 12, 2), ("25%", 1, 1), ("1%", 9, 1), ("3", 7, 3), ("0", 7, 0)],
)
def test_a_share_is_rounded_half_up_and_at_least_one(limit: str, ratees: int, allowed: int) -> None:
    assert BandLimit(limit).allowed(ratees) == allowed


def test_scores_below_the_band_are_not_proposed() -> None:
    rules = definition(4)
    found = propose(rules, rules.sections[0], "优秀", BandLimit("3"), standings([95, 89, 90, None]))
    assert [(row.ratee, row.rank, row.place) for row in found.rows] == [
        ("c1", 1, ProposedPlace.IN),
        ("c3", 2, ProposedPlace.IN),
        ("c2", 3, ProposedPlace.BELOW),
        ("c4", None, ProposedPlace.UNRANKED),
    ]


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
