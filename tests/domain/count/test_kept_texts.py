"""Which texts are kept, under what, and what is said of the others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import disclose
from survey.domain.count.kept_texts import Held, KeptTexts, LeftOut, fields_of_few, keep_texts, which_stay
from survey.domain.count.late import LateIssue
from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from survey.domain.publication.written_texts import not_kept
from tests.builders import a_definition

MINIMUM = 5
GOOD, BAD = 1, 2
SCALE = {
    "key": "two",
    "grades": [
        {"key": "good", "label": "合格", "points": 100},
        {"key": "bad", "label": "不合格", "points": 0, "reason": "required"},
    ],
}

Vote = tuple[str, dict[str, int], tuple[str, ...]]
"""Rater group, position by line, fields besides reasons that something is written into."""


def a_form(ratees: Iterable[str] = ("c1", "c2", "c3"), **more: Any) -> dict[str, Any]:
    data = a_definition(ratees=tuple(ratees), criteria=("k",), scales=[SCALE], **more)
    data["sections"][0]["scale"] = "two"
    data["sections"][0]["comment"] = True
    data.setdefault("results", {"minimum_cell": MINIMUM, "small_groups": "withhold"})
    return data


def kept(data: dict[str, Any] | Definition, votes: Iterable[Vote]) -> KeptTexts:
    """Count some votes and keep their texts; on every grade that asks for a reason there is one."""
    definition = data if isinstance(data, Definition) else read_definition(data)
    forms, tally, texts = Packing(definition).form, Tally(definition), []
    accounts = Counter(group for group, _, _ in votes)
    for number, (group, ticked, fields) in enumerate(votes):
        form = forms[group]
        ballot = Ballot(group, "", tuple(ticked.get(line.name, 0) for line in form.lines))
        valid = tally.add(form, ballot)
        written = [f"{line.name}.reason" for line in form.lines if ticked.get(line.name) == BAD]
        texts += [(name, f"{name} of {number}") for name in (*written, *fields) if valid]
    accounting = Accounting.of(
        {
            group.key: GroupAccount(
                accounts[group.key],
                0,
                accounts[group.key],
                tally.valid[group.key],
                tally.spoiled[group.key],
                0,
            )
            for group in definition.groups
        }
    )
    return keep_texts(definition, tally, disclose(definition, tally, accounting), texts)


def places(found: KeptTexts) -> dict[tuple[str, str], int]:
    return dict(Counter((text.kind, text.subject) for text in found.texts))


def votes_on(numbers: Mapping[str, tuple[int, int]], voters: int = 9, group: str = "A") -> list[Vote]:
    """Let the first of some voters rate each line: so many of them at all, so many of these badly."""
    return [
        (
            group,
            {line: BAD if place < bad else GOOD for line, (rated, bad) in numbers.items() if place < rated},
            (),
        )
        for place in range(voters)
    ]


REASON, COMMENT, FORM = ("reason", "section:form"), ("comment", "section:form"), "section:form"


def test_the_case_of_the_issue_keeps_no_reason() -> None:
    """Three rated c2, two of them badly; c2 is the only one withheld."""
    found = kept(a_form(), votes_on({"c1.k": (9, 2), "c2.k": (3, 2), "c3.k": (9, 1)}))
    assert found.texts == ()
    # Those on c1 and c3 are as many as their counts say; of c2 not even whether there were any.
    assert found.left_out == LeftOut(3, untold=True, fields=(REASON,))


def test_where_all_cells_are_shown_a_reason_is_kept_with_its_ratee() -> None:
    found = kept(a_form(), votes_on({"c1.k": (9, 2), "c2.k": (5, 5), "c3.k": (9, 0)}))
    assert places(found) == {("reason", "ratee:c1"): 2, ("reason", "ratee:c2"): 5}
    assert found.left_out == LeftOut()


def test_enough_withheld_ratees_leave_the_reasons_with_the_section() -> None:
    found = kept(a_form(), votes_on({"c1.k": (9, 2), "c2.k": (3, 2), "c3.k": (2, 0)}))
    assert places(found) == {REASON: 4}
    assert {text.text.split(".")[0] for text in found.texts} == {"c1", "c2"}
    assert found.left_out == LeftOut()


@pytest.mark.parametrize(
    ("second", "third"), [((3, 0), (2, 0)), ((3, 3), (2, 2))], ids=["none asked", "all asked"]
)
def test_number_of_reasons_never_says_that_all_or_none_of_the_withheld_ask_for_one(
    second: tuple[int, int], third: tuple[int, int]
) -> None:
    found = kept(a_form(), votes_on({"c1.k": (9, 2), "c2.k": second, "c3.k": third}))
    assert [text.text.split(".")[0] for text in found.texts] == ["c1", "c1"]
    assert places(found) == {REASON: 2}
    assert found.left_out == LeftOut(0, untold=True, fields=(REASON,))


@pytest.mark.parametrize(
    "numbers",
    [
        {"c2.k": (4, 1)},
        {"c2.k": (2, 1), "c3.k": (2, 0)},
        {"c2.k": (4, 2), "c3.k": (0, 0)},
    ],
    ids=["one ratee", "four answers", "one that holds any"],
)
def test_too_little_withheld_keeps_none_of_the_section(numbers: dict[str, tuple[int, int]]) -> None:
    found = kept(a_form(), votes_on({"c1.k": (9, 3), **numbers}))
    assert found.texts == ()
    assert found.left_out == LeftOut(3, untold=True, fields=(REASON,))


def test_one_voter_on_many_lines_is_counted_once() -> None:
    """Two ratees with two lines each, rated by the same two: eight answers, and four at most by people."""
    data = a_form()
    data["sections"][0]["criteria"] = [{"key": "k", "label": "k"}, {"key": "l", "label": "l"}]
    few = {f"{ratee}.{line}": (2, 1) for ratee in ("c2", "c3") for line in "kl"}
    found = kept(data, votes_on({"c1.k": (9, 1), "c1.l": (9, 0), **few}))
    assert found.texts == ()


def test_the_same_few_people_on_many_ratees_are_few() -> None:
    """Only B may rate c2, c3 and c4, and B are three: nine answers, by three people."""
    data = a_form(("c1", "c2", "c3", "c4"))
    for ratee in data["ratees"][1:]:
        ratee["groups"] = ["B"]
    votes = votes_on({"c1.k": (9, 1)}) + votes_on({f"c{n}.k": (3, n - 2) for n in (2, 3, 4)}, 3, "B")
    found = kept(data, votes)
    assert found.texts == ()
    assert found.left_out == LeftOut(1, untold=True, fields=(REASON,))


def test_cells_that_can_carry_no_reason_hide_none() -> None:
    """A quota of none forbids the bad grade on l: what is withheld there hides nothing on k."""
    quota = {"section": "form", "criterion": "l", "grade": "bad", "at_most": 0}
    data = a_form(quotas=[quota])
    data["sections"][0]["criteria"] = [{"key": "k", "label": "k"}, {"key": "l", "label": "l"}]
    shown = {f"c{number}.k": (9, 0) for number in (1, 2, 3)} | {"c1.l": (9, 0)}
    found = kept(data, votes_on(shown | {"c2.k": (4, 2), "c2.l": (4, 0), "c3.l": (4, 0)}))
    assert found.texts == ()
    assert found.left_out.untold


def test_a_withheld_ratee_of_another_section_changes_nothing() -> None:
    data = a_form(("c1", "c2"))
    data["sections"].append(data["sections"][0] | {"key": "other", "title": "另表"})
    data["ratees"].append({"key": "d", "section": "other", "name": "d"})
    found = kept(data, votes_on({"c1.k": (9, 2), "c2.k": (9, 1), "d.k": (3, 2)}))
    assert places(found) == {("reason", "ratee:c1"): 2, ("reason", "ratee:c2"): 1}
    assert found.left_out == LeftOut(
        0, untold=True, fields=(("comment", "section:other"), ("reason", "section:other"))
    )


@pytest.mark.parametrize("rule", ["withhold", "merge", "show"])
def test_a_reason_says_no_more_than_the_pooled_row(rule: str) -> None:
    """B's two are withheld, merged or shown as a group; the pooled row stands, and so do all reasons."""
    data = a_form(("c1",), results={"minimum_cell": MINIMUM, "small_groups": rule})
    found = kept(data, votes_on({"c1.k": (9, 2)}) + votes_on({"c1.k": (2, 2)}, 2, "B"))
    assert places(found) == {("reason", "ratee:c1"): 4}


# Comments and questions

TEXT = {"key": "t", "label": "建议", "kind": "text"}


def writing(votes: list[Vote], *fields: str) -> list[Vote]:
    return [(group, ticked, fields) for group, ticked, _ in votes]


@pytest.mark.parametrize("rule", ["withhold", "merge", "show"])
@pytest.mark.parametrize("size", range(7))
def test_an_answer_only_few_could_write_is_not_kept(size: int, rule: str) -> None:
    data = a_form(
        questions=[TEXT | {"groups": ["B"]}, TEXT | {"key": "u"}],
        results={"minimum_cell": MINIMUM, "small_groups": rule},
    )
    votes = writing(votes_on({"c1.k": (9, 0)}), "q.u") + writing(votes_on({}, size, "B"), "q.t", "q.u")
    found = kept(data, votes)
    few = 0 < size < MINIMUM
    assert places(found).get(("question", "question:t"), 0) == (0 if few else size)
    assert places(found)["question", "question:u"] == 9 + size
    assert found.left_out == (LeftOut(0, True, (("question", "question:t"),)) if few else LeftOut())


@pytest.mark.parametrize("size", [1, 4, 5, 6])
def test_comments_on_a_form_of_a_small_group_are_not_kept(size: int) -> None:
    data = a_form()
    data["sections"].append(data["sections"][0] | {"key": "other", "title": "另表", "groups": ["B"]})
    data["ratees"] += [{"key": "d", "section": "other", "name": "d"}]
    votes = writing(votes_on({"c1.k": (9, 0)}), "form.comment")
    votes += writing(votes_on({"d.k": (size, 0)}, size, "B"), "form.comment", "other.comment")
    found = places(kept(data, votes))
    assert found[COMMENT] == 9 + size
    assert found.get(("comment", "section:other"), 0) == (0 if size < MINIMUM else size)


def test_groups_that_are_small_apart_and_many_together_are_many() -> None:
    data = a_form(questions=[TEXT])
    votes = writing(votes_on({"c1.k": (3, 0)}, 3, "A") + votes_on({"c1.k": (2, 0)}, 2, "B"), "q.t")
    assert places(kept(data, votes)) == {("question", "question:t"): 5}


def test_comments_by_the_raters_of_one_small_ratee_are_not_kept() -> None:
    """Nine have the form on their ballot; three of them rated, and comment."""
    votes = [
        (group, ticked, ("form.comment",) * bool(ticked)) for group, ticked, _ in votes_on({"c1.k": (3, 0)})
    ]
    found = kept(a_form(("c1",)), votes)
    assert found.texts == ()
    assert found.left_out == LeftOut(0, True, (COMMENT, REASON))
    both = [(group, ticked | {"c2.k": GOOD} if ticked else {}, fields) for group, ticked, fields in votes]
    assert places(kept(a_form(("c1", "c2")), both)) == {COMMENT: 3}


def test_abstentions_are_raters_too() -> None:
    data = a_form(("c1",)) | {"scales": [SCALE | {"abstain": {"label": "弃权"}}]}
    abstained = [("A", {"c1.k": 3}, ("form.comment",)) for _ in range(3)]
    assert kept(data, abstained + votes_on({}, 6)).texts == ()


def test_spoiled_ballots_do_not_make_a_group_many() -> None:
    data = a_form(questions=[TEXT | {"groups": ["B"]}], rules={"spoiled_if": ["all-blank"]})
    rated = writing(votes_on({"c1.k": (3, 0)}, 3, "B"), "q.t")
    found = kept(data, votes_on({"c1.k": (9, 0)}) + rated + writing(votes_on({}, 4, "B"), "q.t"))
    assert found.texts == ()


def test_many_texts_of_few_people_are_told_in_number() -> None:
    """Four people answer two questions: eight texts, of which none is told by whom."""
    questions = [TEXT | {"key": key, "groups": ["B"]} for key in "tu"]
    votes = votes_on({"c1.k": (9, 0)}) + writing(votes_on({}, 4, "B"), "q.t", "q.u")
    found = kept(a_form(questions=questions), votes)
    assert found.left_out == LeftOut(8, False, (("question", "question:t"), ("question", "question:u")))


# What is said


def test_words_name_the_places_and_never_a_number_that_tells() -> None:
    definition = read_definition(a_form(questions=[TEXT]))
    assert not_kept(definition, LeftOut()) == ()
    (said,) = not_kept(definition, LeftOut(3, True, (REASON, COMMENT)))
    assert said.startswith("为不暴露个人，以下文字不保留：“测评表”的理由、“测评表”的意见。能列出的有 3 条；")
    (said,) = not_kept(definition, LeftOut(0, True, (("question", "question:t"),)))
    assert said == (
        "为不暴露个人，以下文字不保留：“建议”的回答。有没有、有几条，会显示少数人的选择，所以不列。"
    )
    (said,) = not_kept(definition, LeftOut(8, False, (COMMENT,)))
    assert said.endswith("共 8 条。")
    assert str(LeftOut(3, True, (REASON,))) == (
        "texts not kept, since they could give few people away: 3; whether there are more, and how many, "
        "is not told; reason (section:form)"
    )


def test_fields_that_few_will_fill_in_are_known_before() -> None:
    data = a_form(questions=[TEXT, TEXT | {"key": "u", "groups": ["B"]}])
    data["sections"].append(data["sections"][0] | {"key": "other", "title": "另表", "groups": ["B"]})
    data["ratees"] += [{"key": "d", "section": "other", "name": "d"}]
    assert fields_of_few(read_definition(data)) == []
    data["groups"][0]["issue"], data["groups"][1]["issue"] = 9, 4
    assert fields_of_few(read_definition(data)) == ["section:other", "question:u"]
    data["groups"][1]["issue"] = 5
    assert fields_of_few(read_definition(data)) == []


# An attacker who tries everything


def views(definition: Definition, answers: Mapping[str, int]) -> dict[Any, set[tuple[int, ...]]]:
    """Map what is kept and said to all numbers of bad grades on the withheld lines that leave it so.

    The attacker knows how many answered on every line, which is more than is published.
    """
    found: dict[Any, set[tuple[int, ...]]] = defaultdict(set)
    for bad in product(*(range(number + 1) for number in answers.values())):
        numbers = {line: (rated, worse) for (line, rated), worse in zip(answers.items(), bad, strict=True)}
        seen = kept(definition, votes_on({"c1.k": (9, 2), **numbers}))
        found[tuple(sorted(places(seen).items())), seen.left_out].add(bad)
    return found


ANSWERS = [*product((1, 2, 3, 4), repeat=1), *product((1, 2, 3, 4), repeat=2), *product((1, 3, 4), repeat=3)]


@pytest.mark.parametrize("answers", ANSWERS, ids=str)
def test_no_number_of_bad_grades_follows_from_the_texts(answers: tuple[int, ...]) -> None:
    """Whatever was voted, another way to vote leaves the same texts, and differs on every withheld ratee."""
    lines = [f"c{number}.k" for number in range(2, 2 + len(answers))]
    definition = read_definition(a_form(("c1", "c2", "c3", "c4")))
    found = views(definition, dict(zip(lines, answers, strict=True)))
    for seen, ways in found.items():
        for place in range(len(answers)):
            assert len({way[place] for way in ways}) > 1, (seen, ways)


def _by_section(
    definition: Definition, tally: Tally, count: Any, texts: Iterable[tuple[str, str]]
) -> KeptTexts:
    """Keep texts as before: a reason on a withheld cell loses its ratee only; all that is written is kept."""
    from survey.domain.count.kept_texts import WrittenText

    made = []
    for name, text in texts:
        ratee, criterion, _ = name.split(".")
        shown = count.cells[ratee, criterion].pooled is not None
        made.append(WrittenText("reason", f"ratee:{ratee}" if shown else FORM, text))
    return KeptTexts(tuple(made), LeftOut())


@pytest.mark.parametrize("answers", [(3,), (1, 4), (2, 2)], ids=str)
def test_control_the_rule_before_is_caught(answers: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.domain.count.test_kept_texts.keep_texts", _by_section)
    lines = [f"c{number}.k" for number in range(2, 2 + len(answers))]
    definition = read_definition(a_form(("c1", "c2", "c3")))
    found = views(definition, dict(zip(lines, answers, strict=True)))
    told = [ways for ways in found.values() if len({way[0] for way in ways}) == 1]
    assert told
    if len(answers) == 1:
        assert all(len(ways) == 1 for ways in found.values())


cells = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (pair[0], min(pair)))


@given(st.lists(cells, min_size=3, max_size=3), st.integers(2, 6), st.sampled_from(["withhold", "show"]))
def test_what_is_kept_follows_the_rule(numbers: list[tuple[int, int]], minimum: int, rule: str) -> None:
    """The rule of the texts once more, written in another way."""
    data = a_form(results={"minimum_cell": minimum, "small_groups": rule})
    votes = votes_on(dict(zip(("c1.k", "c2.k", "c3.k"), numbers, strict=True)))
    found = kept(data, votes)
    hidden = [(rated, bad) for rated, bad in numbers if 0 < rated < minimum]
    answers, asked = sum(rated for rated, _ in hidden), sum(bad for _, bad in hidden)
    every = sum(bad for _, bad in numbers)
    if not hidden:
        assert places(found) == {
            ("reason", f"ratee:c{n}"): bad for n, (_, bad) in enumerate(numbers, 1) if bad
        }
    elif len(hidden) < 2 or answers < minimum:
        assert found.texts == ()
        assert found.left_out.number == every - asked
        assert found.left_out.untold
    else:
        rest = every - asked if asked in (0, answers) else every
        assert places(found) == ({REASON: rest} if rest else {})
        assert found.left_out.untold is (asked in (0, answers))
    assert len(found.texts) + found.left_out.number + (0 if not found.left_out.untold else asked) >= every


# Codes issued late: ballots that somebody may know hide nothing


def held(*cells: tuple[int, int, int]) -> list[Held]:
    return [Held(f"c{at}", *cell) for at, cell in enumerate(cells)]


@pytest.mark.parametrize(
    ("cells", "stay"),
    [
        (((3, 1, 0), (3, 1, 0)), (True, True)),
        (((6, 2, 3), (3, 2, 0)), (True, True)),
        (((6, 2, 3), (2, 2, 2)), (False, False)),
        (((5, 1, 1), (5, 0, 1)), (True, False)),
        (((5, 5, 1), (5, 3, 1)), (True, False)),
        (((5, 2, 1), (5, 1, 1)), (True, True)),
    ],
    ids=["none late", "enough besides", "one ratee besides", "the asked known", "the others known", "mixed"],
)
def test_answers_of_late_codes_hide_no_reason(
    cells: tuple[tuple[int, int, int], ...], stay: tuple[bool, bool]
) -> None:
    assert which_stay(held(*cells), MINIMUM, 20) == stay


@pytest.mark.parametrize("known", range(6))
def test_ballots_of_late_codes_make_no_group_many(known: int) -> None:
    """Six of B answer a question; of these ``known`` codes were issued while voting ran."""
    definition = read_definition(a_form(questions=[TEXT | {"groups": ["B"]}]))
    tally = Tally(definition)
    for _ in range(6):
        tally.add(Packing(definition).form["B"], Ballot("B", "", (0, 0, 0)))
    issued = (LateIssue("B", known, datetime(2026, 11, 28, tzinfo=UTC), confirmed=True),) if known else ()
    count = disclose(definition, tally, Accounting.of({}), issued)
    found = keep_texts(definition, tally, count, [("q.t", "x")] * 6)
    assert len(found.texts) == (6 if 6 - known >= MINIMUM else 0)


@pytest.mark.parametrize("late", [0, 6])
def test_the_number_left_out_is_not_told_where_known_ballots_may_be_most_of_it(late: int) -> None:
    """Four of A answer one question and four of B another: eight texts of few, of which B's may be known."""
    data = a_form(questions=[TEXT | {"groups": ["A"]}, TEXT | {"key": "u", "groups": ["B"]}])
    definition = read_definition(data)
    tally = Tally(definition)
    for group in "AAAABBBB":
        tally.add(Packing(definition).form[group], Ballot(group, "", (0, 0, 0)))
    issued = (LateIssue("B", late, datetime(2026, 11, 28, tzinfo=UTC), confirmed=True),) if late else ()
    count = disclose(definition, tally, Accounting.of({}), issued)
    left = keep_texts(definition, tally, count, [("q.t", "x")] * 4 + [("q.u", "x")] * 4).left_out
    assert (left.number, left.untold) == ((0, True) if late else (8, False))
