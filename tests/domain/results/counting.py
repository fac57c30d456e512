"""Counts small enough to work out by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import disclose
from survey.domain.count.late import LateIssue
from survey.domain.count.results import Results, work_out
from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition

Votes = dict[str, Sequence[dict[str, str]]]
"""The ballots of each rater group, as the fields of the form."""

GROUPS = [
    {"key": "A", "label": "A票", "weight": 3, "issue": 20},
    {"key": "B", "label": "B票", "weight": 1, "issue": 20},
]
PEOPLE = [
    {"key": "c1", "section": "form", "name": "张三", "post": "书记"},
    {"key": "c2", "section": "form", "name": "李四"},
]
RATE = {"scale": "cadre", "key": "good", "label": "优秀率", "grades": ["excellent"]}
AGE = {
    "key": "age",
    "label": "年龄",
    "kind": "choice",
    "options": [{"key": "young", "label": "青"}, {"key": "old", "label": "老"}],
    "breakdown": True,
}
PLANS = {
    "key": "plans",
    "label": "意向",
    "kind": "choices",
    "options": [{"key": "x", "label": "甲案"}, {"key": "y", "label": "乙案"}],
    "base": "valid",
    "at_most": 2,
}
LATE = (LateIssue("B", 3, datetime(2026, 11, 22, 2, 5, tzinfo=UTC), confirmed=True),)


def definition_of(**changes: Any) -> Definition:
    """Return a form of two criteria (weights 2 and 1) for two persons and two groups (weights 3 and 1)."""
    section = {
        "key": "form",
        "title": "干部测评表",
        "scale": "cadre",
        "criteria": [{"key": "de", "label": "德", "weight": 2}, {"key": "neng", "label": "能"}],
    }
    tables = {"groups": GROUPS, "sections": [section], "ratees": PEOPLE, "rates": [RATE]}
    return read_definition(a_definition() | tables | changes)


def count_of(votes: Votes, late: tuple[LateIssue, ...] = (), **changes: Any) -> Results:
    """Count some ballots; each group has 20 codes, one of them voided."""
    definition = definition_of(**changes)
    packing = Packing(definition)
    tally = Tally(definition)
    accounts = {}
    for group, form in packing.form.items():
        cast = votes.get(group, ())
        for fields in cast:
            tally.add(form, form.check({name: [value] for name, value in fields.items()}))
        accounts[group] = GroupAccount(20, 1, len(cast), tally.valid[group], tally.spoiled[group], 0)
    return work_out(definition, disclose(definition, tally, Accounting.of(accounts), late))


def ballots(number: int, **grades: str) -> list[dict[str, str]]:
    """Return some ballots alike: ``c1_de="excellent"`` rates a line, ``q_age="young"`` answers."""
    return [{name.replace("_", ".", 1): value for name, value in grades.items()}] * number


SIX_AND_FIVE: Votes = {
    "A": ballots(6, c1_de="excellent", c1_neng="competent", c2_de="poor", c2_neng="poor"),
    "B": ballots(5, c1_de="poor", c1_neng="poor", c2_de="excellent", c2_neng="excellent"),
}
"""A rates 张三 with 100 and 80, 李四 with 40; B rates 张三 with 40, 李四 with 100."""
FOUR_OF_B: Votes = {**SIX_AND_FIVE, "B": SIX_AND_FIVE["B"][:4]}
"""The same, but too few of B."""
