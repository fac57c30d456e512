"""Numbers in and out: each kind of file by its command, taken whole, once, or not at all."""

import json

import pytest

from tests.sample_year import SAMPLE, SAMPLE_CODE
from tests.shell import Shell

TAKE, STANDING = "assessment take qingyuan-2026", "assessment standing qingyuan-2026"


@pytest.fixture
def office(shell: Shell) -> Shell:
    """An office whose assessment is issued."""
    shell.do("init")
    shell.do("assessment load", SAMPLE / "assessment.toml", "--targets", SAMPLE / "targets.csv")
    shell.do("assessment issue", SAMPLE_CODE)
    return shell


def test_a_file_is_handed_in_first_and_taken_over_once(office: Shell) -> None:
    handed_in = office.do(TAKE, SAMPLE / "values.csv").out
    assert "1330 rows handed in, 0 were there already" in handed_in
    assert "--accept" in handed_in
    assert "1330 rows accepted" in office.do(TAKE, SAMPLE / "values.csv", "--accept").out
    again = office.do(TAKE, SAMPLE / "values.csv", "--accept", "--json").json
    assert (again["kind"], again["added"], again["known"]) == ("values", 0, 1330)


def test_the_other_kinds_are_named_or_told_by_the_ending(office: Shell) -> None:
    assert "3 rows put on record" in office.do(TAKE, SAMPLE / "verified.csv", "--as", "verified").out
    assert office.do(TAKE, SAMPLE / "entries.toml", "--json").json["kind"] == "entries"
    assert office(TAKE, SAMPLE / "entries.toml", "--accept").status == 2
    assert office(TAKE, SAMPLE / "values.csv", "--accept", "--submit").status == 2
    refused = office(TAKE, SAMPLE / "verified.csv")
    assert refused.status == 1
    assert '"value"' in refused.err
    assert (
        office.refused(TAKE, "nowhere.csv") == "minping: cannot read nowhere.csv: No such file or directory\n"
    )


def test_entries_that_are_no_text_or_have_faults_are_refused_with_all_of_them(office: Shell) -> None:
    assert "is not UTF-8" in office.refused(TAKE, office.file("e.toml", b"\xff\xfe"))
    faulty = office.file("f.toml", '[[entries]]\nunit = "t9"\nitem = "award"\npoints = 9\n')
    refused = office(TAKE, faulty)
    assert refused.status == 1
    assert {"entries[0].unit", "entries[0].points", "entries[0].reason"} <= {
        line.partition(":")[0] for line in refused.err.splitlines()
    }


def test_a_report_is_known_by_its_heads_and_its_faults_have_cells(office: Shell) -> None:
    office.do(TAKE, SAMPLE / "values.csv", "--accept")
    sound = office.do(TAKE, SAMPLE / "report-t3-2026-05.xlsx", "--accept")
    assert "0 rows accepted, 7 were there already" in sound.out
    refused = office(TAKE, SAMPLE / "report-t3-faulty.xlsx")
    assert refused.status == 1
    for place in ("E2:", "G4:", "G5:", "G9:", "A11:", "warning: G6:", "warning: G7:", "warning: G8:"):
        assert f"\n{place}" in f"\n{refused.err}"
    for row in ("note: row 12:", "note: row 13:"):
        assert row in refused.err
    listed = office(TAKE, SAMPLE / "report-t3-faulty.xlsx", "--json").json
    assert [one["place"] for one in listed if one["warning"]] == ["G6", "G7", "G8"]


def test_a_template_is_written_and_what_is_odd_in_it_wants_a_reason(office: Shell) -> None:
    template = "assessment template qingyuan-2026 --period 2026-06 --out t.xlsx"
    assert office(template).status == 2
    assert office(f"{template} --unit t3 --indicator output").status == 2
    assert 'no unit "t9"' in office.refused(f"{template} --unit t9")
    assert not (office.folder / "t.xlsx").exists()
    office.do(f"{template} --unit t3")
    refused = office(TAKE, "t.xlsx")
    assert "--reason TEXT" in refused.err
    assert "warning: G4: is empty" in refused.err
    assert "0 rows handed in" in office.do(TAKE, "t.xlsx", "--reason", "尚未统计").out
    one = office(TAKE, "t.xlsx", "--reason", "G4=尚未统计")
    assert "G4:" not in one.err
    assert "G5:" in one.err


def test_points_by_name_are_taken_once(shell: Shell) -> None:
    shell.do("init")
    text = (SAMPLE / "assessment.toml").read_text("utf-8")
    sheet = '[[sheets]]\nkey = "s"\ntitle = "评分表"\nlines = [{ key = "l", label = "总体", points = 10 }]\n'
    shell.do("assessment load", shell.file("a.toml", text + sheet), "--targets", SAMPLE / "targets.csv")
    shell.do("assessment issue", SAMPLE_CODE)
    points = shell.file("p.csv", "sheet,unit,scorer,line,points\ns,t1,甲,l,9\ns,t1,乙,l,8.5\n")
    assert "2 rows put on record" in shell.do(TAKE, points, "--as", "sheets").out
    assert "0 rows put on record, 2 were there" in shell.do(TAKE, points, "--as", "sheets").out


def test_close_gives_each_period_a_bulletin_and_the_standing_is_written(office: Shell) -> None:
    office.do(TAKE, SAMPLE / "values.csv", "--accept")
    closed = office.do("assessment close qingyuan-2026 2026年2月 --json").json
    assert [(one["period"], one["bulletin"]) for one in closed["closed"]] == [("2026-01", 1), ("2026-02", 2)]
    assert 'no period "2026-13"' in office.refused("assessment close qingyuan-2026 2026-13")
    late = office.file("late.csv", "period,unit,indicator,value\n2026-01,t1,petitions,3\n")
    assert "1 are of closed periods: the next bulletin shows" in office.do(TAKE, late, "--accept").out
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF")):
        office.do(f"{STANDING} 2026-02 --format {kind} --out s.{kind}")
        assert (office.folder / f"s.{kind}").read_bytes().startswith(begins)
    office.do(f"{STANDING} 2026-02 --format json --out s.json")
    told = json.loads((office.folder / "s.json").read_text("utf-8"))
    assert (told["state"], told["standing"]["period"]) == ("running", "2026-02")
    for paper in ("warnings", "verification"):
        office.do(f"{STANDING} 2026-02 --format csv --paper {paper} --out p.csv")
        assert "qingyuan-2026" in (office.folder / "p.csv").read_text("utf-8-sig")
    assert office(f"{STANDING} 2026-02 --format odt --out s.odt").status == 2


def test_the_year_is_scored_once_its_last_period_has_numbers(office: Shell) -> None:
    head = "period,unit,indicator,value"
    office.do(TAKE, office.file("may.csv", f"{head}\n2026-05,t1,petitions,1\n"), "--accept")
    said = office.refused("assessment score qingyuan-2026")
    assert "no number of 2026-12 is accepted" in said
    assert "minping assessment close qingyuan-2026 2026-12" in said
    office.do("assessment close qingyuan-2026 2026-11")
    office.do(TAKE, office.file("last.csv", f"{head}\n2026-12,t1,petitions,1\n"), "--accept")
    said = office.do("assessment score qingyuan-2026")
    assert said.err == "note: 2026-12 was open and is closed now, bulletin 12\n"
    assert said.out.count("\n") == 1
    late = office.file("late.csv", f"{head}\n2026-11,t1,petitions,3\n")
    assert "no bulletin follows the last one" in office.do(TAKE, late, "--accept").out


def test_a_finding_is_taken_back_by_a_column(office: Shell) -> None:
    office.do(TAKE, SAMPLE / "verified.csv", "--as", "verified")
    text = (SAMPLE / "verified.csv").read_text("utf-8-sig").splitlines()
    back = office.file("back.csv", f"{text[0]},taken_back\n{text[1]},是\n")
    assert "1 rows put on record" in office.do(TAKE, back, "--as", "verified").out
    assert "0 rows put on record, 1 were" in office.do(TAKE, back, "--as", "verified").out
