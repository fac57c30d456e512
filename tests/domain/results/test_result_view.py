"""What the pages look up in a count: rankings, lines of cells, questions, and why something is missing."""

from decimal import Decimal

import pytest

from survey.domain.count.disclosure import Why
from survey.domain.count.rows import Row
from survey.domain.results.result_view import Screen, options

from .counting import AGE, FOUR_OF_B, PEOPLE, PLANS, SIX_AND_FIVE, ballots, count_of

ONLY_A = [PEOPLE[0], PEOPLE[1] | {"groups": ["A"]}]
BY_ONLY_A = {"A": SIX_AND_FIVE["A"], "B": ballots(5, c1_de="poor", c1_neng="poor")}


def screen_of(votes=SIX_AND_FIVE, **changes) -> Screen:
    return Screen(count_of(votes, **changes))


def test_a_ranking_has_the_scores_and_the_distribution_of_the_overall_line() -> None:
    bands = [{"key": "high", "label": "优等", "at_least": 60}, {"key": "low", "label": "其余", "at_least": 0}]
    (ranking,) = screen_of(results={"rank": True, "bands": bands}).rankings()
    first, second = ranking.rows
    assert [group.key for group in ranking.groups] == ["A", "B"]
    assert ranking.criterion is None
    assert ranking.place_label == "职务"
    assert [score.value for score in first.scores] == [Decimal("93.33"), Decimal("40.00")]
    assert (first.weighted, first.pooled, first.band, first.rank) == (
        Decimal("80.00"),
        Decimal("69.09"),
        "优等",
        1,
    )
    assert (second.weighted, second.band, second.rank) == (Decimal("55.00"), "其余", 2)
    assert list(first.shown.shares.values()) == [Decimal("37.50"), Decimal("37.50"), Decimal("25.00")]
    assert (first.why, first.pooled_why, first.shown_why) == (None, None, None)


def test_the_overall_line_is_the_criterion_that_is_marked_not_the_last_one() -> None:
    criteria = [{"key": "de", "label": "德", "weight": 2, "overall": True}, {"key": "neng", "label": "能"}]
    section = {"key": "form", "title": "表", "scale": "cadre", "criteria": criteria}
    screen = screen_of(sections=[section])
    (ranking,) = screen.rankings()
    assert ranking.criterion.key == "de"
    assert list(ranking.rows[0].shown.shares.values()) == [
        Decimal("75.00"),
        Decimal("0.00"),
        Decimal("25.00"),
    ]
    lines = screen.overall_lines(ranking.rows[0].ratee)
    of_criterion = screen.ratee_lines(ranking.rows[0].ratee, ranking.criterion)
    assert lines == of_criterion


def test_sections_without_ratees_have_no_ranking() -> None:
    section = {"title": "表", "scale": "cadre", "criteria": [{"key": "k", "label": "k"}]}
    sections = [section | {"key": "empty"}, section | {"key": "form"}]
    found = screen_of({}, sections=sections).rankings()
    assert [ranking.section.key for ranking in found] == ["form"]


def test_a_small_group_withholds_all_but_the_pooled_values() -> None:
    first = screen_of(FOUR_OF_B).rankings()[0].rows[0]
    assert [score.value for score in first.scores] == [None, None]
    assert all(score.rates for score in first.scores)
    assert (first.weighted, first.pooled) == (None, Decimal("72.00"))
    assert (first.why, first.pooled_why, first.shown_why) == (Why.SMALL_GROUP, None, Why.SMALL_GROUP)


def test_one_small_cell_says_more_than_a_small_group() -> None:
    votes = {"A": ballots(6, c1_de="excellent"), "B": ballots(4, c1_de="poor", c1_neng="poor")}
    screen = screen_of(votes)
    first = screen.rankings()[0].rows[0]
    assert (first.why, first.pooled_why) == (Why.SMALL_CELL, Why.SMALL_CELL)
    by_criterion = screen.criteria(screen.definition.ratees[0])
    assert [one.why for one in by_criterion] == [Why.SMALL_GROUP, Why.SMALL_CELL]
    assert [one.pooled_why for one in by_criterion] == [None, Why.SMALL_CELL]
    assert by_criterion[0].pooled == Decimal("76.00")  # six of 100 and four of 40


def test_a_group_that_does_not_rate_somebody_is_told_from_one_without_value() -> None:
    rows = screen_of(BY_ONLY_A, ratees=ONLY_A).rankings()[0].rows
    assert [score.rates for score in rows[1].scores] == [True, False]
    assert rows[1].scores[1].value is None
    assert rows[1].weighted == Decimal("40.00")  # A's alone


def test_merged_groups_are_named_where_one_stands_for_several() -> None:
    screen = screen_of(FOUR_OF_B, results={"small_groups": "merge"})
    first = screen.rankings()[0].rows[0]
    assert [score.merged for score in first.scores] == ["A+B", "A+B"]
    assert first.scores[0].value == first.scores[1].value == first.pooled == Decimal("72.00")
    group, pooled, weighted = screen.ratee_lines(first.ratee, screen.definition.sections[0].criteria[0])
    assert (group.label, group.merged, group.weight) == ("A票、B票", "A+B", "4")
    assert group.counts == pooled.counts
    assert weighted.counts is None


def test_criteria_of_one_ratee() -> None:
    screen = screen_of()
    de, neng = screen.criteria(screen.definition.ratees[0])
    assert (de.label, de.weight, de.weighted, de.pooled) == ("德", "2", Decimal("85.00"), Decimal("72.73"))
    assert (neng.label, neng.weight, neng.weighted, neng.pooled) == (
        "能",
        "1",
        Decimal("70.00"),
        Decimal("61.82"),
    )
    assert [score.value for score in de.scores] == [Decimal("100.00"), Decimal("40.00")]


def test_lines_of_a_cell_are_the_groups_then_all_then_weighted() -> None:
    screen = screen_of()
    lines = screen.ratee_lines(screen.definition.ratees[0], screen.definition.sections[0].criteria[0])
    assert [(line.label, line.weight, line.row) for line in lines] == [
        ("A票", "3", Row.GROUP),
        ("B票", "1", Row.GROUP),
        ("", "", Row.POOLED),
        ("", "", Row.WEIGHTED),
    ]
    assert [line.merged for line in lines] == [""] * 4
    assert [line.counts and line.counts.grades for line in lines] == [(6, 0, 0), (0, 0, 5), (6, 0, 5), None]


def test_scopes_are_weighted_pooled_groups_and_options() -> None:
    votes = {"A": ballots(6, c1_de="poor", q_age="young") + ballots(5, c1_de="excellent", q_age="old")}
    screen = screen_of(votes, questions=[AGE])
    (section,) = screen.definition.sections
    scopes = {scope.key: scope for scope in screen.scopes(section)}
    assert list(scopes) == ["weighted", "pooled", "group.A", "group.B", "age.young", "age.old", "age.-"]
    assert scopes["age.-"].label == ""
    lines = screen.section_lines(section, section.criteria[0], scopes["age.young"])
    assert lines[0].counts.grades == (0, 0, 6)
    lines = screen.section_lines(section, section.criteria[0], scopes["group.A"])
    assert lines[0].counts.grades == (5, 0, 6)
    young, old, none = screen.option_lines(
        screen.definition.ratees[0], section.criteria[0], screen.definition.questions[0]
    )
    assert (young.label, old.label, none.label) == ("青", "老", "")
    assert old.shown.score == Decimal("100.00")


def test_where_all_are_of_one_group_everything_stands_once() -> None:
    screen = screen_of({"A": SIX_AND_FIVE["A"]}, groups=[{"key": "A", "label": "群众", "weight": 1}])
    (section,) = screen.definition.sections
    ratee, criterion = screen.definition.ratees[0], section.criteria[0]
    assert [scope.key for scope in screen.scopes(section)] == ["pooled"]
    group, pooled, weighted = screen.ratee_lines(ratee, criterion)
    assert group.counts == pooled.counts
    assert group.shown.shares == pooled.shown.shares == weighted.shown.shares
    assert group.shown.score == pooled.shown.score == weighted.shown.score
    assert screen.shown_lines(ratee, criterion) == [pooled]
    (row,) = screen.rankings()[0].rows[:1]
    assert row.scores[0].value == row.pooled == row.weighted
    several = screen_of()
    lines = several.shown_lines(several.definition.ratees[0], several.definition.sections[0].criteria[0])
    assert len(lines) == 4


def test_a_group_without_ratings_of_somebody_has_no_line_of_its_scope() -> None:
    screen = screen_of(BY_ONLY_A, ratees=ONLY_A)
    (section,) = screen.definition.sections
    by_b = next(scope for scope in screen.scopes(section) if scope.key == "group.B")
    lines = screen.section_lines(section, section.criteria[0], by_b)
    assert [line.ratee.key for line in lines] == ["c1"]


def test_questions_have_a_row_for_each_group_and_one_for_all() -> None:
    votes = {"A": ballots(6, q_plans="x"), "B": ballots(5, q_plans="y") + ballots(5, c1_de="poor")}
    screen = screen_of(votes, questions=[PLANS])
    lines = screen.question_lines(screen.definition.questions[0])
    assert [line.label for line in lines] == ["A票", "B票", ""]
    assert [(line.valid, line.answered) for line in lines] == [(6, 6), (10, 5), (16, 11)]
    # 5 of 10 valid; 6 and 5 of 16
    assert lines[1].options == ((0, Decimal("0.00")), (5, Decimal("50.00")))
    assert lines[2].options == ((6, Decimal("37.50")), (5, Decimal("31.25")))


def test_a_small_question_says_so_first() -> None:
    votes = {"A": ballots(6, q_plans="x"), "B": ballots(2, q_plans="y")}
    screen = screen_of(votes, questions=[PLANS])
    lines = screen.question_lines(screen.definition.questions[0])
    assert [(line.label, line.why) for line in lines] == [
        ("A票", Why.SMALL_GROUP),
        ("B票", Why.SMALL_GROUP),
        ("", None),
    ]
    assert lines[-1].answered == 8


def test_reasons_are_those_of_the_section_or_the_person_asked_for() -> None:
    votes = {"A": ballots(6, c1_de="poor", c1_neng="poor", c2_de="poor"), "B": ballots(6, c2_de="poor")}
    votes["A"] = [*votes["A"], *ballots(2, c2_neng="poor")]
    screen = screen_of(votes)
    assert screen.reasons() == ["small-cell"]
    assert screen.reasons(section="form") == ["small-cell"]
    assert screen.reasons(ratee="c2") == ["small-cell"]
    assert screen.reasons(ratee="c1") == []
    assert screen.reasons(section="another") == []


@pytest.mark.parametrize("votes", [SIX_AND_FIVE, FOUR_OF_B])
def test_small_options_have_a_reason_of_their_own(votes) -> None:
    few = {"A": ballots(1, q_age="young", c1_de="poor") + list(votes["A"]), "B": votes["B"]}
    assert "small-option" in screen_of(few, questions=[AGE]).reasons()


def test_options_end_with_those_who_gave_none() -> None:
    (question,) = screen_of(questions=[AGE]).definition.questions
    assert options(question) == {"young": "青", "old": "老", "-": ""}
