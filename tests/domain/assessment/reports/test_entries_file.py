"""Entries, vetoes and typed-in values of a file, and all that can be wrong with them at once."""

import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.assessment.facts import EnteredValue, PointEntry, UnitVeto
from survey.domain.assessment.reports.entries_file import read_entries
from survey.domain.errors import BadNumbers
from tests.domain.assessment.sample import sample_definition
from tests.sample_year import sample

DEFINITION = sample_definition()


def read(text: str) -> Any:
    return read_entries(DEFINITION, tomllib.loads(text, parse_float=Decimal))


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadNumbers) as raised:
        read(text)
    return [(fault.place, fault.flaw) for fault in raised.value.faults]


ENTRY = """
[[entries]]
unit = "t1"
item = "award"
points = 1
reason = "全省文明乡镇"
evidence = "省文明委〔2026〕9号"
approver = "县考核领导小组"
decided_on = 2026-12-20
"""
VETO = """
[[vetoes]]
unit = "t4"
band = "poor"
committee = "县考核领导小组"
decided_on = "2027-01-12"
grounds = "发生重大非法占地问题"
evidence = "县自然资源局通报"
"""
ENTERED = f"""
[[entered]]
unit = "b3"
component = "{DEFINITION.components[-1].key}"
value = 88.5
document = "县考核办〔2027〕2号"
"""


def test_the_samples_entries() -> None:
    acts = read_entries(DEFINITION, sample("entries.toml"))
    assert [type(act) for act, _ in acts] == [PointEntry] * 9 + [UnitVeto]
    assert [act.reason for act, taken_back in acts if taken_back and isinstance(act, PointEntry)] == ["误登"]


def test_each_kind_in_order_and_days_in_both_spellings() -> None:
    (entry, _), (veto, _), (entered, back) = read(VETO + ENTERED + "taken_back = true\n" + ENTRY)
    assert isinstance(entry, PointEntry)
    assert (entry.points, entry.decided_on) == (Fraction(1), date(2026, 12, 20))
    assert isinstance(veto, UnitVeto)
    assert veto.decided_on == date(2027, 1, 12)
    assert isinstance(entered, EnteredValue)
    assert (entered.value, back) == (Fraction("88.5"), True)


@pytest.mark.parametrize(
    ("old", "new", "path", "flaw"),
    [
        ('"t1"', '"t99"', "entries[0].unit", "no-such"),
        ('"award"', '"none"', "entries[0].item", "no-such"),
        ("points = 1", "points = 0", "entries[0].points", "too-small"),
        ("points = 1", "points = -1", "entries[0].points", "too-small"),
        ("points = 1", "points = 99", "entries[0].points", "too-large"),
        ("points = 1", 'points = "1"', "entries[0].points", "not-number"),
        ('reason = "全省文明乡镇"', 'reason = " "', "entries[0].reason", "empty"),
        ("2026-12-20", '"20.12.2026"', "entries[0].decided_on", "not-moment"),
        ("2026-12-20", "2026-12-20T09:00:00", "entries[0].decided_on", "not-text"),
        ("approver =", "aprover =", "entries[0].approver", "missing"),
    ],
)
def test_faults_of_an_entry(old: str, new: str, path: str, flaw: str) -> None:
    assert (path, flaw) in faults(ENTRY.replace(old, new))


def test_all_faults_at_once() -> None:
    assert faults('[[vetoes]]\nunit = "t1"\n[[entered]]\nvalue = -1\nother = 1\n') == [
        ("vetoes[0].band", "missing"),
        ("vetoes[0].committee", "missing"),
        ("vetoes[0].decided_on", "missing"),
        ("vetoes[0].grounds", "missing"),
        ("vetoes[0].evidence", "missing"),
        ("entered[0].unit", "missing"),
        ("entered[0].component", "missing"),
        ("entered[0].value", "too-small"),
        ("entered[0].document", "missing"),
        ("entered[0].other", "unknown-key"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (ENTRY + ENTRY, "entries[1]"),
        (ENTRY + ENTRY + "taken_back = true\n", "entries[1]"),
        (VETO + VETO.replace("poor", DEFINITION.composite.bands[0].key), "vetoes[1]"),
        (ENTERED + ENTERED.replace("88.5", "90"), "entered[1]"),
    ],
)
def test_what_only_one_act_can_say(text: str, place: str) -> None:
    assert faults(text) == [(place, "duplicate")]


def test_of_two_vetoes_one_may_be_taken_back() -> None:
    other = VETO.replace("poor", DEFINITION.composite.bands[0].key)
    assert len(read(VETO + "taken_back = true\n" + other)) == 2


def test_a_file_that_holds_nothing() -> None:
    assert faults("") == [("file", "missing")]
