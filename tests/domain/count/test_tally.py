"""Ballots added up: in any order, in parts."""

import random

import pytest

from survey.domain.count.record import to_record
from survey.domain.count.tally import Tally
from survey.domain.definition.canonical import canonical_json
from tests.domain.count.test_results import FEW, case


@pytest.mark.parametrize("seed", FEW)
def test_the_order_of_ballots_does_not_matter(seed: int) -> None:
    one = case(seed)
    shuffled = list(one.packed)
    random.Random(seed).shuffle(shuffled)
    first, second = one.tally(one.packed), one.tally(shuffled)
    assert canonical_json(to_record(one.count(first))) == canonical_json(to_record(one.count(second)))


@pytest.mark.parametrize("seed", FEW)
@pytest.mark.parametrize("parts", [2, 5])
def test_a_box_counted_in_parts_gives_the_same(seed: int, parts: int) -> None:
    one = case(seed)
    total = Tally(one.packing.definition)
    for part in range(parts):
        total.merge(one.tally(one.packed[part::parts]))
    assert to_record(one.count(total)) == to_record(one.count(one.tally(one.packed)))
