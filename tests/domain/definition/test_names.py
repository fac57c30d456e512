"""Signs that nobody sees stay out of names, whichever way these come in."""

from typing import Any

import pytest

from survey.domain.definition.bounds import check_definition
from survey.domain.definition.names import break_lines, clean, is_clear, near_doubles, seen, turns
from survey.domain.definition.reader import read_definition
from survey.domain.definition.validation import MAX_FAULTS
from survey.domain.errors import Flaw, InvalidDefinition
from tests.builders import EXAMPLES, a_definition, example
from tests.domain.editing import full

TURNED = "张\u202e三"
SPELLINGS = (
    *(f"阿依古丽{dot}买买提" for dot in "·•・．‧･∙⋅."),
    "阿依古丽\u0387买买提",
    "阿依古丽 · 买买提",
    "阿依古丽\u3000\u2022\u3000买买提",
)
"""One person as ten keyboards and two typists write the name; every door takes them for one."""
JOINED = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
"""A name whose spelling needs a joiner."""
DECOMPOSED, COMPOSED = "Zoe\u0308", "Zo\u00eb"
HIDDEN = ("张\u200b三", TURNED, "张\u2067三", "张\u2028三", "张\u00ad三", "张\x85三", "张\ufeff三")


def texts(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List where a definition holds a text that people wrote."""
    if isinstance(value, dict):
        return [found for key, one in value.items() for found in texts(one, (*path, key))]
    if isinstance(value, list):
        return [found for place, one in enumerate(value) for found in texts(one, (*path, place))]
    return [path] if path[-1] in ("title", "organiser", "label", "name", "post", "unit") else []


def put(document: Any, path: tuple[str | int, ...], text: str) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = text


def test_no_name_of_a_new_definition_holds_one() -> None:
    places = texts(full())
    assert len(places) > 15
    for number, place in enumerate(places):
        document = full()
        put(document, place, HIDDEN[number % len(HIDDEN)])
        with pytest.raises(InvalidDefinition) as refused:
            check_definition(document)
        (fault,) = refused.value.faults
        assert fault.flaw is Flaw.CONTROL_CHARACTER
        assert fault.path.endswith(str(place[-1])), place
        read_definition(document)  # what was stored before is read as it is


def test_texts_of_several_lines_may_join_letters_and_not_turn_them() -> None:
    document = full()
    document["campaign"]["instructions"] = document["ratees"][0]["statement"] = "ᠮᠣᠩ\u200dᠭᠣᠯ\n二\tx"
    check_definition(document)
    document["ratees"][0]["statement"] = TURNED
    with pytest.raises(InvalidDefinition) as refused:
        check_definition(document)
    assert [fault.path for fault in refused.value.faults] == ["ratees[0].statement"]


def test_a_file_of_faults_alone_is_answered_with_some() -> None:
    document = a_definition(ratees=[f"c{number}" for number in range(2 * MAX_FAULTS)])
    for ratee in document["ratees"]:
        ratee["name"] = TURNED
    with pytest.raises(InvalidDefinition) as refused:
        check_definition(document)
    assert len(refused.value.faults) == MAX_FAULTS


def test_what_people_write_passes() -> None:
    for path in sorted(EXAMPLES.glob("*.toml")):
        check_definition(example(path.stem))
    for name in ("阿卜杜拉·买买提", "𠮷田", "ئابدۇللا", "Zoë O’Neill", "一、二（甲）", "葛\U000e0100"):
        assert is_clear(name)
        assert not turns(name)


@pytest.mark.parametrize(
    "other",
    ["张三\u200b", "张三\ufe0f", "张 三", "张三\u3164", "张三\u034f", "张三\u2800"],
)
def test_names_that_look_the_same_are_seen_the_same(other: str) -> None:
    assert seen(other) == seen("张三")
    assert seen("ＺＨＡＮＧ　san") == seen("zhangSan")
    assert seen("张三") != seen("张二")
    assert seen("\u3164\ufe0f ") == ""


def test_every_spelling_of_a_name_is_compared_as_one() -> None:
    assert {seen(spelling) for spelling in SPELLINGS} == {"阿依古丽·买买提"}
    assert seen("阿依古丽买买提") != seen(SPELLINGS[0])
    assert seen(DECOMPOSED) == seen(COMPOSED)


def test_what_is_pasted_goes_and_the_joiners_of_a_spelling_stay() -> None:
    assert clean(f"\ufeff{JOINED}\u200c\u200b") == JOINED
    assert clean("张\u200d三\u200c") == "张三"
    assert clean("\u200c") == ""
    assert is_clear(JOINED)
    assert not is_clear("张\u200c三")
    assert not is_clear(f"{JOINED}\u200f")
    assert clean(DECOMPOSED) == COMPOSED
    assert clean("神\ufa19") == "神\ufa19"


def test_every_sign_that_breaks_a_line_is_a_line_break() -> None:
    assert break_lines("1\r\n2\r3\v4\u20285\u20296\n7") == "1\n2\n3\n4\n5\n6\n7"


def test_a_definition_that_is_not_composed_stays_as_it_is() -> None:
    document = full()
    document["ratees"][0]["name"] = DECOMPOSED
    read = read_definition(document)
    assert read.ratees[0].name == DECOMPOSED
    document["ratees"][0]["name"] = COMPOSED
    assert read_definition(document).digest != read.digest


def test_two_who_may_be_one_are_asked_about() -> None:
    here, there = SPELLINGS[:2]
    assert list(near_doubles([(here, "县长"), ("乙", ""), (there, "书记"), (there, "书记")])) == [
        (0, 2),
        (2, 3),
    ]
    assert list(near_doubles([("乙", "县长"), ("乙", "书记"), ("", ""), ("", "")])) == []
    assert list(near_doubles([(name, "") for name in SPELLINGS])) == [
        (0, place) for place in range(1, len(SPELLINGS))
    ]
