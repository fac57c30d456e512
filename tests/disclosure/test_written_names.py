"""Names that few voters wrote change nothing of what is told: it is the same as where nobody wrote one."""

import random

import pytest

from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count
from survey.domain.count.results import SectionNames
from survey.domain.decisions.written_names import (
    NOBODY,
    NameChoice,
    Person,
    WrittenName,
    gathered,
    outcome,
)
from survey.domain.definition.reader import read_definition
from tests.domain.editing import changed, listed

WORDINGS = ("张三", "李四", "王五", "赵六", "？", "某")
MEANT = {wording: NOBODY if wording in "？某" else Person(wording) for wording in WORDINGS}
LEAST = 5


def told(ballots: list[list[str]], room: int) -> SectionNames:
    """Return all that pages and files have of names written on ballots, once all are decided."""
    definition = read_definition(changed("sections[2].write_in", room, listed()))
    texts = gathered(("list", name) for ballot in ballots for name in ballot)
    written = [WrittenName(str(at), "list", of, times) for at, ((_, of), times) in enumerate(texts.items())]
    made = [NameChoice(one.key, teller, MEANT[one.wording]) for one in written for teller in "甲乙"]
    accounts = {group.key: GroupAccount(20, 0, 12, 12, 0, 0) for group in definition.groups}
    (found,) = outcome(definition, Count(Accounting.of(accounts), {}, {}, {}, {}), written, made)
    return found


def ballots(seed: int, writers: int, room: int) -> list[list[str]]:
    drawn = random.Random(seed)
    return [drawn.sample(WORDINGS, drawn.randint(1, room)) for _ in range(writers)]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("room", [1, 2, 4])
def test_what_few_voters_wrote_looks_as_if_nobody_had(seed: int, room: int) -> None:
    for writers in range(LEAST):
        assert told(ballots(seed, writers, room), room) == told([], room)


@pytest.mark.parametrize("seed", range(40))
def test_of_more_voters_no_number_is_that_of_few_and_none_is_of_one_person(seed: int) -> None:
    found = told(ballots(seed, 14, 2), 2)
    assert all(one.votes >= LEAST for one in found.named)
    assert found.few is None or found.few > 1
    assert all(number is None or number > 2 * (LEAST - 1) for number in (found.few_votes, found.nobody))


def test_the_numbers_are_told_where_enough_wrote() -> None:
    found = told([["张三", "？"]] * 9 + [["李四", "王五"]] * 3 + [["赵六", "王五"]] * 1 + [["李四"]] * 1, 2)
    assert (found.named[0].votes, found.nobody, found.few) == (9, 9, 3)
    assert told([["李四", "王五"]] * 4 + [["赵六"]], 2).few_votes == 9
