"""Ballots of pools as bytes: the pool and its lines are in them, not the rater group."""

import struct
from dataclasses import replace
from itertools import islice

import pytest

from survey.domain.ballot.ballot import Ballot, is_spoiled
from survey.domain.ballot.packing import Packing
from survey.domain.count.tally import Tally
from survey.domain.definition.reader import read_definition
from tests.builders import a_mutual_definition, mutual_example

HEAD = struct.calcsize("<BHQ")
PACKING = Packing(read_definition(a_mutual_definition(3, 2)))
GOOD, ABSTAINED, NOT_ASKED = 1, 4, 5
"""Positions of a scale of three grades."""


def ballot(group: str, *ratings: int) -> Ballot:
    return Ballot(group, "0123-4567-89AB", ratings)


def ratings_of(packed: bytes, lines: int = 5) -> list[int]:
    return [int.from_bytes(packed[HEAD + 2 * at : HEAD + 2 * at + 2], "little") for at in range(lines)]


def with_ratings(packed: bytes, *ratings: int) -> bytes:
    written = struct.pack(f"<{len(ratings)}H", *ratings)
    return packed[:HEAD] + written + packed[HEAD + len(written) :]


def test_the_pool_is_in_a_ballot_and_its_lines_are_all_there() -> None:
    packed = PACKING.pack(ballot("a2", 1, 2, 3, 4))
    assert packed[1:3] == b"\0\0"
    assert ratings_of(packed) == [1, NOT_ASKED, 2, 3, 4]
    form, read = PACKING.unpack(packed)
    assert form.group == read.group == "a"
    assert PACKING.pack(ballot("b1", 1, 2, 3, 4))[1:3] == b"\1\0"


def test_all_ballots_of_a_pool_are_alike_but_for_answers() -> None:
    packing = Packing(read_definition(mutual_example()))
    made = {
        group: packing.pack(Ballot(group, "0123-4567-89AB", (1,) * len(packing.form[group].lines)))
        for group in packing.definition.rater
    }
    assert {len(packed) for packed in made.values()} == {packing.size}
    assert len({packed[:3] for packed in made.values()}) == 2
    # All cities are asked the same: nothing in their ballots tells one from another.
    assert len({packed for group, packed in made.items() if group.startswith("c")}) == 1


def test_what_no_group_of_the_pool_is_asked_is_no_ballot() -> None:
    packed = PACKING.pack(ballot("a2", 1, 2, 3, 4))
    assert PACKING.read(with_ratings(packed, NOT_ASKED, 1, 2, 3, 4)).form.group == "a"
    for ratings in (
        (1, 1, 2, 3, 4),  # as if it had rated itself
        (NOT_ASKED, NOT_ASKED, 2, 3, 4),
        (1, 1, 1, NOT_ASKED, 1),  # a unit of the other pool
        (1, NOT_ASKED, 2, 3, NOT_ASKED + 1),
    ):
        with pytest.raises(ValueError, match="no"):
            PACKING.read(with_ratings(packed, *ratings))


def test_nobody_abstains_where_the_scale_does_not_offer_it() -> None:
    data = a_mutual_definition(3, 2)
    del data["scales"][0]["abstain"]
    packing = Packing(read_definition(data))
    packed = packing.pack(ballot("a2", 1, 2, 3, 3))
    assert packing.read(packed)
    with pytest.raises(ValueError, match="no such grade"):
        packing.read(with_ratings(packed, 1, NOT_ASKED, 2, 3, ABSTAINED))


def test_a_spoiled_paper_ballot_would_hold_the_pool_too() -> None:
    assert PACKING.pack_spoiled("a3", "0123-4567-89AB")[1:3] == b"\0\0"


def test_what_was_not_asked_counts_nowhere() -> None:
    definition = PACKING.definition
    tally = Tally(definition)
    for group in ("a1", "a2", "a3"):
        tally.add(*PACKING.unpack(PACKING.pack(ballot(group, GOOD, 0, ABSTAINED, 2))))
    cells = tally.cells("a")
    own = cells["r-a1", "all"]
    assert (own.grades, own.abstained, own.blank) == ((2, 0, 0), 0, 0)
    assert sum(cells["r-b2", "all"].grades) == 3
    asked = tally.asked("a")
    assert [asked[f"r-{key}", "all"] for key in ("a1", "a2", "a3", "b1", "b2")] == [2, 2, 2, 3, 3]
    assert tally.valid == {"a": 3, "b": 0}


def test_a_blank_that_counts_as_an_abstention_is_one_only_where_it_was_asked() -> None:
    packing = Packing(read_definition(a_mutual_definition(3, 2, rules={"blank": "abstain"})))
    tally = Tally(packing.definition)
    for group in ("a1", "a2", "a3"):
        tally.add(*packing.unpack(packing.pack(ballot(group, 0, 0, 0, 0))))
    assert [counts.abstained for counts in tally.cells("a").values()] == [2, 2, 2, 3, 3]


def test_rules_on_ballots_do_not_look_at_what_was_not_asked() -> None:
    """No such campaign is taken; should there be one, its ballots are judged as they were cast."""
    data = a_mutual_definition(3, 2, rules={"spoiled_if": ["all-blank", "all-same", "all-top"]})
    packing = Packing(read_definition(data))
    for ratings, spoiled in (((0, 0, 0, 0), True), ((2, 2, 2, 0), True), ((1, 0, 0, 0), True),
                             ((4, 0, 0, 0), False), ((1, 2, 1, 1), False)):  # fmt: skip
        one = ballot("a2", *ratings)
        form, read = packing.unpack(packing.pack(one))
        assert is_spoiled(packing.form["a2"], one.ratings) is spoiled
        assert is_spoiled(form, read.ratings) is spoiled


def test_a_list_to_tick_counts_no_empty_line_of_who_was_not_asked() -> None:
    data = a_mutual_definition(3, 2)
    grades = [{"key": "for", "label": "推荐", "points": 1}, {"key": "no", "label": "不推荐", "points": 0}]
    data["scales"] = [{"key": "box", "grades": grades}]
    data["sections"][0] |= {"scale": "box", "form": "ticks", "unticked": "no"}
    quota = {"section": data["sections"][0]["key"], "criterion": "all", "grade": "for", "at_most": 4}
    packing = Packing(read_definition(data | {"quotas": [quota]}))
    tally = Tally(packing.definition)
    for group in ("a1", "a2", "a3"):
        tally.add(*packing.unpack(packing.pack(ballot(group, 1, 0, 0, 0))))
    assert [counts.grades for counts in islice(tally.cells("a").values(), 3)] == [(2, 0), (1, 1), (0, 2)]


def test_texts_have_the_places_of_the_pool() -> None:
    data = a_mutual_definition(3, 2)
    data["scales"][0]["grades"][2]["reason"] = "required"
    packing = Packing(read_definition(data))
    one = replace(ballot("a1", 3, 1, 1, 3), texts={"r-a2.all.reason": "甲", "r-b2.all.reason": "乙"})
    _, read = packing.unpack(packing.pack(one))
    assert read.texts == one.texts
