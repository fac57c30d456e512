"""What may have been forgotten in a definition without fault."""

from survey.domain.definition.loose_ends import loose_ends, unused_sections
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition, built
from tests.domain.editing import full


def test_a_whole_definition_has_none() -> None:
    assert loose_ends(read_definition(full())) == []


def test_a_form_that_nobody_is_rated_by_is_named_with_its_place() -> None:
    data = a_definition()
    data["sections"].append({**data["sections"][0], "key": "spare", "title": "班子测评表"})
    definition = built(sections=data["sections"])
    assert [section.key for section in unused_sections(definition)] == ["spare"]
    assert loose_ends(definition) == [
        'sections[1]: no ratee uses the form "spare" (班子测评表); nobody will see it'
    ]


def test_questions_alone_are_told() -> None:
    questions = [{"key": "t", "label": "建议", "kind": "text"}]
    found = loose_ends(built(ratees=[], questions=questions))
    assert found[0] == "ratees: nothing is rated, only questions are asked"
    assert len(found) == 2
