"""Projections: what was chosen and nothing else, whatever is looked at."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.documents.export.results_json import results_json
from survey.domain.count.results import Results, work_out
from survey.domain.definition.campaign import Definition, Publication
from survey.domain.definition.form import Ratee
from survey.domain.definition.reader import read_definition
from survey.domain.errors import BadEdition
from survey.domain.publication.edition import (
    MAX_NOTE_LENGTH,
    Choice,
    Edition,
    Personal,
    choices_of,
    everything,
    flags,
    project,
    project_person,
    to_content,
)
from survey.domain.results.flat import flat_tables
from survey.domain.results.result_view import Screen
from tests.builders import a_definition, example
from tests.counted import made_up

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SIZES = {"A": 4, "B": 38, "C": 90}
"""A group that is small, so that something is withheld."""


def results(name: str = "town-annual", sizes: dict[str, int] | None = None) -> Results:
    definition = read_definition(example(name))
    return work_out(definition, made_up(definition, SIZES if sizes is None else sizes, random.Random(2)))


def nothing(definition: Definition) -> Choice:
    return replace(everything(definition), **dict.fromkeys(flags(Choice), False))


def value(found: Results) -> dict[str, Any]:
    return results_json(found, "certified")


def whole(**chosen: bool) -> dict[str, Any]:
    return value(project(found := results(), replace(everything(found.definition), **chosen)))


def test_everything_is_everything() -> None:
    assert whole() == value(results())


def test_nothing_is_nothing() -> None:
    found = results()
    shown = value(project(found, nothing(found.definition)))
    assert not any(shown[part] for part in ("cells", "ratees", "questions", "breakdowns", "withheld"))
    assert shown["accounting"]["groups"] == []
    assert flat_tables(project(found, nothing(found.definition))) == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("values", {"cells"}),
        ("ranking", {"ratees"}),
        ("questions", {"questions"}),
        ("breakdowns", {"breakdowns"}),
    ],
)
def test_a_part_that_is_left_out_is_an_empty_list(name: str, parts: set[str]) -> None:
    for sample, sizes in (("town-annual", SIZES), ("public-satisfaction", {"public": 60})):
        found = results(sample, sizes)
        before = value(found)
        shown = value(project(found, replace(everything(found.definition), **{name: False})))
        for part in ("cells", "ratees", "questions", "breakdowns"):
            assert shown[part] == ([] if part in parts else before[part]), (sample, part)


def test_rows_of_groups_are_left_out_everywhere() -> None:
    found = results()
    shown = project(found, replace(everything(found.definition), groups=False))
    assert {cell.row for cell in shown.cells} == {"pooled", "weighted"}
    assert all(not standing.scores for standing in shown.ratees)
    assert all(row.row != "group" for row in shown.withheld)
    assert all(not rows.groups for rows in shown.count.cells.values())
    assert not any(shown.count.groups.values())
    # The ballots of each group are still accounted for, and its weight is still said.
    assert len(value(shown)["accounting"]["groups"]) == 3
    tables = {table.title: table for table in flat_tables(shown)}
    ranking = tables["领导干部民主测评表 · 总表"]
    assert [column.label for column in ranking.columns][:5] == [
        "名次",
        "姓名",
        "职务",
        "合计得分(不加权)",
        "加权得分",
    ]
    assert "A票(县级领导) 30" in ranking.notes[0]


def test_overall_lines_are_left_out_with_the_counts_they_are_made_of() -> None:
    found = results()
    whole = everything(found.definition)
    assert project(found, whole).overalls == found.overalls
    assert project(found, replace(whole, values=False)).overalls == ()
    alone = project(found, replace(whole, sections=("team-form",)))
    assert {one.ratee for one in alone.overalls} == {"team"}
    without = project(found, replace(whole, groups=False))
    assert {one.row for one in without.overalls} == {"pooled", "weighted"}
    own = project_person(found, found.definition.ratee["c1"], Personal(NOW))
    assert own.overalls == tuple(one for one in found.overalls if one.ratee == "c1")


def test_scores_that_are_withheld_say_so_and_others_do_not() -> None:
    for groups in (True, False):
        found = results()
        shown = project(found, replace(everything(found.definition), groups=groups, values=False))
        for section in shown.definition.sections:
            for row in Screen(shown).ranking(section).rows:
                standing = next(one for one in found.ratees if one.ratee == row.ratee.key)
                assert (row.why is not None) is (standing.weighted is None)
                assert row.weighted == standing.weighted
        (table, *_) = [one for one in flat_tables(shown) if one.title == "领导干部民主测评表 · 总表"]
        place = [column.label for column in table.columns].index("加权得分")
        wanted = {found.definition.ratee[one.ratee].name: one.weighted for one in found.ratees}
        for line in table.rows:
            known = wanted[str(line[1])]
            assert line[place] == ("样本过小，不予显示" if known is None else known)


def named() -> dict[str, Any]:
    """Return a definition in which every ratee has a name, a post and a report like nothing else."""
    data = example("town-annual")
    data["results"]["rank"] = True
    for place, ratee in enumerate(data["ratees"]):
        ratee |= {"name": f"无名氏{place}号", "post": f"职务{place}号", "statement": f"报告{place}号"}
    return data


def says(shown: Results, ratee: Ratee) -> bool:
    """Tell whether anything of a ratee is in a projection, wherever one looks."""
    said = repr((shown.definition, shown.count, value(shown), flat_tables(shown)))
    marks = (ratee.name, ratee.post, ratee.statement, f"'{ratee.key}'")
    return any(mark in said for mark in marks)


def test_other_sections_are_not_in_it() -> None:
    definition = read_definition(named())
    found = work_out(definition, made_up(definition, SIZES, random.Random(2)))
    for section in definition.sections:
        shown = project(found, replace(everything(definition), sections=(section.key,)))
        for ratee in definition.ratees:
            assert says(shown, ratee) is (ratee.section == section.key)


@given(seed=st.integers(0, 10_000), chosen=st.fixed_dictionaries(dict.fromkeys(flags(Choice), st.booleans())))
@settings(max_examples=40, deadline=None)
def test_whatever_is_shown_is_in_the_count(seed: int, chosen: dict[str, bool]) -> None:
    """Nothing in a projection is worked out anew: every row of it is a row of the whole, as it stands."""
    name = ("town-annual", "public-satisfaction", "one-report-two-reviews")[seed % 3]
    definition = read_definition(example(name))
    rng = random.Random(seed)
    count = made_up(definition, {group.key: rng.choice((3, 9, 30)) for group in definition.groups}, rng)
    found = work_out(definition, count)
    sections = tuple(one.key for one in definition.sections if rng.random() < 0.7)
    shown = value(project(found, replace(everything(definition), sections=sections, **chosen)))
    before = value(found)
    for part in ("cells", "questions", "breakdowns", "withheld"):
        known = [repr(row) for row in before[part]]
        places = [known.index(repr(row)) for row in shown[part]]
        assert places == sorted(places)
    for standing in shown["ratees"]:
        (same,) = [one for one in before["ratees"] if one["ratee"] == standing["ratee"]]
        assert standing == (same if chosen["groups"] else same | {"scores": {}})
        assert standing["section"] in sections
    assert chosen["values"] or shown["cells"] == []
    flat_tables(project(found, replace(everything(definition), sections=sections, **chosen)))


@pytest.mark.parametrize("ticked", [False, True])
def test_a_persons_results_hold_nothing_of_another(ticked: bool) -> None:
    definition = read_definition(named())
    found = work_out(definition, made_up(definition, {"A": 11, "B": 38, "C": 90}, random.Random(2)))
    personal = Personal(NOW, **dict.fromkeys(flags(Personal), ticked))
    for ratee in definition.ratees:
        shown = project_person(found, ratee, personal)
        assert shown.definition.ratees[0].key == ratee.key
        assert [other.key for other in definition.ratees if says(shown, other)] == [ratee.key]
        (standing,) = shown.ratees
        (whole,) = [one for one in found.ratees if one.ratee == ratee.key]
        assert standing.weighted == whole.weighted
        assert (standing.rank, standing.band) == ((whole.rank, whole.band) if ticked else (None, None))
        assert shown.definition.results.rank is ticked
        # Bands in the words of the cadres' scale are nothing of the team's.
        assert bool(shown.definition.results.bands) is (ticked and ratee.section == "cadre-form")
        assert bool(standing.scores) is ticked


def edition(**changes: Any) -> Edition:
    level = changes.pop("level", Publication.PUBLIC)
    choice = Choice(("form",)) if level in (Publication.PUBLIC, Publication.LINK) else None
    known: dict[str, Any] = {
        "number": 1,
        "level": level,
        "choice": choice,
        "personal": None,
        "note": "",
        "decisions": 0,
        "published_at": NOW,
    }
    return Edition(**(known | changes))


LATER = Personal(NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"level": Publication.NONE}, "level"),
        ({"level": Publication.WITHDRAWN}, "level"),
        ({"level": Publication.PERSON}, "level"),
        ({"level": Publication.PERSON, "choice": Choice(("form",)), "personal": LATER}, "level"),
        ({"choice": None}, "level"),
        ({"choice": Choice(("gone",))}, "sections"),
        ({"choice": Choice(())}, "sections"),
        ({"choice": replace(Choice(("form",)), **dict.fromkeys(flags(Choice), False))}, "tables"),
        ({"note": "长" * (MAX_NOTE_LENGTH + 1)}, "note"),
        ({"personal": Personal(NOW)}, "until"),
    ],
)
def test_what_cannot_be_published(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadEdition) as refused:
        edition(**changes).require_sound(read_definition(a_definition()))
    assert refused.value.why == why


def test_what_can_be_published_comes_back_as_it_was() -> None:
    for one in (
        edition(),
        edition(level=Publication.LINK, personal=LATER, note="改"),
        edition(level=Publication.PERSON, personal=replace(LATER, rank=True)),
        edition(choice=Choice((), ranking=False, values=False, breakdowns=False)),
    ):
        one.require_sound(read_definition(a_definition()))
        assert choices_of(to_content(one)) == (one.choice, one.personal)
