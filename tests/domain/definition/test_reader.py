"""What a definition file becomes, and that nothing but its faults comes of a bad one."""

import json
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.definition.campaign import EntryMode
from survey.domain.definition.canonical import canonical_json
from survey.domain.definition.form import QuestionKind, ShareBasis
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rounding import Mode
from survey.domain.definition.rules import BlankRule, SmallGroups, Spoiling
from survey.domain.definition.scale import Treat
from survey.domain.definition.weighting import Missing
from tests.builders import EXAMPLES, a_definition, built, example
from tests.domain.editing import GONE, LATER, NOON, changed, full

from .test_reader_faults import BREAKDOWN, faults_of, one_fault

SAMPLES = sorted(path.stem for path in EXAMPLES.glob("*.toml"))


def test_the_samples_are_there() -> None:
    assert SAMPLES == ["college-term", "one-report-two-reviews", "public-satisfaction", "town-annual"]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_loads_as_it_stands(name: str) -> None:
    data = example(name)
    read = read_definition(data)
    assert read.code == name
    assert len(read.ratees) == len(data.get("ratees", []))
    assert len(read.questions) == len(data.get("questions", []))
    assert [group.weight for group in read.groups] == [Fraction(group["weight"]) for group in data["groups"]]


def test_the_college_sample_has_its_146_persons() -> None:
    read = read_definition(example("college-term"))
    assert [len(read.ratees_of(section)) for section in read.sections] == [71, 75]


def test_a_full_definition_is_read_in_full() -> None:
    read = read_definition(full())
    assert (read.opens_at, read.closes_at, read.ceiling) == (NOON, LATER, 500)
    assert (read.group["B"].weight, read.group["A"].issue) == (Fraction(139, 2), 12)
    four = read.scale["four"]
    assert [grade.points for grade in four.grades] == [Fraction(171, 2), 60, 0]
    assert [grade.reason_required for grade in four.grades] == [False, False, True]
    assert four.abstain is not None
    assert four.positions == {"good": 1, "fair": 2, "bad": 3, "-": 4}
    assert read.scale["two"].positions == {"yes": 1, "no": 2}
    assert [criterion.weight for criterion in read.section["form"].criteria] == [2, Fraction(1, 2)]
    assert read.ratee["c1"].groups == ("A", "B")
    assert read.ratee["c2"].groups == ("B",)
    assert (read.ratee["c1"].post, read.ratee["c1"].unit, read.ratee["c1"].statement) == (
        "书记",
        "镇",
        "述职",
    )
    assert [(quota.number, quota.share) for quota in read.quotas] == [(None, Fraction(2, 5)), (1, None)]
    problems = read.question["problems"]
    assert (problems.at_most, problems.base, problems.groups) == (2, ShareBasis.VALID, ("A",))
    assert read.breakdowns == (read.question["age"],)
    assert read.rules.spoiled_if == {Spoiling.ALL_BLANK, Spoiling.ALL_SAME}
    assert [band.at_least for band in read.results.bands] == [90, Fraction(119, 2)]
    assert read.results.rank is True


def test_defaults() -> None:
    read = built()
    assert (read.time_zone, read.instructions, read.entry) == ("Asia/Shanghai", "", EntryMode.CODES)
    assert (read.opens_at, read.closes_at, read.ceiling) == (None, None, 100_000)
    assert read.groups[0].issue is None
    assert read.scales[0].abstain is not None
    assert read.scales[0].abstain.treat is Treat.EXCLUDE
    assert read.sections[0].criteria[0].weight == 1
    assert read.sections[0].comment is False
    assert (read.ratees[0].post, read.ratees[0].unit, read.ratees[0].statement) == ("", "", "")
    assert read.ratees[0].groups == ("A", "B")
    assert (read.rates, read.quotas, read.questions) == ((), (), ())
    assert read.rules.blank is BlankRule.ALLOW
    assert read.rules.spoiled_if == frozenset()
    results = read.results
    assert (results.minimum_cell, results.rank, results.bands) == (5, False, ())
    assert (results.rounding.mode, results.rounding.places) == (Mode.HALF_UP, 2)
    assert results.missing_group is Missing.RENORMALISE
    assert results.small_groups is SmallGroups.WITHHOLD


def test_defaults_of_questions() -> None:
    options = [{"key": key, "label": key} for key in "xyz"]
    read = built(
        questions=[
            {"key": "one", "label": "one", "kind": "choice", "options": options},
            {"key": "many", "label": "many", "kind": "choices", "options": options},
            {"key": "text", "label": "text", "kind": "text"},
        ]
    )
    assert [question.at_most for question in read.questions] == [1, 3, 1]
    assert [question.base for question in read.questions] == [ShareBasis.ANSWERED] * 3
    assert [question.groups for question in read.questions] == [("A", "B")] * 3
    assert [question.breakdown for question in read.questions] == [False] * 3
    assert [question.kind for question in read.questions] == [
        QuestionKind.CHOICE,
        QuestionKind.CHOICES,
        QuestionKind.TEXT,
    ]


def test_groups_keep_the_order_of_the_definition() -> None:
    data = a_definition(groups=("A", "B", "C"))
    data["ratees"][0]["groups"] = ["C", "A"]
    assert read_definition(data).ratees[0].groups == ("A", "C")


# Rules across tables


@pytest.mark.parametrize(("issue", "minimum", "refused"), [(9, 5, True), (10, 5, False), (3, 2, True)])
def test_few_planned_codes_ask_for_small_groups(issue: int, minimum: int, refused: bool) -> None:
    data = a_definition(results={"minimum_cell": minimum})
    data["groups"][1]["issue"] = issue
    if refused:
        one_fault(data, "results.small_groups", "must be given")
    else:
        assert read_definition(data).groups[1].issue == issue


def test_few_planned_codes_without_a_results_table() -> None:
    data = a_definition()
    data["groups"][0]["issue"] = 4
    one_fault(data, "results.small_groups", "must be given")


def test_nothing_is_asked() -> None:
    one_fault(a_definition(ratees=()), "ratees", "nothing is asked")


def test_no_group() -> None:
    data = a_definition()
    data["groups"] = []
    one_fault(data, "groups", "at least 1")


def test_a_third_breakdown() -> None:
    data = full()
    data["questions"] += [BREAKDOWN, BREAKDOWN | {"key": "third"}]
    one_fault(data, "questions[4].breakdown", "at most 2")


def test_two_breakdowns_are_taken() -> None:
    data = full()
    data["questions"].append(BREAKDOWN)
    assert len(read_definition(data).breakdowns) == 2


def test_a_question_must_not_share_its_field_with_a_comment() -> None:
    data = a_definition(questions=[{"key": "comment", "label": "意见", "kind": "text"}])
    data["sections"][0] |= {"key": "q", "comment": True}
    for ratee in data["ratees"]:
        ratee["section"] = "q"
    one_fault(data, "questions[0].key", "comment of section")
    data["sections"][0]["comment"] = False
    assert read_definition(data).questions[0].key == "comment"


def test_duplicate_scale_and_section() -> None:
    one_fault(changed("scales[2]", full()["scales"][1]), "scales[2].key", "duplicate")
    one_fault(changed("sections[2]", full()["sections"][1]), "sections[2].key", "duplicate")


def test_ten_faults_are_ten_faults() -> None:
    data = full()
    data["format"] = 3
    data["campaign"]["code"] = "Nein"
    data["groups"][0]["weight"] = 0
    data["scales"][0]["grades"][1]["points"] = 99
    data["rates"][0]["grades"] = ["good", "best"]
    data["ratees"][0]["section"] = "cadres"
    data["quotas"][1]["at_most"] = -1
    data["questions"][1]["groups"] = ["Z"]
    data["rules"]["blank"] = "maybe"
    data["results"]["bands"][1]["colour"] = "red"
    assert [path for path, _ in faults_of(data)] == [
        "format",
        "campaign.code",
        "groups[0].weight",
        "scales[0].grades[1].points",
        "rates[0].grades[1]",
        "ratees[0].section",
        "quotas[1].at_most",
        "questions[1].groups[0]",
        "rules.blank",
        "results.bands[1].colour",
    ]


# Numbers and digests


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        (Decimal("85.5"), Fraction(171, 2)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Decimal("33.333"), Fraction(33333, 1000)),
        (Decimal("1E+2"), Fraction(100)),
        (7, Fraction(7)),
    ],
)
def test_numbers_are_exact(written: Any, exact: Fraction) -> None:
    assert read_definition(changed("groups[0].weight", written)).group["A"].weight == exact


def _shuffled(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        items = list(value.items())
        rng.shuffle(items)
        return {key: _shuffled(inner, rng) for key, inner in items}
    return [_shuffled(inner, rng) for inner in value] if isinstance(value, list) else value


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    digest = read_definition(full()).digest
    assert digest.startswith("sha256:")
    assert len(digest) == 71
    for seed in range(5):
        assert read_definition(_shuffled(full(), random.Random(seed))).digest == digest


@pytest.mark.parametrize(("one", "other"), [("85.0", "85"), ("85.50", "85.5"), ("1E+2", "100")])
def test_the_digest_does_not_depend_on_how_a_number_is_written(one: str, other: str) -> None:
    digests = {
        read_definition(changed("groups[0].weight", Decimal(number))).digest for number in (one, other)
    }
    assert len(digests) == 1


def test_a_whole_decimal_and_an_integer_have_one_digest() -> None:
    digests = {read_definition(changed("groups[0].weight", n)).digest for n in (Decimal("85.0"), 85)}
    assert len(digests) == 1


@pytest.mark.parametrize("path", ["ratees[0].name", "campaign.title", "campaign.instructions"])
def test_the_digest_names_every_text(path: str) -> None:
    assert read_definition(changed(path, "其他")).digest != read_definition(full()).digest


def test_the_digest_depends_on_the_order_of_ratees() -> None:
    data = full()
    data["ratees"].reverse()
    assert read_definition(data).digest != read_definition(full()).digest


@pytest.mark.parametrize("number", ["0.0", "-0.0", "85.50", "1E+2", "0.10"])
def test_the_digest_is_the_same_after_storing(number: str) -> None:
    data = changed("sections[0].criteria[1].weight", Decimal(number))
    data = changed("campaign.opens_at", GONE, changed("campaign.closes_at", GONE, data))
    stored = json.loads(canonical_json(data), parse_float=Decimal)
    assert read_definition(stored).digest == read_definition(data).digest


def test_an_enormous_number_is_a_fault_and_no_crash() -> None:
    one_fault(changed("groups[0].issue", 1 << 40_000), "groups[0].issue", "at most")


def test_a_number_too_large_is_called_too_large() -> None:
    found = faults_of(changed("groups[0].weight", 10**13))
    assert found[0][0] == "groups[0].weight"
    assert "at least" not in found[0][1]
    assert "above 0" not in found[0][1]
