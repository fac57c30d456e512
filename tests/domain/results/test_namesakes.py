import pytest

from survey.domain.definition.form import Ratee
from survey.domain.results.namesakes import names_apart


def called(*ratees: tuple[str, str, str]) -> list[str]:
    """Name ratees by (name, post, unit)."""
    made = [
        Ratee(key=f"c{at}", section="s", name=name, groups=(), post=post, unit=unit)
        for at, (name, post, unit) in enumerate(ratees)
    ]
    found = names_apart(made)
    return [found[one.key] for one in made]


@pytest.mark.parametrize(
    ("ratees", "names"),
    [
        ([("陈伟", "局长", ""), ("李强", "科长", "")], ["陈伟", "李强"]),
        ([("陈伟", "纪检组长", ""), ("陈伟", "局长", "")], ["陈伟(纪检组长)", "陈伟(局长)"]),
        ([("陈伟", "局长", ""), ("陈伟", "", "")], ["陈伟(局长)", "陈伟"]),
        ([("陈伟", "局长", "教育局"), ("陈伟", "局长", "财政局")], ["陈伟(教育局)", "陈伟(财政局)"]),
        (
            [("陈伟", "局长", "教育局"), ("陈伟", "局长", "财政局"), ("陈伟", "科长", "教育局")],
            ["陈伟(局长，教育局)", "陈伟(局长，财政局)", "陈伟(科长，教育局)"],
        ),
        ([("陈伟", "局长", ""), ("陈伟", "局长", "")], ["陈伟(局长)", "陈伟(局长) 2"]),
        ([("陈伟", "", ""), (" 陈伟", "", "")], ["陈伟", "陈伟 2"]),
    ],
)
def test_the_same_name_is_told_apart_by_post_then_unit_then_a_number(
    ratees: list[tuple[str, str, str]], names: list[str]
) -> None:
    assert called(*ratees) == names
