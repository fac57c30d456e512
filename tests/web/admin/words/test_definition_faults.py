"""Every fault of a definition is said in the words of the pages, and leads to the field that mends it."""

import re
from typing import Any

import pytest
from flask import Flask

from survey.domain.errors import ASSESSMENT_FLAWS, Flaw
from survey.services.campaigns import drafts
from survey.web.admin.setup.fields.subjects import SUBJECTS
from survey.web.admin.words.definition_faults import SENTENCES, Wrong, sentence_of, wrongs_of
from tests.domain.editing import GONE, changed, full, listed, pooled
from tests.sms_clients import an_sms_definition

CHOICE = {
    "key": "more",
    "label": "更多",
    "kind": "choice",
    "options": [{"key": "x", "label": "x"}, {"key": "y", "label": "y"}],
    "breakdown": True,
}
OVERALL = changed("sections[0].criteria[1].overall", True)
SMALL = changed("results.small_groups", GONE, changed("groups[0].issue", 3))
MERGE = changed(
    "results.small_groups", "merge", changed("groups[2]", {"key": "A+B", "label": "x", "weight": 1})
)
TAKEN = changed("questions[2].key", "comment", changed("sections[0].key", "q"))

NOON = full()["campaign"]["opens_at"]
KEY_TWICE = changed("questions[1].options[2].key", "plan")
ONE_OPTION = changed("questions[0].options", CHOICE["options"][:1])
OPTIONS = changed("questions[2].options", CHOICE["options"])

# Each kind of fault once: the definition, the flaw, the page, and the field's name.
GROUPS = [{"key": f"g{number}", "label": "票", "weight": 1} for number in range(501)]
RATINGS = full() | {
    "groups": GROUPS[1:],
    "sections": [{"key": "s", "title": "表", "scale": "four", "criteria": [{"key": "c", "label": "项"}]}],
    "ratees": [{"key": f"r{number}", "section": "s", "name": "某某"} for number in range(2001)],
}
LONG = full() | {
    "ratees": [{"key": f"r{number}", "section": "form", "name": "某某"} for number in range(9000)],
}
MANY = CHOICE | {"options": [{"key": f"o{number}", "label": "x"} for number in range(9_000)]}
BROKEN_DOWN = changed("questions[3]", MANY) | {
    "ratees": [{"key": f"r{number}", "section": "form", "name": "某某"} for number in range(20)]
}
OPTIONED = changed("questions[3]", MANY | {"breakdown": False}) | {
    "groups": [*full()["groups"], *GROUPS[:30]],
}


def by_turns(path: str, value: Any) -> dict[str, Any]:
    return changed("campaign.turns", True, changed(path, value))


OPEN_PAPER = changed("campaign.entry", "open")
WIDE = changed(
    "scales[0].grades",
    [{"key": f"g{number}", "label": f"第{number}档", "points": 90 - number} for number in range(30)],
    changed("quotas", []) | {"rates": []},
)


def by_sms(path: str, value: Any) -> dict[str, Any]:
    return changed(path, value, an_sms_definition())


def units(path: str, value: Any) -> dict[str, Any]:
    return changed(path, value, pooled())


UNUSED = {"key": "x", "label": "x", "weight": 1}
TEN = [{"key": f"g{at}", "label": f"第{at}等", "points": 90 - at} for at in range(10)]
NINE = [{"key": f"k{at}", "label": f"第{at}项"} for at in range(9)]
QUOTA = {"section": "service", "criterion": "all", "grade": "good", "at_most": 1}


TOO_MANY_LINES = changed("sections[2].write_in", 3, listed())
LISTED_TWICE = changed("sections[2].criteria[1]", {"key": "k", "label": "项"}, listed())
LISTED_REASONS = changed("scales[2].grades[0].reason", "required", listed())

CASES: list[tuple[Any, Flaw, str, str]] = [
    (OPEN_PAPER, Flaw.PAPER_OPEN, "rules", "paper"),
    (changed("paper.texts", "none"), Flaw.PAPER_TEXTS, "rules", "paper.texts"),
    (changed("paper.over_quota", "blank", listed()), Flaw.PAPER_OVER_TICKS, "rules", "paper.over_quota"),
    (WIDE, Flaw.PAPER_TOO_WIDE, "rules", "paper.size"),
    (by_sms("sms.window", ["9", "8"]), Flaw.NOT_WINDOW, "rules", "sms.window"),
    (by_sms("sms", GONE), Flaw.SMS_RULES, "rules", "sms"),
    (by_sms("sms.extension", "x"), Flaw.SMS_EXTENSION, "rules", "sms.extension"),
    (by_sms("sms.text", "{x}"), Flaw.SMS_WORD, "rules", "sms.text"),
    (by_sms("ratees[0].post", "局长"), Flaw.SMS_POST, "ratees", "ratees.0.post"),
    (by_sms("sections[0].criteria", NINE), Flaw.SMS_LINES, "sections", "sections.0.criteria"),
    (by_sms("scales[0].grades", TEN), Flaw.SMS_STEPS, "scales", "scales.0.grades"),
    (by_sms("sections[0].comment", True), Flaw.SMS_TEXTS, "sections", "sections.0.comment"),
    (by_sms("questions", [CHOICE]), Flaw.SMS_QUESTIONS, "questions", "questions.0"),
    (by_sms("quotas", [QUOTA]), Flaw.SMS_QUOTAS, "quotas", "quotas"),
    (by_sms("rules", {"blank": "abstain"}), Flaw.SMS_BLANK, "rules", "rules.blank"),
    (by_sms("paper", {}), Flaw.SMS_PAPER, "rules", "paper"),
    (by_turns("campaign.entry", "open"), Flaw.TURNS_ENTRY, "basics", "campaign.turns"),
    (changed("campaign.turns", True), Flaw.TURNS_CLOCK, "basics", "campaign.closes_at"),
    (changed("campaign.turns", True), Flaw.TURNS_PAPER, "rules", "paper"),
    (by_turns("rules.blank", "require"), Flaw.TURNS_BLANK, "rules", "rules.blank"),
    (changed("campaign.turns", True, listed()), Flaw.TURNS_TICKS, "sections", "sections.2.form"),
    (changed("campaign.colour", "red"), Flaw.UNKNOWN_KEY, "basics", "campaign"),
    (changed("groups[1].label", GONE), Flaw.MISSING, "groups", "groups.1.label"),
    (changed("campaign.organiser", " "), Flaw.EMPTY, "basics", "campaign.organiser"),
    (changed("ratees[2].statement", "a\x07"), Flaw.CONTROL_CHARACTER, "person", "ratees.2.statement"),
    (changed("campaign.title", 7), Flaw.NOT_TEXT, "basics", "campaign.title"),
    (changed("sections[1].comment", "yes"), Flaw.NOT_FLAG, "sections", "sections.1.comment"),
    (changed("groups[0].issue", "十二"), Flaw.NOT_WHOLE, "groups", "groups.0.issue"),
    (changed("groups[0].weight", "三成"), Flaw.NOT_NUMBER, "groups", "groups.0.weight"),
    (changed("campaign.closes_at", "明天"), Flaw.NOT_MOMENT, "basics", "campaign.closes_at"),
    (changed("ratees[1].groups", "A"), Flaw.NOT_LIST, "matrix", "ratees.1.groups"),
    (changed("results.bands", "A"), Flaw.NOT_TABLES, "rules", "results.bands"),
    (changed("results.rounding", "A"), Flaw.NOT_TABLE, "rules", "results.rounding"),
    (changed("groups[0].key", "甲"), Flaw.NOT_KEY, "groups", "groups.0.key"),
    (changed("rules.blank", "maybe"), Flaw.NOT_CHOICE, "rules", "rules.blank"),
    (changed("rules.spoiled_if[1]", "maybe"), Flaw.NOT_CHOICE, "rules", "rules.spoiled_if"),
    (changed("campaign.time_zone", "Mars"), Flaw.NOT_ZONE, "basics", "campaign.time_zone"),
    (changed("quotas[0].at_most", "140%"), Flaw.NOT_LIMIT, "quotas", "quotas.0.at_most"),
    (changed("scales[0].grades[2].reason", "x"), Flaw.NOT_REQUIRED, "scales", "scales.0.grades.2.reason"),
    (KEY_TWICE, Flaw.DUPLICATE, "questions", "questions.1.options.2.key"),
    (changed("ratees[1].groups", ["B", "B"]), Flaw.TWICE, "matrix", "ratees.1.groups"),
    (changed("results.minimum_cell", 1), Flaw.TOO_SMALL, "rules", "results.minimum_cell"),
    (changed("results.rounding.places", 9), Flaw.TOO_LARGE, "rules", "results.rounding.places"),
    (changed("groups[1].weight", 0), Flaw.NOT_ABOVE_ZERO, "groups", "groups.1.weight"),
    (ONE_OPTION, Flaw.TOO_FEW, "questions", "questions.0.options"),
    (full() | {"groups": GROUPS}, Flaw.TOO_MANY, "groups", "groups"),
    (RATINGS, Flaw.TOO_MANY_RATINGS, "ratees", "ratees"),
    (LONG, Flaw.TOO_LONG_BALLOT, "ratees", "ratees"),
    (BROKEN_DOWN, Flaw.TOO_MANY_BREAKDOWN_ROWS, "questions", "questions"),
    (OPTIONED, Flaw.TOO_MANY_OPTIONS, "questions", "questions"),
    (changed("results.bands[1].at_least", 95), Flaw.NOT_FALLING, "rules", "results.bands.1.at_least"),
    (changed("sections[1].criteria[0].weight", 0), Flaw.NO_WEIGHT, "sections", "sections.1.criteria"),
    (OVERALL, Flaw.OVERALL_TWICE, "sections", "sections.0.criteria.1.overall"),
    (changed("ratees[2].section", "gone"), Flaw.NO_SUCH, "ratees", "ratees.2.section"),
    (changed("quotas[1].section", "gone"), Flaw.NO_SUCH, "quotas", "quotas.1.criterion"),
    (changed("rates[0].grades[1]", "gone"), Flaw.NO_SUCH, "scales", "rates.0.grades"),
    (full() | {"ratees": [], "questions": []}, Flaw.NOTHING_ASKED, "ratees", "ratees"),
    (changed("campaign.closes_at", NOON), Flaw.CLOSES_EARLY, "basics", "campaign.closes_at"),
    (SMALL, Flaw.SMALL_GROUPS_UNSAID, "rules", "results.small_groups"),
    (MERGE, Flaw.READS_MERGED, "groups", "groups.2.key"),
    (changed("ratees[2].key", "q"), Flaw.RESERVED, "person", "ratees.2.key"),
    (TAKEN, Flaw.TAKEN_BY_COMMENT, "questions", "questions.2.key"),
    (OPTIONS, Flaw.OPTIONS_OF_TEXT, "questions", "questions.2.options"),
    (changed("questions[0].at_most", 1), Flaw.AT_MOST_OF_ONE, "questions", "questions.0.at_most"),
    (changed("questions[0].options[1].alone", True), Flaw.ALONE_KIND, "questions",
     "questions.0.options.1.alone"),
    (changed("questions[2].breakdown", True), Flaw.BREAKDOWN_KIND, "questions", "questions.2.breakdown"),
    (changed("questions[0].groups", ["A"]), Flaw.BREAKDOWN_GROUPS, "questions", "questions.0.breakdown"),
    (
        changed("questions[4]", CHOICE | {"key": "third"}, changed("questions[3]", CHOICE)),
        Flaw.BREAKDOWN_NUMBER,
        "questions",
        "questions.4.breakdown",
    ),
    (changed("sections[2].scale", "four", listed()), Flaw.TICKS_SCALE, "sections", "sections.2.scale"),
    (LISTED_TWICE, Flaw.TICKS_CRITERIA, "sections", "sections.2.criteria"),
    (LISTED_REASONS, Flaw.TICKS_REASONS, "sections", "sections.2.scale"),
    (changed("quotas[2]", GONE, listed()), Flaw.TICKS_QUOTA, "sections", "sections.2.form"),
    (changed("sections[2].unticked", "for", listed()), Flaw.UNTICKED_BEST, "sections", "sections.2.unticked"),
    (changed("sections[1].unticked", "no"), Flaw.UNTICKED_OF_LINES, "sections", "sections.1.unticked"),
    (changed("sections[1].write_in", 2), Flaw.WRITE_IN_OF_LINES, "sections", "sections.1.write_in"),
    (TOO_MANY_LINES, Flaw.WRITE_IN_OVER_QUOTA, "sections", "sections.2.write_in"),
    (changed("quotas[2].grade", "against", listed()), Flaw.LIMIT_OF_UNTICKED, "quotas", "quotas.2.grade"),
    (units("groups[2].weight", 1), Flaw.POOL_WEIGHT, "groups", "groups.2.weight"),
    (units("pools[1]", UNUSED | {"key": "A"}), Flaw.POOL_LIKE_GROUP, "groups", "pools.1.key"),
    (units("pools[1]", UNUSED), Flaw.POOL_EMPTY, "groups", "pools.1"),
    (units("campaign.entry", "open"), Flaw.POOL_ENTRY, "basics", "campaign.entry"),
    (units("questions[0].breakdown", False), Flaw.POOL_PAPER, "rules", "paper"),
    (units("rules.blank", "abstain"), Flaw.POOL_SPOILING, "rules", "rules.spoiled_if"),
    (units("questions[0].breakdown", True), Flaw.POOL_BREAKDOWN, "questions", "questions.0.breakdown"),
    (units("ratees[3].groups", ["u2"]), Flaw.EXCEPT_BESIDE_GROUPS, "matrix", "ratees.3.groups"),
    (units("ratees[3].except", ["A", "B", "u1", "u2"]), Flaw.EXCEPT_ALL, "matrix", "ratees.3.groups"),
    (units("questions[1].groups", ["A", "u1"]), Flaw.QUESTION_OF_PART, "questions", "questions.1.groups"),
    (changed("format", 2), Flaw.TOO_LARGE, "definition", ""),
]  # fmt: skip


def wrongs(document: dict[str, Any]) -> list[Wrong]:
    return wrongs_of(document, drafts.faults(document))


def test_every_kind_of_fault_has_a_sentence_and_a_case() -> None:
    assert set(SENTENCES) == set(Flaw) - ASSESSMENT_FLAWS
    assert {flaw for _, flaw, _, _ in CASES} == set(Flaw) - {Flaw.NO_TOML} - ASSESSMENT_FLAWS


@pytest.mark.parametrize(("document", "flaw", "page", "name"), CASES, ids=[f"{c[1]}-{c[3]}" for c in CASES])
def test_a_fault_is_said_at_its_field(app: Flask, document: Any, flaw: Flaw, page: str, name: str) -> None:
    found = next(fault for fault in drafts.faults(document) if fault.flaw is flaw)
    with app.test_request_context():
        said = sentence_of(found)
        wrong = next(wrong for wrong in wrongs(document) if wrong.sentence == said)
    assert re.search(r"[\u4e00-\u9fff]", said)
    assert not re.search(r"%|\bNone\b", said.replace("40%", "").replace("140%", ""))
    assert (wrong.page, wrong.name) == (page, name)
    assert wrong.where or flaw in (Flaw.TOO_LARGE, Flaw.UNKNOWN_KEY)
    assert page in {*SUBJECTS, "person", "definition"}


def test_a_place_is_named_by_row_and_by_what_stands_there(app: Flask) -> None:
    with app.test_request_context():
        wrong = wrongs(changed("questions[1].options[2].label", ""))[0]
    assert wrong.where == "问题第 2 行（问题） · 选项第 3 行 · 选项"


def test_an_empty_draft_is_told_all_that_is_missing(app: Flask) -> None:
    with app.test_request_context():
        pages = {wrong.page for wrong in wrongs(drafts.empty("new"))}
    assert pages == {"basics", "groups", "ratees"}
