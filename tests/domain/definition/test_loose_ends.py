"""What may have been forgotten in a definition without fault."""

from survey.domain.definition.loose_ends import loose_ends, rating_themselves, too_few_raters, unused_sections
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition, a_mutual_definition, built
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


def test_a_pool_too_small_to_rate_its_own_is_named() -> None:
    data = a_mutual_definition(3, 7)
    definition = read_definition(data)
    assert [(few.pool.key, len(few.ratees), few.raters) for few in too_few_raters(definition)] == [
        ("a", 3, 2)
    ]
    assert loose_ends(definition) == [
        "pools[0]: at most 2 of a can rate r-a1, r-a2, r-a3, fewer than minimum_cell (3); "
        "that row is never shown, nor the weighted one"
    ]
    data["results"]["small_groups"] = "merge"
    assert "only shown merged" in loose_ends(read_definition(data))[0]
    data["results"]["small_groups"] = "show"
    (said,) = loose_ends(read_definition(data))
    assert said.endswith("that row is shown all the same (small_groups), and tells how so few rated")


def test_a_unit_that_may_rate_itself_is_named() -> None:
    data = a_mutual_definition(3, 3)
    assert rating_themselves(read_definition(data)) == ()
    data["ratees"][4]["except"] = ["b1"]
    data["groups"][0]["label"] = "Ａ１"
    del data["ratees"][0]["except"]
    found = rating_themselves(read_definition(data))
    assert [(unit.key, ratee.key) for unit, ratee in found] == [("a1", "r-a1"), ("b2", "r-b2")]
    assert [said.split(":")[0] for said in loose_ends(read_definition(data))][-2:] == [
        "ratees[0]",
        "ratees[4]",
    ]


def test_a_pool_without_planned_numbers_is_not_judged() -> None:
    data = a_mutual_definition(3, 7)
    del data["groups"][0]["issue"]
    assert [few.ratees[0].key for few in too_few_raters(read_definition(data))] == ["r-a1"]
