"""What is found in a definition before it is frozen: whose text, which character, which code point."""

from survey.documents.layout.definition_glyphs import find_warnings
from survey.domain.definition.reader import read_definition
from tests.domain.editing import changed, full


def test_nothing_is_said_where_everything_can_be_written() -> None:
    assert find_warnings(read_definition(full())) == []


def test_a_name_is_named_with_its_character() -> None:
    (found,) = find_warnings(read_definition(changed("ratees[1].name", "张𫟵")))
    assert (found.path, found.text, found.ratee, found.characters) == ("ratees[1].name", "张𫟵", "张𫟵", "𫟵")
    assert found.code_points == "第2字 U+2B7F5"
    assert found.line.startswith('ratees[1].name, "张𫟵": ')
    assert "𫟵 (U+2B7F5, character 2)" in found.line


def test_of_a_post_the_person_is_named() -> None:
    data = changed("ratees[1].post", "𫟵主任")
    (found,) = find_warnings(read_definition(data))
    assert found.ratee == data["ratees"][1]["name"]
    assert found.line.startswith(f'ratees[1].post of "{found.ratee}", "𫟵主任": ')


def test_titles_and_labels_are_looked_at() -> None:
    for path in ("campaign.title", "groups[0].label", "sections[0].title", "scales[0].grades[0].label"):
        (found,) = find_warnings(read_definition(changed(path, "甲😀")))
        assert (found.path, found.ratee) == (path, "")
