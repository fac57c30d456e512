"""Results on the organisers' pages: every number is that of ``minping results``; gaps say why."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Criterion, QuestionKind, Ratee, Section
from survey.domain.results.subjects import score_bands
from survey.services.campaigns import campaigns, trial
from survey.storage.database import transaction
from tests.builders import BY, a_definition, example
from tests.counted import counted, made_up, put
from tests.documents.json_overall import JsonOverall, overall_keys
from tests.domain.count.test_results import case
from tests.job import minping
from tests.office import Office
from tests.tables import Cell, Read, tables

SIZES = {
    "town-annual": {"A": 11, "B": 38, "C": 90},
    "one-report-two-reviews": {"A": 17, "B": 55},
    "public-satisfaction": {"public": 200},
    "college-term": {"online": 120, "panel": 24, "leaders": 9},
}
# Generated campaigns, chosen for what they leave out and how: see the test of that name.
GENERATED = {"withhold": 47, "merge": 10, "show": 18}
WITHHELD = "样本过小，不予显示"


class Reader(JsonOverall):
    """A counted campaign: its pages, and the JSON that they must agree with."""

    def __init__(self, app: Flask, settings: Settings, definition: Definition, folder: Path) -> None:
        self.definition = definition
        self.office = Office(app, role="viewer")
        self.here = f"/admin/c/{definition.code}/results"
        out = folder / "results.json"
        minping(settings, "results", definition.code, "--format", "json", "--out", out)
        self.json: dict[str, Any] = json.loads(out.read_text())
        self.standing = {one["ratee"]: one for one in self.json["ratees"]}
        self.cells = {
            (one["ratee"], one["criterion"], one["row"], one["group"]): one for one in self.json["cells"]
        }
        self.options = {
            (one["ratee"], one["criterion"], one["question"], one["option"]): one
            for one in self.json["breakdowns"]
        }
        self.why = {
            (one["ratee"], one["criterion"], one["row"], one["group"]): one["why"]
            for one in self.json["withheld"]
            if "criterion" in one and "row" in one
        }
        self.members = {
            ratee.key: list(
                dict.fromkeys(
                    tuple(_members(self.row_of(ratee, group), list(ratee.groups))) for group in ratee.groups
                )
            )
            for ratee in definition.ratees
        }

    @property
    def alone(self) -> bool:
        """Tell whether all voters are of one group, so that everything stands once."""
        return len(self.definition.groups) == 1

    def page(self, path: str = "") -> list[Read]:
        answer = self.office.get(self.here + path)
        assert answer.status_code == 200, path
        assert "style=" not in answer.text
        return tables(answer.text)

    def groups(self, section: Section) -> list[str]:
        """List the groups that may rate somebody of a section."""
        among = self.definition.ratees_of(section)
        return [g.key for g in self.definition.groups if any(g.key in ratee.groups for ratee in among)]

    def row_of(self, ratee: Ratee, group: str) -> str:
        """Return the key under which the JSON has the ratings that a group gave a ratee."""
        rows = {one[3] for one in (*self.cells, *self.why) if one[0] == ratee.key and one[2] == "group"}
        (found,) = [row for row in rows if group in _members(row, list(ratee.groups))]
        return found

    def all_scores(
        self,
        ratee: Ratee,
        values: tuple[dict[str, str | None], str | None, str | None],
        why: str | None,
        hidden: bool,
    ) -> list[Cell]:
        """Return the cells of some scores by group, weighted and pooled; one where all are of one group."""
        scores, weighted, pooled = values
        if self.alone:
            assert hidden is bool(why)
            assert why or {weighted, pooled} == set(scores.values())
            return [words("small-cell", 1) if why else number(weighted)]
        found = self.scores(ratee, scores, why) + ([] if why else [number(weighted)])
        return [*found, words("small-cell", 1) if hidden else number(pooled)]

    def scores(self, ratee: Ratee, scores: dict[str, str | None], why: str | None) -> list[Cell]:
        groups = self.groups(self.definition.section[ratee.section])
        if why:
            return [words(why, len(groups) + 1)]
        found = []
        for group in groups:
            if group not in ratee.groups:
                found.append(Cell("—"))
                continue
            row = self.row_of(ratee, group)
            text = scores[row] or ""
            found.append(Cell(f"{text} ({row})" if text and row != group else text))
        return found

    def distribution(self, ratee: Ratee, criterion: Criterion) -> list[Cell]:
        rates = self.definition.rates_of(self.definition.scale[self.definition.section[ratee.section].scale])
        if why := self.why.get((ratee.key, criterion.key, "weighted", None)):
            return [words(why, len(rates) + 1)]
        cell = self.cells[ratee.key, criterion.key, "weighted", None]
        return [*(percent(cell["rates"][rate.key]) for rate in rates), drawn(cell)]

    def overall_distribution(self, ratee: Ratee) -> list[Cell]:
        section = self.definition.section[ratee.section]
        found = self.overall(ratee, ("weighted", None))
        if found is None:
            reasons = [self.why.get((ratee.key, key, "weighted", None)) for key in overall_keys(section)]
            why = next(one for one in ("small-cell", "small-group") if one in reasons)
            return [words(why, len(self.rates(section)) + 1)]
        return [*(percent(value or None) for value in found["rates"].values()), drawn(found)]

    def cell_values(
        self, section: Section, cell: dict[str, Any] | None, why: str, counted: bool, blanks: bool
    ) -> list[Cell]:
        """Return the cells of one row of the JSON, after the head of the row."""
        scale = self.definition.scale[section.scale]
        shared = [grade.key for grade in scale.grades] + (["-"] if scale.counts_abstentions else [])
        rates = [rate.key for rate in self.definition.rates_of(scale)]
        if cell is None:
            width = len(shared) * (2 if counted else 1) + len(rates) + 2
            if counted:
                width += 1 + blanks + (not scale.counts_abstentions)
            return [words(why, width)]
        counts = {**cell.get("counts", {}), "-": cell.get("abstained")}
        found = [number(cell.get("answered"))] if counted else []
        for key in shared:
            if counted:
                found.append(number(counts.get(key)))
            found.append(percent(cell["shares"][key]))
        if counted and not scale.counts_abstentions:
            found.append(number(cell.get("abstained")))
        if counted and blanks:
            found.append(number(cell.get("blank")))
        return [*found, *(percent(cell["rates"][key]) for key in rates), number(cell["score"]), drawn(cell)]

    def line(
        self, ratee: Ratee, criterion: Criterion, row: str, group: str | None, counted: bool
    ) -> list[Cell]:
        key = (ratee.key, criterion.key, row, group)
        section = self.definition.section[ratee.section]
        return self.cell_values(section, self.cells.get(key), self.why.get(key, ""), counted, True)

    def option(self, ratee: Ratee, criterion: Criterion, question: str, option: str) -> list[Cell]:
        cell = self.options.get((ratee.key, criterion.key, question, option))
        return self.cell_values(self.definition.section[ratee.section], cell, "small-option", True, False)


def _members(row: str, groups: list[str]) -> list[str]:
    """Return the groups that a merged key is made of: neighbours, whose keys may have a plus sign in them."""
    for first in range(len(groups)):
        for last in range(first + 1, len(groups) + 1):
            if "+".join(groups[first:last]) == row:
                return groups[first:last]
    raise AssertionError(row)


def words(why: str, columns: int) -> Cell:
    mark = {"small-cell": "①", "small-group": "②", "small-option": "③"}[why]
    return Cell(f"{WITHHELD} {mark}", columns)


def number(value: Any) -> Cell:
    return Cell("" if value is None else str(value))


def percent(value: str | None) -> Cell:
    return Cell("" if value is None else f"{value}%")


def drawn(cell: dict[str, Any]) -> Cell:
    """Say what stands where the bar is: nothing to read, unless there is nothing to draw."""
    known = any(share and float(share) for share in cell["shares"].values())
    return Cell("" if known else "没有数据")


@pytest.fixture(params=[*SIZES, *GENERATED])
def reader(request: pytest.FixtureRequest, app: Flask, settings: Settings, tmp_path: Path) -> Reader:
    name = request.param
    if name in SIZES:
        return Reader(app, settings, counted(example(name), SIZES[name]), tmp_path)
    one = case(GENERATED[name])
    with transaction(write=True) as session:
        definition = campaigns.load(session, one.data, BY).definition
    put(definition, one.count(one.tally(one.packed)))
    return Reader(app, settings, definition, tmp_path)


def same(found: list[list[Cell]], wanted: list[list[Cell]]) -> None:
    assert [[(c.text, c.columns) for c in row] for row in found] == [
        [(c.text, c.columns) for c in row] for row in wanted
    ]


def test_the_overview_is_the_json(reader: Reader) -> None:
    check_rankings(reader)
    check_accounting(reader)
    check_questions(reader)


def check_rankings(reader: Reader) -> None:
    definition = reader.definition
    read = reader.page("?sort=roster")
    rankings = read[: len(definition.sections)]
    for section, table in zip(definition.sections, rankings, strict=True):
        ratees = definition.ratees_of(section)
        bands = {band.key: band.label for band in score_bands(definition, section)}
        wanted = []
        for ratee in ratees:
            standing = reader.standing[ratee.key]
            weighing = [one.key for one in section.criteria if one.weight]
            reasons = [reader.why.get((ratee.key, key, "weighted", None)) for key in weighing]
            why = next((one for one in ("small-cell", "small-group") if one in reasons), None)
            hidden = any(reader.why.get((ratee.key, key, "pooled", None)) for key in weighing)
            assert bool(why) is (standing["scores"] == {})
            row = [number(standing["rank"])] if definition.results.rank and len(ratees) > 1 else []
            row.append(Cell(ratee.name))
            row += [Cell(ratee.place)] if any(one.place for one in ratees) else []
            values = standing["scores"], standing["weighted"], standing["pooled"]
            row += reader.all_scores(ratee, values, why, hidden)
            row += [Cell(bands.get(standing["band"], ""))] if bands else []
            wanted.append(row + reader.overall_distribution(ratee))
        same(table.rows, wanted)


def check_accounting(reader: Reader) -> None:
    accounting = reader.json["accounting"]
    labels = {group.key: group.label for group in reader.definition.groups}
    (table,) = [one for one in reader.page() if one.label == "票数账目"]
    names = ["issued", "voided", "unused", "returned", "valid", "spoiled", "unreadable"]
    present = any(one["present"] is not None for one in accounting["groups"])
    wanted = []
    groups = [] if reader.alone else accounting["groups"]
    for one in [*groups, {"group": "合计", **accounting["total"]}]:
        row = [] if reader.alone else [Cell(labels.get(one["group"], one["group"]))]
        if present:
            row.append(Cell("没有登记") if one["present"] is None else number(one["present"]))
        row += [Cell(WITHHELD) if one[name] is None else number(one[name]) for name in names]
        wanted.append(row)
    same(table.rows, wanted)


def check_questions(reader: Reader) -> None:
    labels = {group.key: group.label for group in reader.definition.groups} | {None: "合计（不加权）"}
    asked = [one for one in reader.definition.questions if one.kind is not QuestionKind.TEXT]
    read = reader.page()
    found = read[len(read) - len(asked) :]
    for question, table in zip(asked, found, strict=True):
        assert table.label == question.label
        width = 2 * len(question.options) + 2
        wanted = [
            [Cell(labels[one["group"]]), words(one["why"], width)]
            for one in reader.json["withheld"]
            if one.get("question") == question.key and "option" not in one
        ]
        for one in reader.json["questions"]:
            if one["question"] == question.key:
                row = [Cell(labels[one["group"]]), number(one["valid"]), number(one["answered"])]
                for option in question.options:
                    row += [number(one["counts"][option.key]), percent(one["shares"][option.key])]
                wanted.append(row)
        if reader.alone:
            assert [row[1:] for row in wanted] == [wanted[0][1:]] * len(wanted)
            wanted = [wanted[0][1:]]
        same(table.rows, wanted)


def test_every_section_page_is_the_json(reader: Reader) -> None:
    definition = reader.definition
    for section in definition.sections:
        ratees = definition.ratees_of(section)
        placed = any(one.place for one in ratees)
        scopes = ["weighted", "pooled", *(f"group.{key}" for key in reader.groups(section))]
        scopes = ["pooled"] if reader.alone else scopes
        scopes += [f"{one.key}.{option.key}" for one in definition.breakdowns for option in one.options]
        scopes += [f"{one.key}.-" for one in definition.breakdowns]
        for criterion in section.criteria:
            for scope in scopes:
                wanted = []
                for ratee in ratees:
                    kind, _, key = scope.partition(".")
                    name = ratee.name
                    if kind == "group":
                        if key not in ratee.groups:
                            continue
                        row = reader.row_of(ratee, key)
                        name = name if row == key else f"{name} ({row})"
                        cells = reader.line(ratee, criterion, "group", row, True)
                    elif key:
                        cells = reader.option(ratee, criterion, kind, key)
                    else:
                        cells = reader.line(ratee, criterion, scope, None, scope != "weighted")
                    wanted.append([Cell(name), *([Cell(ratee.place)] if placed else []), *cells])
                query = {"criterion": criterion.key, "over": scope}
                (table,) = reader.page(f"/s/{section.key}?{_query(query)}")
                same(table.rows, wanted)


def test_every_ratees_page_is_the_json(reader: Reader) -> None:
    for ratee in reader.definition.ratees[:5]:
        section = reader.definition.section[ratee.section]
        first, *rest = reader.page(f"/p/{ratee.key}")
        wanted = []
        for criterion in section.criteria:
            cells = {row: reader.cells.get((ratee.key, criterion.key, *row)) for row in _rows(reader, ratee)}
            why = reader.why.get((ratee.key, criterion.key, "weighted", None))
            scores = {row[1]: cell["score"] for row, cell in cells.items() if cell and row[1]}
            pooled, weighted = cells["pooled", None], cells["weighted", None]
            values = scores, weighted["score"] if weighted else None, pooled["score"] if pooled else None
            row = [
                Cell(criterion.label),
                number(_plain(criterion.weight)),
                *reader.all_scores(ratee, values, why, pooled is None),
            ]
            wanted.append(row + reader.distribution(ratee, criterion))
        same(first.rows[:-1], wanted)
        standing = reader.standing[ratee.key]
        last = first.rows[-1]
        if len(overall_keys(section)) == 1:
            assert last[0].text == "总得分"
        else:
            assert last[0].text == "总得分；各项目合计的分布"
            bars = reader.overall_distribution(ratee)
            same([last[-len(bars) :]], [bars])
        for value in (standing["weighted"], standing["pooled"], *standing["scores"].values()):
            assert value is None or value in [cell.text.partition(" ")[0] for cell in last]
        for criterion, table in zip(section.criteria, rest, strict=False):
            lines = [reader.line(ratee, criterion, *row, True) for row in _rows(reader, ratee)]
            same(
                [row[0 if reader.alone else 2 :] for row in table.rows], lines[:1] if reader.alone else lines
            )
        split = rest[len(section.criteria) : -1]  # the last one is gain and loss
        pairs = [(one, criterion) for one in reader.definition.breakdowns for criterion in section.criteria]
        for (question, criterion), table in zip(pairs, split, strict=True):
            keys = [*(option.key for option in question.options), "-"]
            same(
                [row[1:] for row in table.rows],
                [reader.option(ratee, criterion, question.key, key) for key in keys],
            )


def _rows(reader: Reader, ratee: Ratee) -> list[tuple[str, str | None]]:
    groups = dict.fromkeys(reader.row_of(ratee, group) for group in ratee.groups)
    return [*(("group", group) for group in groups), ("pooled", None), ("weighted", None)]


def _plain(weight: Any) -> str:
    return f"{float(weight):g}"


def _query(values: dict[str, str]) -> str:
    return "&".join(f"{key}={value.replace('+', '%2B')}" for key, value in values.items())


# What else the pages do


@pytest.fixture
def small(app: Flask) -> Definition:
    """A campaign that leaves nothing out, with ranks and bands."""
    bands = [{"key": "good", "label": "良好", "at_least": 70}]
    rules = {"minimum_cell": 2, "rank": True, "bands": bands}
    return counted(a_definition(ratees=("c1", "c2", "c3", "c4"), results=rules))


def names(app: Flask, path: str, place: int = 1) -> list[str]:
    answer = Office(app).get(f"/admin/c/small/results{path}")
    assert answer.status_code == 200
    return tables(answer.text)[0].column(place)


def test_rows_are_ordered_by_any_column(
    app: Flask, small: Definition, settings: Settings, tmp_path: Path
) -> None:
    standing = Reader(app, settings, small, tmp_path).standing

    def by(value: Any, *, largest_first: bool = False) -> list[str]:
        found = sorted(standing, key=lambda key: float(value(standing[key])), reverse=largest_first)
        return [f"干部{key}" for key in found]

    assert len({one["weighted"] for one in standing.values()}) == 4
    assert (
        names(app, "") == by(lambda one: one["rank"]) == by(lambda one: one["weighted"], largest_first=True)
    )
    assert names(app, "?sort=weighted") == by(lambda one: one["weighted"])
    assert names(app, "?sort=-score.A") == by(lambda one: one["scores"]["A"], largest_first=True)
    assert names(app, "?sort=pooled") == by(lambda one: one["pooled"])
    assert names(app, "?sort=roster") == ["干部c1", "干部c2", "干部c3", "干部c4"]
    assert names(app, "?sort=-roster") == ["干部c4", "干部c3", "干部c2", "干部c1"]
    # What nobody offers changes nothing.
    assert names(app, "?sort=nothing") == names(app, "?sort=-share.no") == names(app, "?sort=roster")


def test_a_section_is_ordered_by_any_column(app: Flask, small: Definition) -> None:
    for place, key in ((1, "answered"), (3, "share.excellent"), (-2, "score")):
        here = f"/s/form?over=pooled&criterion=neng&sort={key}"
        found = [float(text.rstrip("%")) for text in names(app, here, place)]
        assert found == sorted(found)
        assert len(set(found)) > 1
        assert [float(t.rstrip("%")) for t in names(app, here.replace("sort=", "sort=-"), place)] == found[
            ::-1
        ]


def test_heads_say_how_rows_are_ordered_and_turn_it_round(app: Flask, small: Definition) -> None:
    page = Office(app).get("/admin/c/small/results?sort=-weighted").text
    heads = {cell.text: cell.sort for row in tables(page)[0].head for cell in row}
    assert {text: sort for text, sort in heads.items() if sort} == {"加权▼": "descending"}
    assert 'href="/admin/c/small/results?sort=weighted"' in page
    assert 'href="/admin/c/small/results?sort=-pooled"' in page
    assert 'href="/admin/c/small/results?sort=rank"' in page


def test_rows_without_a_value_come_last(app: Flask) -> None:
    data = a_definition(ratees=("c1", "c2", "c3"), results={"minimum_cell": 2})
    data["ratees"][0]["groups"] = ["B"]
    counted(data)
    for sort in ("score.A", "-score.A"):
        assert names(app, f"?sort={sort}", 0)[-1] == "干部c1"


@pytest.mark.parametrize("role", ["organiser", "owner", "scrutineer", "viewer"])
def test_everyone_of_the_unit_finds_the_results(app: Flask, small: Definition, role: str) -> None:
    office = Office(app, role=role)
    for page in ("/admin/", "/admin/c/small"):
        assert 'href="/admin/c/small/results"' in office.get(page).text
    for path in ("", "/s/form", "/p/c1"):
        assert office.get(f"/admin/c/small/results{path}").status_code == 200
    overview = office.get("/admin/c/small/results").text
    for link in ("/s/form", "/p/c1", "/p/c4", ".xlsx", ".json"):
        assert f'href="/admin/c/small/results{link}"' in overview


@pytest.mark.parametrize(
    "path", ["/s/none", "/p/none", "/s/form?criterion=none", "/s/form?over=none", "/s/form?over=group.none"]
)
def test_what_is_not_there_is_not_found(app: Flask, small: Definition, path: str) -> None:
    assert Office(app).get(f"/admin/c/small/results{path}").status_code == 404


def test_there_are_no_results_before_the_count(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    office = Office(app)
    for path in ("", "/s/form", "/p/c1"):
        answer = office.get(f"/admin/c/small/results{path}")
        assert answer.status_code == 409
        assert "计票以后才有结果" in answer.text
        assert tables(answer.text) == []
    assert "/results" not in office.get("/admin/c/small").text + office.get("/admin/").text


def test_a_trial_is_marked(app: Flask, small: Definition) -> None:
    office = Office(app)
    assert "这是试投" not in office.get("/admin/c/small/results").text
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(campaign={**a_definition()["campaign"], "code": "other"}), BY)
        tried = trial.begin(session, "other", BY)
    put(tried.definition, made_up(tried.definition, {}, Random(1)))
    for path in ("", "/s/form", "/p/c1"):
        assert "这是试投" in office.get(f"/admin/c/{tried.code}/results{path}").text


def test_the_definitions_stand_under_the_tables(app: Flask) -> None:
    counted(example("town-annual"), SIZES["town-annual"])
    office = Office(app)
    said = (
        "优秀称职合计 = （优秀 + 称职）÷ 作答票数",
        "得分 = （各等次票数 × 分值）之和 ÷ 作答票数。",
        "优秀 100、称职 80、基本称职 60、不称职 40",
        "数值四舍五入，保留2位小数。",
        "作答不足5人的不予显示",
        "A票(县级领导) 30、B票(中层干部) 30",
    )
    for path in ("", "/s/cadre-form", "/p/c1"):
        text = office.get(f"/admin/c/town-annual/results{path}").text
        for note in said:
            assert note in text, (path, note)
    assert "该票种不评此对象" in office.get("/admin/c/town-annual/results/p/c7").text


def test_abstentions_in_the_denominator_have_a_share_and_a_segment(app: Flask) -> None:
    counted(example("one-report-two-reviews"), SIZES["one-report-two-reviews"])
    page = Office(app).get("/admin/c/one-report-two-reviews/results/p/p1").text
    assert "占比 = 该等次票数 ÷ 作答与弃权票数之和。" in page
    assert page.count('fill="url(#grade-0)"') >= 4


def test_reasons_are_given_for_what_is_left_out_and_only_then(app: Flask, small: Definition) -> None:
    office = Office(app)
    assert "不予显示的数没有保存" not in office.get("/admin/c/small/results").text
    data = a_definition(campaign={**a_definition()["campaign"], "code": "few"})
    counted(data, {"A": 3})
    for path in ("", "/s/form", "/p/c1"):
        page = office.get(f"/admin/c/few/results{path}").text
        assert f"{WITHHELD} ②" in page
        assert "② 这一项有票种作答不足 5 人" in page
        assert "① 这一项" not in page


def test_a_survey_of_one_group_has_its_words_and_no_others(app: Flask) -> None:
    data = example("public-satisfaction")
    definition = counted(data, {"public": 200})
    office = Office(app, role="organiser")
    here = f"/admin/c/{definition.code}/results"
    pages = [here, f"{here}/s/{definition.sections[0].key}", f"{here}/p/{definition.ratees[0].key}"]
    for page in pages:
        said = office.get(page).text
        for wrong in ("票种", "姓名", "（加权）", "合计（不加权）"):
            assert wrong not in said, (page, wrong)
        assert "投票人只有一类（" in said
    assert "服务事项" in office.get(here).text
    assert "组织认定" not in office.get(here).text


def test_a_mark_is_explained_only_where_it_stands(app: Flask) -> None:
    """Options that are too small are on the pages of ratees, and on their own scope; not on the overview."""
    questions = [
        {
            "key": "age",
            "label": "年龄",
            "kind": "choice",
            "breakdown": True,
            "options": [{"key": "y", "label": "青"}, {"key": "o", "label": "老"}],
        }
    ]
    counted(a_definition(groups=("A",), ratees=("c1",), questions=questions), {"A": 6})
    office = Office(app, role="viewer")
    here = "/admin/c/small/results"
    assert "③" in office.get(f"{here}/p/c1").text
    assert "③" not in office.get(here).text
    assert "③" not in office.get(f"{here}/s/form").text
    assert office.get(f"{here}/s/form?over=age.y").text.count("③") >= 2
