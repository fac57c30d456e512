"""Of what kind those who are rated are, what a list of them is headed, which bands are theirs."""

from dataclasses import replace

import pytest

from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee, SectionForm
from survey.domain.results import subjects
from survey.domain.results.subjects import names_apart
from tests.builders import a_definition

from .counting import definition_of


def section(title: str, **more) -> dict:
    return {"key": "form", "title": title, "scale": "cadre", "criteria": [{"key": "k", "label": "k"}], **more}


def kind(title: str, *people: dict) -> str:
    named = [{"key": f"r{at}", "section": "form", "name": "某某"} | one for at, one in enumerate(people)]
    definition = definition_of(sections=[section(title)], ratees=named)
    return subjects.subject_kind(definition, definition.sections[0], definition.ratees[0])


@pytest.mark.parametrize(
    ("title", "people", "wanted"),
    [
        ("测评表", [{"post": "书记"}], "person"),
        ("领导班子测评表", [{"post": "书记"}], "person"),  # a post is a person's, whatever the form is called
        ("领导班子测评表", [{}], "team"),
        ("测评表", [{"name": "镇领导班子"}], "team"),
        ("测评表", [{}, {"post": "副书记"}], "person"),  # others on the form have posts
        ("干部测评表", [{}], "person"),
        ("党员测评表", [{}], "person"),
        ("干部工作评议表", [{}], "service"),
        ("群众满意度调查表", [{}], "service"),
        ("测评表", [{}], "service"),
    ],
)
def test_persons_teams_and_services_are_told_apart(title: str, people: list[dict], wanted: str) -> None:
    assert kind(title, *people) == wanted


@pytest.mark.parametrize(("title", "label"), [("干部测评表", "姓名"), ("服务测评表", "名称")])
def test_the_first_column_is_called_after_those_in_it(title: str, label: str) -> None:
    ratees = [{"key": "r", "section": "form", "name": "某某"}]
    definition = definition_of(sections=[section(title)], ratees=ratees)
    assert subjects.name_label(definition, definition.sections[0]) == label


@pytest.mark.parametrize("entry", ["codes", "open"])
def test_services_are_headed_by_what_they_are_where_everybody_uses_them(entry: str) -> None:
    campaign = a_definition()["campaign"] | {"entry": entry}
    definition = definition_of(
        campaign=campaign,
        groups=[{"key": "A", "label": "群众", "weight": 1}],
        sections=[section("公共服务满意度")],
        ratees=[{"key": "r", "section": "form", "name": "教育质量"}],
    )
    label = subjects.name_label(definition, definition.sections[0])
    assert label == {"codes": "名称", "open": "服务事项"}[entry]


def banded(*labels: str, title: str = "测评表", team: tuple[str, ...] = ("好", "差")) -> list[list[str]]:
    """Return the bands of a section of cadres (优秀, 称职, 不称职) and of another one, by labels."""
    grades = [{"key": f"g{at}", "label": one, "points": 90 - 30 * at} for at, one in enumerate(team)]
    bands = [{"key": f"b{at}", "label": one, "at_least": 80 - 10 * at} for at, one in enumerate(labels)]
    scales = [*a_definition()["scales"], {"key": "team", "grades": grades}]
    definition: Definition = definition_of(
        scales=scales,
        sections=[section("干部测评表"), section(title, key="team", scale="team")],
        ratees=[
            {"key": "c", "section": "form", "name": "张三", "post": "书记"},
            {"key": "t", "section": "team", "name": "班子"},
        ],
        results={"bands": bands},
    )
    return [[one.label for one in subjects.score_bands(definition, part)] for part in definition.sections]


def test_bands_in_the_words_of_a_scale_are_those_of_its_sections() -> None:
    assert banded("优秀", "称职", "不称职") == [["优秀", "称职", "不称职"], []]
    assert banded("优秀", "不称职") == [["优秀", "不称职"], []]
    assert banded("好", "差") == [[], ["好", "差"]]
    assert banded("优秀", "称职", team=("优秀", "称职")) == [["优秀", "称职"]] * 2


def test_bands_in_words_of_their_own_are_those_of_all_sections() -> None:
    assert banded("一等", "二等") == [["一等", "二等"]] * 2
    assert banded("优秀", "良好") == [["优秀", "良好"]] * 2


def test_nobody_but_a_person_is_called_fit_for_an_office() -> None:
    assert banded("优秀", "较称职") == [["优秀", "较称职"], []]
    assert banded("优秀", "较称职", team=("称职", "不称职")) == [["优秀", "较称职"]] * 2
    assert banded() == [[], []]


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


@pytest.mark.parametrize(
    ("people", "listed", "wanted"),
    [
        ([{}, {"post": "书记"}], False, "职务"),
        ([{"unit": "发改局"}, {}], False, "单位"),
        ([{"unit": "发改局"}, {"post": "书记"}], False, "单位及职务"),
        ([{"unit": "发改局"}, {}], True, "单位"),
        ([{"unit": "发改局", "post": "局长"}], True, "现任职务"),
        ([{}], False, ""),
    ],
)
def test_units_and_posts_have_one_heading(people: list[dict], listed: bool, wanted: str) -> None:
    named = [{"key": f"r{at}", "section": "form", "name": "某某"} | one for at, one in enumerate(people)]
    definition = definition_of(sections=[section("测评表")], ratees=named)
    (form,) = definition.sections
    assert (
        subjects.place_label(definition, replace(form, form=SectionForm.TICKS if listed else form.form))
        == wanted
    )
    assert [one.place for one in definition.ratees] == [
        " ".join(one[part] for part in ("unit", "post") if part in one) for one in people
    ]
