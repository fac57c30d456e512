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
    again = office.do(TAKE, SAMPLE / "verified.csv")
    assert "3 were there already" in again.out
    assert again.err == "note: verified.csv is taken as verified, by its heads\n"
    refused = office(TAKE, SAMPLE / "verified.csv", "--as", "values")
    assert refused.status == 1
    assert "note: nothing was taken\n" in refused.err
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
    assert "warning" not in sound.err
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
    assert "ends in .pdf" in office(f"{STANDING} 2026-02 --format csv --out s.pdf").err
    assert office(f"{STANDING} 2026-02 --format json --paper bulletin --out s.json").status == 2


VALUES = "period,unit,indicator,value\n"


def test_what_looks_wrong_in_a_file_is_told_and_taken(office: Shell) -> None:
    odd = office.file("odd.csv", VALUES + "2026-06,t3,output,20560000\n2026-06,t3,petitions,-5\n")
    said = office.do(TAKE, odd, "--accept")
    assert "2 rows accepted" in said.out
    assert [line.partition(" (")[0] for line in said.err.splitlines()] == [
        'warning: row 2, value: "20560000"',
        'warning: row 3, value: "-5"',
    ]
    assert "check that it is in 亿元\n" in said.err
    # What is on record already was told of.
    assert office.do(TAKE, odd, "--accept").err == ""


def test_a_number_of_a_closed_period_is_told_to_be_a_correction(office: Shell) -> None:
    office.do(TAKE, SAMPLE / "values.csv", "--accept")
    office.do("assessment close qingyuan-2026 2026-05")
    late = office.file("late.csv", VALUES + "2026-05,t3,output,23\n")
    # Handed in, it corrects nothing yet.
    assert office.do(TAKE, late).err == ""
    said = office.do(TAKE, late, "--accept").err
    assert said.count("\n") == 1
    assert "(t3 output) corrects 2026-05, which was closed with 22.53" in said


def test_of_many_warnings_the_first_are_told(office: Shell) -> None:
    lines = [
        f"2026-{month:02},t{unit},output,{month}0000000\n" for month in (1, 2, 3) for unit in range(1, 9)
    ]
    told = office.do(TAKE, office.file("many.csv", VALUES + "".join(lines)), "--accept").err.splitlines()
    assert len(told) == 21
    assert told[-1] == "warning: and 4 more"


def test_entries_come_as_rows_too_and_values_as_tables(office: Shell) -> None:
    heads = "unit,item,points,reason,evidence,approver,decided_on\n"
    rows = office.file("e.csv", heads + "t6,award,1,全国文明村,文明办〔2026〕1号,考核办,2026-12-20\n")
    said = office.do(TAKE, rows)
    assert "1 rows put on record" in said.out
    assert "taken as entries, by its heads" in said.err
    assert office.do(TAKE, rows, "--as", "entries").err == ""
    far = office.file("far.csv", heads + "t6,award,1,x,x,考核办,2036-12-20\n")
    assert "row 2, decided_on: 2036-12-20 lies outside 2000-01-01 to 2027-12-31" in office(TAKE, far).err
    tables = '[[values]]\nperiod = "2026-06"\nunit = "t3"\nindicator = "output"\nvalue = 30.5\n'
    assert "1 rows accepted" in office.do(TAKE, office.file("v.toml", tables), "--accept").out
    assert "send them as CSV or Excel" in office(TAKE, "v.toml", "--as", "sheets").err


def test_a_typed_in_value_that_stands_in_is_told(office: Shell) -> None:
    rows = office.file("e.csv", "unit,component,value,document\nt6,leaders,120,函\n")
    said = office.do(TAKE, rows).err
    assert "(t6 leaders) is more than 100" in said
    assert "(t6 leaders) is used only while its campaign has no value" in said


def test_a_reason_for_a_cell_without_warning_is_named(office: Shell) -> None:
    office.do("assessment template qingyuan-2026 --period 2026-06 --out t.xlsx --unit t3")
    assert (
        "warning: Z9: is given a reason, but has no warning"
        in office(TAKE, "t.xlsx", "--reason", "Z9=无").err
    )
    said = office.do(TAKE, "t.xlsx", "--reason", "尚未统计", "--reason", "Z9=无")
    assert said.err.count("warning: ") == 1


def test_an_older_file_puts_nothing_back_unseen(office: Shell) -> None:
    head = "period,unit,indicator,value\n2026-01,t1,petitions,"
    old, new = office.file("v.csv", f"{head}12.5\n"), office.file("c.csv", f"{head}7\n")
    office.do(TAKE, old, "--accept")
    office.do(TAKE, new, "--accept")
    said = office.do(TAKE, old, "--accept")
    assert "0 rows accepted, 0 were there" in said.out
    assert "warning: left out: 2026-01 t1 petitions: 12.5 was on record before; 7 came after it" in said.err
    assert "1 rows accepted" in office.do(TAKE, old, "--accept", "--reason", "误更正").out
    assert office.do(TAKE, new, "--accept", "--json").json["superseded"][0].endswith("holds")


def test_the_year_is_scored_once_its_last_period_has_numbers(office: Shell) -> None:
    head = "period,unit,indicator,value"
    office.do(TAKE, office.file("may.csv", f"{head}\n2026-05,t1,petitions,1\n"), "--accept")
    said = office.refused("assessment score qingyuan-2026")
    assert "no number of 2026-12 is accepted" in said
    assert "minping assessment close qingyuan-2026 2026-12" in said
    office.do("assessment close qingyuan-2026 2026-11")
    office.do(TAKE, office.file("last.csv", f"{head}\n2026-12,t1,petitions,1\n"), "--accept")
    said = office.do("assessment score qingyuan-2026")
    assert said.err.startswith("note: 2026-12 was open and is closed now, bulletin 12\n")
    assert said.out.count("\n") == 1
    late = office.file("late.csv", f"{head}\n2026-11,t1,petitions,3\n")
    assert "no bulletin follows the last one" in office.do(TAKE, late, "--accept").out


def test_a_finding_is_taken_back_by_a_column(office: Shell) -> None:
    office.do(TAKE, SAMPLE / "verified.csv", "--as", "verified")
    text = (SAMPLE / "verified.csv").read_text("utf-8-sig").splitlines()
    back = office.file("back.csv", f"{text[0]},taken_back\n{text[1]},是\n")
    assert "1 rows put on record" in office.do(TAKE, back, "--as", "verified").out
    assert "0 rows put on record, 1 were" in office.do(TAKE, back, "--as", "verified").out
