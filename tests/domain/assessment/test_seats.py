"""What each part may do, written out by hand once more, and what its keys reach."""

import re
from typing import Any

import pytest

from survey.domain.assessment.indicators import Reporter
from survey.domain.assessment.seats import (
    BY_ROLE,
    GIVEN,
    PART_WORDS,
    WITH_KEYS,
    Seat,
    SeatAct,
    SeatPart,
    indicators_within,
    keys_offered,
    may_act,
    may_report,
    parts_with,
    placed,
    units_within,
)
from tests.builders import ROOT

from .small import an_assessment, an_indicator

OFFICE = "office"
UNIT = "reporter approver"
NUMBERS = f"{OFFICE} {UNIT} group lead leader"
ALL = "office reporter approver lead group leader committee reader signer"
TABLE = {
    "OPEN": ALL,
    "SEE_PUBLISHED": ALL,
    "SET_UP": OFFICE,
    "GIVE_SEATS": OFFICE,
    "SEE_TARGETS": NUMBERS,
    "REPORT": "office reporter lead",
    "SIGN_OFF": "approver",
    "SEE_NUMBERS": NUMBERS,
    "SEE_EVIDENCE": NUMBERS,
    "COMMENT": "lead",
    "NOTE": "leader",
    "ACCEPT": OFFICE,
    "REMIND": OFFICE,
    "CLOSE_PERIOD": OFFICE,
    "SEE_STANDING": f"{OFFICE} {UNIT} leader",
    "ENTER": OFFICE,
    "SEE_ENTRIES": "office signer committee",
    "SEE_YEAR_END": f"{OFFICE} {UNIT} group committee",
    "HOLD_CONFERENCE": OFFICE,
    "PLAN_VISITS": OFFICE,
    "VERIFY": "group",
    "SEE_FINDINGS": f"{OFFICE} {UNIT} group",
    "ANSWER_FINDING": "reporter",
    "SEE_TALKS": "office group reader",
    "HOLD_TALKS": "group",
    "READ_TALKS": "group reader",
    "ANALYSE": "group",
    "SEE_ANALYSES": "office group committee",
    "HAND_IN_STATEMENT": "reporter",
    "SEE_STATEMENTS": f"{OFFICE} {UNIT} group",
    "RETURN_STATEMENT": "office group",
    "FILL_SHEETS": "lead leader",
    "SEE_SHEETS": OFFICE,
    "SCORE": OFFICE,
    "SIGN_RECORD": "signer",
    "SEE_SCORES": "office signer committee",
    "SEE_PROPOSAL": "office committee",
    "RECORD_DECISION": OFFICE,
    "TELL": OFFICE,
    "SEE_LETTERS": f"{OFFICE} {UNIT}",
    "RECEIVE_LETTER": UNIT,
    "ANSWER_TASKS": "reporter",
    "PUBLISH": OFFICE,
    "CLOSE_ASSESSMENT": OFFICE,
    "PRINT": OFFICE,
    "READ_ACTS": OFFICE,
}
YEAR = an_assessment(
    an_indicator("i1", lead="fin", leader="县长"),
    an_indicator("i2", lead="u3", source="lead", leader="副县长"),
    an_indicator("i3", source="office"),
    departments=[{"key": "fin", "label": "财政局"}],
)


def seat(part: SeatPart, *keys: str) -> Seat:
    return placed(Seat(7, "small", part, keys), YEAR)


def test_the_whole_table() -> None:
    assert {act.name: parts_with(act) for act in SeatAct} == {
        name: set(parts.split()) for name, parts in TABLE.items()
    }


def test_parts_are_stored_as_ever() -> None:
    assert " ".join(SeatPart) == ALL
    assert set(PART_WORDS) == set(SeatPart)
    assert set(GIVEN) == set(SeatPart) - BY_ROLE


def test_what_is_no_act_is_a_fault_and_no_refusal() -> None:
    with pytest.raises(KeyError):
        may_act([seat(SeatPart.OFFICE)], "opne")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "units", "cells"),
    [
        (seat(SeatPart.OFFICE), "u1 u2 u3", "u1i1 u1i2 u1i3 u2i1 u2i2 u2i3 u3i1 u3i2 u3i3"),
        (seat(SeatPart.REPORTER, "u1"), "u1", "u1i1 u1i2 u1i3"),
        (seat(SeatPart.GROUP, "u1", "u3"), "u1 u3", "u1i1 u1i2 u1i3 u3i1 u3i2 u3i3"),
        (seat(SeatPart.LEAD, "fin"), "u1 u2 u3", "u1i1 u2i1 u3i1"),
        (seat(SeatPart.LEAD, "u3", "i3"), "u1 u2 u3", "u1i2 u1i3 u2i2 u2i3 u3i2 u3i3"),
        (seat(SeatPart.LEADER, "副县长"), "u1 u2 u3", "u1i2 u2i2 u3i2"),
        (seat(SeatPart.LEADER, "u2"), "u2", "u2i1 u2i2 u2i3"),
        (seat(SeatPart.LEADER, "县长", "u2"), "u1 u2 u3", "u1i1 u2i1 u2i2 u2i3 u3i1"),
        # What the definition has no more reaches nothing.
        (seat(SeatPart.REPORTER, "gone"), "", ""),
        (seat(SeatPart.LEAD, "gone"), "", ""),
        (seat(SeatPart.LEADER, "gone"), "", ""),
        (seat(SeatPart.COMMITTEE), "", ""),
        (seat(SeatPart.READER), "", ""),
        (seat(SeatPart.SIGNER), "", ""),
    ],
)
def test_what_a_seat_reaches(given: Seat, units: str, cells: str) -> None:
    held, act = [given], SeatAct.SEE_NUMBERS
    found = [
        unit + key
        for unit in ("u1", "u2", "u3")
        for key in ("i1", "i2", "i3")
        if may_act(held, act, unit, key)
    ]
    assert " ".join(found) == cells
    assert " ".join(units_within(held, act, YEAR)) == units
    for unit in ("u1", "u2", "u3"):
        assert indicators_within(held, act, YEAR, unit) == [one[2:] for one in found if one.startswith(unit)]
    assert may_act(held, act) is bool(found)


@pytest.mark.parametrize(
    ("given", "reports"),
    [
        (seat(SeatPart.OFFICE), "u1i3 u2i3 u3i3"),
        (seat(SeatPart.REPORTER, "u1"), "u1i1"),
        (seat(SeatPart.APPROVER, "u1"), ""),
        (seat(SeatPart.LEAD, "fin"), ""),
        (seat(SeatPart.LEAD, "u3"), "u1i2 u2i2 u3i2"),
        (seat(SeatPart.GROUP, "u1"), ""),
    ],
)
def test_a_number_is_reported_by_its_source(given: Seat, reports: str) -> None:
    found = [u.key + i.key for u in YEAR.units for i in YEAR.indicators if may_report([given], u.key, i)]
    assert " ".join(found) == reports


def test_two_seats_do_not_lend_each_other_their_reach() -> None:
    held = [seat(SeatPart.GROUP, "u1"), seat(SeatPart.REPORTER, "u2")]
    assert may_act(held, SeatAct.VERIFY, "u1")
    assert not may_act(held, SeatAct.VERIFY, "u2")
    assert not may_report(held, "u1", YEAR.indicator["i1"])


@pytest.mark.parametrize("part", SeatPart)
def test_keys_that_are_offered_reach_something(part: SeatPart) -> None:
    offered: dict[str, Any] = keys_offered(part, YEAR)
    assert bool(offered) is (part in WITH_KEYS)
    for key in offered:
        # A department that leads nothing yet can be given a seat all the same.
        assert may_act([seat(part, key)], SeatAct.SEE_NUMBERS)
    assert {Reporter.UNIT, Reporter.LEAD, Reporter.OFFICE} == set(Reporter)


def test_the_table_in_the_docs_is_the_same() -> None:
    page = (ROOT / "docs" / "accounts.md").read_text("utf-8")
    _, _, below = page.partition("**Seats.**")
    heads = re.search(r"^\| may \| (.*) \|$", below, re.MULTILINE)
    assert heads
    parts = heads[1].split(" | ")
    assert " ".join(parts) == ALL
    rows = re.findall(r"^\| `([A-Z_]+)`: [^|]+ \| (.*) \|$", below, re.MULTILINE)
    assert {
        name: {part for part, cell in zip(parts, cells.split(" | "), strict=True) if cell == "yes"}
        for name, cells in rows
    } == {name: set(parts.split()) for name, parts in TABLE.items()}
