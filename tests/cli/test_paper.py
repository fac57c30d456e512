"""Paper ballots on the command line: laid out, printed as specimens, read, and refused."""

from typing import Any

import pytest

from survey.documents.definition.definition_file import write_toml
from tests.builders import example
from tests.shell import Shell


@pytest.fixture
def town(shell: Shell) -> Shell:
    shell.do("init")
    definition: dict[str, Any] = example("town-annual") | {"paper": {"texts": "typed"}}
    shell.file("town.toml", write_toml(definition))
    shell.do("campaign load town.toml")
    return shell


def test_the_layout_says_where_everything_stands(town: Shell) -> None:
    told = town.do("paper layout town-annual --json").json
    assert (told["format"], told["campaign"], told["size"]) == (1, "town-annual", "A4")
    assert told["definition"].startswith("sha256:")
    assert [form["group"] for form in told["forms"]] == ["A", "B", "C"]
    page = told["forms"][1]["pages"][0]
    assert page["markers"][2] == {"id": 2, "x": 194.0, "y": 251.0, "side": 8.0}
    assert page["qr"][0] == {"x": 174.0, "y": 8.0, "side": 16.0}
    assert page["lines"][0]["field"] == "team.politics"
    assert [box["value"] for box in page["lines"][0]["boxes"]] == ["good", "fair", "plain", "poor", "-"]
    assert [area["field"] for area in page["areas"]] == ["team-form.comment"]
    [only] = town.do("paper layout town-annual --group B --json").json["forms"]
    assert only == told["forms"][1]
    assert "layout " + only["layout"] in town.do("paper layout town-annual --group B").out


def test_specimens_are_printed_once_and_read_back(town: Shell) -> None:
    town.do("paper specimens town-annual --group B --number 2 --pdf specimens.pdf")
    assert (town.folder / "specimens.pdf").stat().st_mode & 0o777 == 0o600
    assert "exists already" in town.refused("paper specimens town-annual --group B --pdf specimens.pdf")
    town.file("no-scan.txt", "hello")
    read = town.do("paper read town-annual specimens.pdf no-scan.txt --json").json
    assert [(page["image"], page["state"]) for page in read] == [
        *((image, "read") for image in range(1, 5)),
        (1, "refused"),
    ]
    assert read[4]["why"] == "damaged"
    assert read[0]["serial"] == read[1]["serial"] != read[2]["serial"]
    assert {line["state"] for page in read[:4] for line in page["lines"]} == {"blank"}
    said = town.do("paper read town-annual specimens.pdf no-scan.txt").out
    assert "specimens.pdf, image 2: group B, page 2: 0 marked, 30 blank, 0 doubtful" in said
    assert "镇领导班子 政治思想建设: blank" in said
    assert "scan the sheet again" in said


def test_what_is_asked_wrongly_is_refused_in_a_line(town: Shell) -> None:
    assert 'no rater group "X"' in town.refused("paper specimens town-annual --group X --pdf x.pdf")
    assert not (town.folder / "x.pdf").exists()
    assert "cannot read" in town.refused("paper read town-annual nowhere.pdf")
    assert "minping campaign list" in town.refused("paper layout nowhere")
    town.file("plain.toml", write_toml(example("college-term")))
    town.do("campaign load plain.toml")
    assert "no [paper]" in town.refused("paper layout college-term")


@pytest.fixture
def opened(town: Shell) -> Shell:
    town.do("campaign arm town-annual")
    town.do("token issue town-annual --csv codes.csv")
    town.do("campaign open town-annual")
    return town


def test_collecting_asks_and_cannot_be_taken_back(opened: Shell) -> None:
    refused = opened.refused("campaign close town-annual")
    assert "next: minping paper collect town-annual" in refused
    opened.refused("paper collect town-annual")
    assert "does not match" in opened.refused("paper collect town-annual", stdin="another\n")
    assert opened.do("campaign show town-annual --json").json["collecting"] is False
    said = opened.do("paper collect town-annual --yes --json").json
    assert (said["stage"], len(said["check"])) == ("collecting", 14)
    assert said["check"] in opened.do("audit list").out
    assert "already" in opened.refused("paper collect town-annual --yes")
    assert "collecting" in opened.do("campaign list").out
    assert "cannot extend" in opened.refused("campaign extend town-annual --to 2030-01-01T00:00:00+08:00")


def test_the_urn_is_counted_and_the_campaign_closed(opened: Shell) -> None:
    opened.do("paper collect town-annual", stdin="town-annual\n")
    said = opened.do("paper counted town-annual --number 2").out
    assert "2 sheets were in the urn; check value" in said
    for wrong in ("-1", "1000001", "many"):
        assert opened(f"paper counted town-annual --number {wrong}").status == 2
    said = opened.do("campaign close town-annual").err
    assert "2 sheets were counted in the urn, 0 were scanned" in said
    opened.do("paper counted town-annual --number 1")
    assert opened.do("campaign count town-annual")
