"""Every fault that a definition can have is named once, where it stands."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from survey.domain.definition.reader import read_definition
from survey.domain.definition.validation import MAX_FAULTS
from survey.domain.errors import InvalidDefinition
from tests.builders import a_definition
from tests.domain.editing import GONE, changed, full

BREAKDOWN = {
    "key": "more",
    "label": "更多",
    "kind": "choice",
    "options": [{"key": "x", "label": "x"}, {"key": "y", "label": "y"}],
    "breakdown": True,
}


def faults_of(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(data)
    return [(fault.path, fault.message) for fault in refused.value.faults]


def one_fault(data: Any, path: str, says: str = "") -> None:
    found = faults_of(data)
    assert [where for where, _ in found] == [path], found
    assert says in found[0][1], found


TABLES = [
    "",
    "campaign",
    "groups[1]",
    "scales[0]",
    "scales[0].grades[2]",
    "scales[0].abstain",
    "rates[0]",
    "sections[1]",
    "sections[0].criteria[1]",
    "ratees[2]",
    "quotas[0]",
    "questions[0]",
    "questions[1].options[2]",
    "rules",
    "results",
    "results.rounding",
    "results.bands[1]",
]


@pytest.mark.parametrize("table", TABLES)
def test_unknown_key(table: str) -> None:
    path = f"{table}.colour" if table else "colour"
    one_fault(changed(path, "red"), path, "unknown key")


REQUIRED = [
    "format",
    "campaign",
    "campaign.code",
    "campaign.title",
    "campaign.organiser",
    "groups[0].label",
    "groups[0].weight",
    "scales[1].key",
    "scales[1].grades[0].key",
    "scales[1].grades[1].label",
    "scales[1].grades[1].points",
    "scales[0].abstain.label",
    "rates[0].scale",
    "rates[0].key",
    "rates[0].label",
    "rates[0].grades",
    "sections[0].title",
    "sections[0].criteria[0].label",
    "sections[1].criteria",
    "ratees[0].key",
    "ratees[0].section",
    "ratees[0].name",
    "quotas[0].section",
    "quotas[0].criterion",
    "quotas[0].grade",
    "quotas[1].at_most",
    "questions[0].key",
    "questions[0].label",
    "questions[2].kind",
    "questions[0].options",
    "questions[1].options[0].key",
    "questions[1].options[0].label",
    "results.bands[0].key",
    "results.bands[0].label",
    "results.bands[1].at_least",
]


@pytest.mark.parametrize("path", REQUIRED)
def test_missing_key(path: str) -> None:
    data = changed(path, GONE)
    if path == "scales[1].key":
        data["sections"][1]["scale"] = "four"
    one_fault(data, path, "is missing")


def test_a_group_without_a_key() -> None:
    data = changed("groups[0].key", GONE, a_definition())
    one_fault(data, "groups[0].key", "is missing")


TEXTS = [
    "campaign.title",
    "campaign.organiser",
    "campaign.instructions",
    "groups[0].label",
    "scales[0].grades[0].label",
    "scales[0].abstain.label",
    "rates[0].label",
    "sections[0].title",
    "sections[0].criteria[0].label",
    "ratees[0].name",
    "ratees[0].post",
    "ratees[0].unit",
    "ratees[0].statement",
    "questions[0].label",
    "questions[0].options[0].label",
    "results.bands[0].label",
]
OPTIONAL_TEXTS = {"campaign.instructions", "ratees[0].post", "ratees[0].unit", "ratees[0].statement"}


@pytest.mark.parametrize("value", [5, True, ["甲"], {"a": 1}], ids=["int", "bool", "list", "table"])
@pytest.mark.parametrize("path", TEXTS)
def test_text_of_a_wrong_type(path: str, value: Any) -> None:
    one_fault(changed(path, value), path, "must be a string")


@pytest.mark.parametrize("mark", ["\x00", "\x1b", "\x7f", "\r", "\uffff"])
@pytest.mark.parametrize("path", TEXTS)
def test_control_character(path: str, mark: str) -> None:
    one_fault(changed(path, f"甲{mark}乙"), path, "control character")


@pytest.mark.parametrize(
    "path",
    [
        "campaign.time_zone",
        "sections[0].comment",
        "sections[0].criteria[0].weight",
        "rules.blank",
        "questions",
    ],
)
def test_nothing_is_not_the_same_as_left_out(path: str) -> None:
    one_fault(changed(path, None), path, "is missing")


@pytest.mark.parametrize("empty", ["", "  ", "\u3000"])
@pytest.mark.parametrize("path", [path for path in TEXTS if path not in OPTIONAL_TEXTS])
def test_empty_text(path: str, empty: str) -> None:
    one_fault(changed(path, empty), path, "must not be empty")


NO_KEYS = ["甲", "-a", "+a", "a b", "a.b", "_a", "a/b", "é"]


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize(
    "path", ["ratees[2].key", "groups[1].key", "questions[2].key", "results.bands[0].key"]
)
def test_no_key(path: str, key: str) -> None:
    data = changed(path, key)
    if path == "groups[1].key":
        data["ratees"][1]["groups"] = data["sections"][0]["groups"] = ["A"]
    one_fault(data, path, "is no key")


@pytest.mark.parametrize("code", ["Full", "a_b", "测评", "a b", "a/b", "ä", "a.b"])
def test_no_code(code: str) -> None:
    one_fault(changed("campaign.code", code), "campaign.code", "is no key")


WRONG: list[tuple[str, Any, str, str]] = [
    ("format", 2, "format", "at most 1"),
    ("format", 0, "format", "at least 1"),
    ("format", Decimal("1.0"), "format", "a whole number"),
    ("format", True, "format", "a whole number"),
    ("format", "1", "format", "a whole number"),
    ("campaign", [], "campaign", "a table"),
    ("campaign.time_zone", "Asia/Atlantis", "campaign.time_zone", "no IANA time zone"),
    ("campaign.time_zone", "", "campaign.time_zone", "no IANA time zone"),
    ("campaign.time_zone", "../UTC", "campaign.time_zone", "no IANA time zone"),
    ("campaign.entry", "Codes", "campaign.entry", "is none of"),
    ("campaign.entry", 1, "campaign.entry", "a string"),
    ("campaign.opens_at", datetime(2026, 11, 22, 9), "campaign.opens_at", "with its offset"),
    ("campaign.opens_at", date(2026, 11, 22), "campaign.opens_at", "with its offset"),
    ("campaign.opens_at", "2026-11-22T09:00:00+08:00", "campaign.opens_at", "with its offset"),
    ("campaign.closes_at", datetime(2026, 11, 24, 9), "campaign.closes_at", "with its offset"),
    ("campaign.closes_at", full()["campaign"]["opens_at"], "campaign.closes_at", "later than"),
    ("campaign.ceiling", 0, "campaign.ceiling", "at least 1"),
    ("campaign.ceiling", Decimal(5), "campaign.ceiling", "a whole number"),
    ("campaign.ceiling", False, "campaign.ceiling", "a whole number"),
    ("groups[0].weight", 0, "groups[0].weight", "above 0"),
    ("groups[0].weight", -1, "groups[0].weight", "above 0"),
    ("groups[0].weight", True, "groups[0].weight", "a number"),
    ("groups[0].weight", "30", "groups[0].weight", "a number"),
    ("groups[0].weight", Decimal("NaN"), "groups[0].weight", "a plain number"),
    ("groups[0].weight", Decimal("Infinity"), "groups[0].weight", "a plain number"),
    ("groups[0].weight", Decimal("1E-999999"), "groups[0].weight", "a plain number"),
    ("groups[0].weight", 30.0, "groups[0].weight", "a number"),
    ("groups[0].issue", 0, "groups[0].issue", "at least 1"),
    ("groups[0].issue", Decimal(12), "groups[0].issue", "a whole number"),
    ("groups[0].issue", True, "groups[0].issue", "a whole number"),
    ("groups[1].key", "A", "groups[1].key", "duplicate"),
    ("questions", {"key": "age"}, "questions", "a list of tables"),
    ("scales[2]", "four", "scales[2]", "a table"),
    ("scales[1].grades[1].key", "yes", "scales[1].grades[1].key", "duplicate"),
    ("scales[0].grades[1].points", Decimal("85.5"), "scales[0].grades[1].points", "below"),
    ("scales[0].grades[1].points", 90, "scales[0].grades[1].points", "below"),
    ("scales[0].grades[2].points", -1, "scales[0].grades[2].points", "at least 0"),
    ("scales[0].grades[0].points", True, "scales[0].grades[0].points", "a number"),
    ("scales[0].grades[2].reason", "optional", "scales[0].grades[2].reason", "required"),
    ("scales[0].grades[2].reason", True, "scales[0].grades[2].reason", "a string"),
    ("scales[0].grades[2].reason", "", "scales[0].grades[2].reason", ""),
    ("scales[0].abstain", "不了解", "scales[0].abstain", "a table"),
    ("scales[0].abstain.treat", "ignore", "scales[0].abstain.treat", "is none of"),
    ("rates[0].scale", "five", "rates[0].scale", "no scale"),
    ("rates[0].grades", [], "rates[0].grades", "at least 1"),
    ("rates[0].grades", "good", "rates[0].grades", "a list of strings"),
    ("rates[0].grades[1]", "best", "rates[0].grades[1]", "no grade"),
    ("rates[0].grades[1]", "good", "rates[0].grades[1]", "twice"),
    ("rates[0].grades[1]", 3, "rates[0].grades[1]", "a string"),
    ("rates[1]", full()["rates"][0], "rates[1].key", "duplicate"),
    ("sections[1].scale", "five", "sections[1].scale", "no scale"),
    ("sections[1].criteria", [], "sections[1].criteria", "at least 1"),
    ("sections[1].criteria", {"key": "all"}, "sections[1].criteria", "a list of tables"),
    ("sections[1].criteria[0].weight", 0, "sections[1].criteria", "above 0"),
    ("sections[0].criteria[1].weight", -1, "sections[0].criteria[1].weight", "at least 0"),
    ("sections[1].criteria[1]", full()["sections"][1]["criteria"][0], "sections[1].criteria[1].key", "dupl"),
    ("sections[1].criteria[0].key", "comment", "sections[1].criteria[0].key", "comment"),
    ("sections[0].comment", 1, "sections[0].comment", "true or false"),
    ("sections[0].groups[1]", "C", "sections[0].groups[1]", "no group"),
    ("sections[0].groups", [], "sections[0].groups", "at least 1"),
    ("sections[0].groups[1]", "A", "sections[0].groups[1]", "twice"),
    ("ratees[1].key", "c1", "ratees[1].key", "duplicate"),
    ("ratees[1].key", "q", "ratees[1].key", "no ratee may be called"),
    ("ratees[1].section", "cadres", "ratees[1].section", 'no section "cadres"'),
    ("ratees[1].groups[0]", "C", "ratees[1].groups[0]", "no group"),
    ("ratees[1].groups", [], "ratees[1].groups", "at least 1"),
    ("quotas[0].section", "cadres", "quotas[0].section", "no section"),
    ("quotas[0].criterion", "qin", "quotas[0].criterion", "no criterion"),
    ("quotas[0].grade", "best", "quotas[0].grade", "no grade"),
    ("quotas[0].grade", "-", "quotas[0].grade", "no grade"),
    ("quotas[1].at_most", -1, "quotas[1].at_most", "at least 0"),
    ("quotas[1].at_most", True, "quotas[1].at_most", "a whole number"),
    ("quotas[1].at_most", Decimal("1.5"), "quotas[1].at_most", "a whole number"),
    ("quotas[0].at_most", "40", "quotas[0].at_most", "neither"),
    ("quotas[0].at_most", "101%", "quotas[0].at_most", "neither"),
    ("quotas[0].at_most", "-5%", "quotas[0].at_most", "neither"),
    ("quotas[0].at_most", "40 %", "quotas[0].at_most", "neither"),
    ("quotas[0].at_most", "", "quotas[0].at_most", ""),
    ("questions[2].key", "age", "questions[2].key", "duplicate"),
    ("questions[2].kind", "essay", "questions[2].kind", "is none of"),
    ("questions[0].options[1].key", "18-35", "questions[0].options[1].key", "duplicate"),
    ("questions[0].options[1]", GONE, "questions[0].options", "at least 2"),
    ("questions[0].options[0].key", "-", "questions[0].options[0].key", "is no key"),
    ("questions[2].options", full()["questions"][0]["options"], "questions[2].options", "belong"),
    ("questions[0].at_most", 1, "questions[0].at_most", "belongs to kind = choices"),
    ("questions[2].at_most", 1, "questions[2].at_most", "belongs to kind = choices"),
    ("questions[1].at_most", 0, "questions[1].at_most", "at least 1"),
    ("questions[1].base", "all", "questions[1].base", "is none of"),
    ("questions[1].groups[0]", "C", "questions[1].groups[0]", "no group"),
    ("questions[0].breakdown", "yes", "questions[0].breakdown", "true or false"),
    ("questions[0].options[0].alone", True, "questions[0].options[0].alone", "belongs to kind = choices"),
    ("questions[1].options[0].alone", "yes", "questions[1].options[0].alone", "true or false"),
    ("questions[1].breakdown", True, "questions[1].breakdown", "belongs to kind = choice"),
    ("questions[2].breakdown", True, "questions[2].breakdown", "belongs to kind = choice"),
    ("questions[0].groups", ["A"], "questions[0].breakdown", "asked of all groups"),
    ("rules.blank", "deny", "rules.blank", "is none of"),
    ("rules.spoiled_if[1]", "all-bottom", "rules.spoiled_if[1]", "is none of"),
    ("rules.spoiled_if[1]", "all-blank", "rules.spoiled_if[1]", "twice"),
    ("rules.spoiled_if", "all-blank", "rules.spoiled_if", "a list of strings"),
    ("results.minimum_cell", 1, "results.minimum_cell", "at least 2"),
    ("results.minimum_cell", Decimal(5), "results.minimum_cell", "a whole number"),
    ("results.rounding", "half-up", "results.rounding", "a table"),
    ("results.rounding.mode", "even", "results.rounding.mode", "is none of"),
    ("results.rounding.places", 5, "results.rounding.places", "at most 4"),
    ("results.rounding.places", -1, "results.rounding.places", "at least 0"),
    ("results.rounding.places", True, "results.rounding.places", "a whole number"),
    ("results.missing_group", "skip", "results.missing_group", "is none of"),
    ("results.small_groups", "hide", "results.small_groups", "is none of"),
    ("results.rank", "true", "results.rank", "true or false"),
    ("results.bands[1].key", "high", "results.bands[1].key", "duplicate"),
    ("results.bands[1].at_least", 90, "results.bands[1].at_least", "below"),
    ("results.bands[0].at_least", -1, "results.bands[0].at_least", "at least 0"),
]


@pytest.mark.parametrize(
    ("at", "value", "path", "says"), WRONG, ids=[f"{at}={str(value)[:24]}" for at, value, _, _ in WRONG]
)
def test_wrong_value(at: str, value: Any, path: str, says: str) -> None:
    data = changed(at, value)
    if at == "results.bands[0].at_least":
        del data["results"]["bands"][1]
    if at == "groups[1].key":
        data["ratees"][1]["groups"] = data["sections"][0]["groups"] = ["A"]
    one_fault(data, path, says)


def test_a_wrong_shape_is_said_after_any_number_of_faults() -> None:
    unnamed = [{"key": f"c{number}", "section": "form", "name": ""} for number in range(MAX_FAULTS + 1)]
    found = faults_of({**changed("results", 5), "ratees": unnamed})
    assert len(found) == MAX_FAULTS
    assert found[-1] == ("results", "must be a table, not 5")
