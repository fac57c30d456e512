"""What could be loaded and never be cast, or never be counted, is refused before it is stored."""

from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from survey.domain.ballot.ballot import BallotForm
from survey.domain.ballot.packing import MAX_BODY
from survey.domain.definition.bounds import check_definition, field_bytes, ticked_bytes
from survey.domain.definition.reader import read_definition
from survey.domain.errors import Flaw, InvalidDefinition
from tests.builders import a_definition, running_campaign
from tests.domain.editing import changed, full, listed


def people(number: int) -> dict[str, Any]:
    return a_definition(ratees=[f"person-{place}" for place in range(number)])


def flaws(document: dict[str, Any]) -> set[Flaw]:
    with pytest.raises(InvalidDefinition) as refused:
        check_definition(document)
    return {fault.flaw for fault in refused.value.faults}


def test_a_ballot_too_long_for_any_request_is_refused() -> None:
    assert flaws(people(9_000)) == {Flaw.TOO_LONG_BALLOT}
    assert read_definition(people(9_000)).ratees, "what was stored before is read as it is"


def test_the_longest_ballot_allowed_can_be_cast(app: Flask) -> None:
    """The largest that passes goes through the voter's own pages."""
    number = 5_000
    while True:
        try:
            definition = check_definition(people(number))
            break
        except InvalidDefinition:
            number -= 250
    form = BallotForm(definition, "A")
    assert ticked_bytes(form) > MAX_BODY // 2
    code = running_campaign(app, people(number), 1).codes["A"][0]
    longest = {line.name: max(line.scale.positions, key=len) for line in form.lines}
    answer = app.test_client().post("/v/cast", data={"code": code} | longest)
    assert answer.status_code == 201


def test_breakdowns_are_bounded_by_rows_and_questions_by_options() -> None:
    options = [{"key": f"o{place}", "label": "x"} for place in range(9_000)]
    question = {"key": "more", "label": "x", "kind": "choice", "options": options, "breakdown": True}
    many = people(20) | {"questions": [question]}
    assert flaws(many) == {Flaw.TOO_MANY_BREAKDOWN_ROWS}
    check_definition(many | {"questions": [question | {"breakdown": False}]})
    groups = a_definition(groups=[f"g{place}" for place in range(30)])
    asked = question | {"breakdown": False}
    assert flaws(groups | {"questions": [asked]}) == {Flaw.TOO_MANY_OPTIONS}
    check_definition(groups | {"questions": [asked | {"options": options[:30]}]})


@pytest.mark.parametrize(("at_most", "lines"), [(2, 2), (3, 3), ("25%", 1), ("50%", 2)])
def test_no_more_lines_for_names_than_the_quota_allows(at_most: int | str, lines: int) -> None:
    document = changed("quotas[2].at_most", at_most, listed())
    del document["paper"]
    check_definition(changed("sections[2].write_in", lines, document))
    more = changed("sections[2].write_in", lines + 1, document)
    assert flaws(more) == {Flaw.WRITE_IN_OVER_QUOTA}
    assert read_definition(more), "what was stored before is read as it is"


def test_what_a_ballot_takes_is_what_a_browser_sends() -> None:
    definition = read_definition(full())
    form = BallotForm(definition, "B")
    longest = {line.name: max(line.scale.positions, key=len) for line in form.lines}
    longest |= {"q.age": "18-35"}
    assert ticked_bytes(form) == len(urlencode(longest)) + 1
    assert field_bytes("a+b.c_d", "x+y") == len(urlencode({"a+b.c_d": "x+y"})) + 1


@pytest.mark.parametrize("path", ["scales[0].grades[1].key", "questions[1].options[0].key"])
@pytest.mark.parametrize("word", ["blank", "unsure", "spoil"])
def test_no_grade_on_paper_is_called_like_an_answer_to_a_doubtful_line(path: str, word: str) -> None:
    document = changed(path, word) | {"rates": [], "quotas": []}
    with pytest.raises(InvalidDefinition) as refused:
        check_definition(document)
    assert [(fault.path, fault.flaw) for fault in refused.value.faults] == [(path, Flaw.RESERVED)]
    del document["paper"]
    check_definition(document)
