"""Wordings of names: two who agree decide, nobody is named of few votes, and no vote is lost."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count
from survey.domain.count.late import LateIssue
from survey.domain.count.results import NamedVotes, SectionNames
from survey.domain.decisions.written_names import (
    NOBODY,
    NameChoice,
    Person,
    WrittenName,
    agreed,
    from_record,
    gathered,
    is_split,
    outcome,
    require_person,
    to_record,
)
from survey.domain.definition.reader import read_definition
from survey.domain.errors import BadName
from tests.builders import BY
from tests.domain.editing import changed
from tests.domain.editing import listed as listed_definition

DEFINITION = read_definition(changed("sections[2].write_in", 2, listed_definition()))
ZHANG, LI = Person("张三", "财政局长"), Person("李四")


def choices(key: str, *persons: Person) -> list[NameChoice]:
    return [NameChoice(key, f"teller {number}", person) for number, person in enumerate(persons)]


def found(written: Sequence[WrittenName], made: Sequence[NameChoice], late: Any = ()) -> SectionNames:
    accounts = {group.key: GroupAccount(20, 0, 12, 12, 0, 0) for group in DEFINITION.groups}
    count = Count(Accounting.of(accounts), {}, {}, {}, {}, late)
    (section,) = outcome(DEFINITION, count, written, made)
    return section


def test_spellings_of_one_wording_are_one() -> None:
    texts = [("list", text) for text in ("张三", "张 三", "張三", "张三\u200b")]
    assert gathered(texts) == {("list", "张三"): 3, ("list", "張三"): 1}


@pytest.mark.parametrize(
    ("persons", "expected"),
    [
        ((), None),
        ((ZHANG,), None),
        ((ZHANG, LI), None),
        ((ZHANG, Person("张三")), None),
        ((ZHANG, Person("张 三", "财政局长")), ZHANG),
        ((ZHANG, LI, LI), LI),
        ((NOBODY, ZHANG, NOBODY), NOBODY),
        ((ZHANG, ZHANG, LI, LI), None),
        ((ZHANG, LI, ZHANG, LI, LI), LI),
        ((ZHANG, LI, ZHANG, LI, NOBODY), None),
        ((ZHANG, LI, ZHANG, LI, LI, ZHANG), None),
    ],
)
def test_two_who_agree_decide(persons: tuple[Person, ...], expected: Person | None) -> None:
    made = choices("k", *persons)
    assert agreed(made) == expected
    assert is_split(made) == (expected is None and len(persons) >= 2)


def test_of_few_votes_nobody_is_named() -> None:
    written = [WrittenName("a", "list", "张三", 5), WrittenName("b", "list", "财政局张三", 1)]
    written += [WrittenName("c", "list", "李四", 4), WrittenName("d", "list", "？", 2)]
    written += [WrittenName("e", "list", "王五", 9)]
    made = [*choices("a", ZHANG, ZHANG), *choices("b", ZHANG, ZHANG), *choices("c", LI, LI)]
    made += [*choices("d", NOBODY, NOBODY), *choices("e", Person("王五"))]
    assert found(written, made) == SectionNames("list", is_unsigned=True)
    made += choices("e", *[Person("王五")] * 2)[1:]
    assert found(written, made) == SectionNames(
        "list", (NamedVotes("王五", "", 9), NamedVotes("张三", "财政局长", 6)), valid=24
    )


def test_many_wordings_of_few_voters_name_nobody() -> None:
    written = [WrittenName(key, "list", f"{key}张三", 4) for key in "abcde"]
    made = [one for key in "abcde" for one in choices(key, ZHANG, ZHANG)]
    # Of one person alone the votes together are no number to tell either.
    assert found(written, made) == SectionNames("list", valid=24)


@pytest.mark.parametrize(
    ("votes", "told"),
    [
        ((), (None, None)),
        ((4,), (None, None)),
        ((4, 4), (None, None)),
        ((1,) * 8, (None, None)),
        ((4, 4, 1), (3, 9)),
        ((1,) * 9, (9, 9)),
    ],
)
def test_numbers_that_few_may_have_written_look_as_where_there_are_none(
    votes: tuple[int, ...], told: tuple[int | None, int | None]
) -> None:
    # Each ballot has room for two: eight names may be those of four voters.
    few = [WrittenName(str(place), "list", str(place), times) for place, times in enumerate(votes)]
    made = [one for name in few for one in choices(name.key, *[Person(name.wording)] * 2)]
    assert found(few, made) == SectionNames("list", few=told[0], few_votes=told[1], valid=24)
    nobody = [one for name in few for one in choices(name.key, NOBODY, NOBODY)]
    number = sum(votes) if sum(votes) > 8 else None
    assert found(few, nobody) == SectionNames("list", nobody=number, valid=24)


def test_late_codes_help_nobody_over_the_least_number() -> None:
    written = [WrittenName("a", "list", "张三", 6)]
    late = (LateIssue("A", 2, BY.at, confirmed=True),)
    assert found(written, choices("a", ZHANG, ZHANG)).named
    assert found(written, choices("a", ZHANG, ZHANG), late) == SectionNames("list", valid=24)


@pytest.mark.parametrize(
    ("name", "post", "why"),
    [
        (" ", "局长", "empty"),
        ("张" * 41, "", "too-long"),
        ("张三", "长" * 61, "too-long"),
        ("张\u2066三", "", "unreadable"),
        ("丙", "", "on-list"),
        ("丙", "财政局局长", "on-list"),
    ],
)
def test_whom_a_wording_cannot_mean(name: str, post: str, why: str) -> None:
    with pytest.raises(BadName) as refused:
        require_person(DEFINITION, "list", name, post)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("unit", "listed", "post", "other"),
    [
        ("", "", "", False),
        ("", "", "教育局局长", True),
        ("", "局长", "主任", True),
        ("", "局长", "教育局局长", False),
        ("财政局", "局长", "", False),
        ("财政局", "局长", "局长", False),
        ("财政局", "局长", "财政局", False),
        ("财政局", "局长", "县财政局 局长", False),
        ("财政局", "局长", "财政局党组书记", False),
        ("财政局", "局长", "教育局局长", True),
        ("财政局", "", "教育局局长", True),
        ("县财政局", "局长", "财政局局长", False),
    ],
)
def test_a_namesake_of_somebody_on_the_list_is_told_by_unit_and_post(
    unit: str, listed: str, post: str, other: bool
) -> None:
    data = changed("sections[2].write_in", 2, listed_definition())
    data["ratees"][3] |= {"unit": unit, "post": listed}
    definition = read_definition(data)
    if other:
        assert require_person(definition, "list", " 丙 ", post) == Person("丙", post)
    else:
        with pytest.raises(BadName, match="on the list"):
            require_person(definition, "list", "丙", post)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from([ZHANG, LI, Person("王五"), NOBODY])), max_size=8)
)
def test_no_vote_is_lost_and_none_is_there_twice(made: list[tuple[int, Person]]) -> None:
    written = [WrittenName(str(place), "list", "x", times) for place, (times, _) in enumerate(made)]
    chosen = [one for place, (_, person) in enumerate(made) for one in choices(str(place), person, person)]
    section = found(written, chosen)
    votes = {one: [times for times, who in made if who == one] for one in {who for _, who in made}}
    few = [sum(times) for who, times in votes.items() if who != NOBODY and max(times) < 5]
    assert {one.name: one.votes for one in section.named} == {
        who.name: sum(times) for who, times in votes.items() if who != NOBODY and max(times) >= 5
    }
    assert section.few in (None, len(few))
    assert section.few_votes in (None, sum(few))
    assert section.nobody in (None, sum(votes.get(NOBODY, [])))
    assert from_record(to_record([section])) == (section,)
