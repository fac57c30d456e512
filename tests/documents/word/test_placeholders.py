"""The placeholders of Word templates: each can be found, and stands for what the policy lets through."""

import pytest

from survey.documents.word.placeholders import (
    IN_FOOTER,
    PLACEHOLDERS,
    REQUIRED,
    Placeholder,
    Shape,
    Template,
    sample,
)
from survey.documents.word.policy import plain

WIDTH = 9000


def every(among: tuple[Placeholder, ...], path: str = "") -> dict[str, Placeholder]:
    found = {}
    for one in among:
        found[f"{path}{one.name}"] = one
        found |= every(one.parts, f"{path}{one.name}.")
    return found


@pytest.mark.parametrize("kind", Template)
def test_names_stand_once_and_each_says_what_it_means(kind: Template) -> None:
    def check(among: tuple[Placeholder, ...]) -> None:
        assert len({one.name for one in among}) == len(among)
        for one in among:
            assert one.meaning
            assert bool(one.parts) is (one.shape in (Shape.ONE, Shape.MANY))
            assert bool(one.sample) is (one.shape in (Shape.TEXT, Shape.LINES))
            check(one.parts)

    check(PLACEHOLDERS[kind])


@pytest.mark.parametrize("kind", Template)
def test_what_is_required_is_there(kind: Template) -> None:
    known = every(PLACEHOLDERS[kind])
    assert set(REQUIRED[kind]) | set(IN_FOOTER) <= set(known)


@pytest.mark.parametrize("kind", Template)
def test_a_sample_has_each_shape_and_is_data_only(kind: Template) -> None:
    """Lists have two things, so that what stands between them is tried out too."""
    made = sample(kind, WIDTH)
    assert plain(made)

    def check(among: tuple[Placeholder, ...], values: dict) -> None:
        assert list(values) == [one.name for one in among]
        for one in among:
            value = values[one.name]
            if one.shape is Shape.MANY:
                assert len(value) == 2
                check(one.parts, value[0])
            elif one.shape is Shape.ONE:
                check(one.parts, value)
            elif one.shape is Shape.LINES:
                assert value == [one.sample] * 2
            elif one.shape is Shape.BLOCK:
                assert value.startswith("<w:")
            else:
                assert value == one.sample

    check(PLACEHOLDERS[kind], made)


def test_two_things_of_a_list_are_not_the_same_one() -> None:
    first, second = sample(Template.TABLES, WIDTH)["表"]
    assert first == second
    assert first is not second
