"""The sample's year by commands: its campaigns voted at a server, scored, signed, decided, published."""

import json
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from tests.sample_year import SAMPLE, SAMPLE_CODE, campaigns_voted_over_http, expected
from tests.shell import PASSWORD, Shell


def _taken(shell: Shell) -> None:
    shell.do("assessment load", SAMPLE / "assessment.toml", "--targets", SAMPLE / "targets.csv")
    shell.do("assessment issue", SAMPLE_CODE)
    shell.do("assessment take", SAMPLE_CODE, SAMPLE / "values.csv", "--accept")
    shell.do("assessment take", SAMPLE_CODE, SAMPLE / "verified.csv", "--as", "verified")
    shell.do("assessment take", SAMPLE_CODE, SAMPLE / "entries.toml")
    shell.do("assessment close", SAMPLE_CODE, "2026-12")


def _json(shell: Shell, *words: str) -> object:
    shell.do("assessment", *words, "--format", "json", "--out", "found.json")
    return json.loads((shell.folder / "found.json").read_text("utf-8"))


def _holds(found: object, wanted: object, where: str = "") -> None:
    """Require that all of what is wanted is found, in its order; more keys may stand beside."""
    if isinstance(wanted, dict):
        assert isinstance(found, dict), where
        for key, value in wanted.items():
            _holds(found[key], value, f"{where}.{key}")
    elif isinstance(wanted, list):
        assert isinstance(found, list), where
        assert len(found) == len(wanted), where
        for place, value in enumerate(wanted):
            _holds(found[place], value, f"{where}[{place}]")
    else:
        assert found == wanted, where


@pytest.mark.slow
def test_the_samples_year(
    each_settings: Settings, each_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(tmp_path, monkeypatch)
    shell.environment["MINPING_DATABASE_URL"] = each_settings.database_url
    campaigns_voted_over_http(each_app)
    _taken(shell)
    shell.do("assessment score", SAMPLE_CODE)
    _holds(_json(shell, "results", SAMPLE_CODE), {"units": expected()["units"]})
    _holds(_json(shell, "standing", SAMPLE_CODE, "2026-05"), {"standing": expected()["standing"]})


@pytest.fixture
def office(shell: Shell) -> Shell:
    """An office that has taken a year's numbers, and two accounts that may sign."""
    shell.do("init")
    for name in ("teller", "scrutineer"):
        shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD + "\n")
    _taken(shell)
    return shell


SIGN = "assessment sign qingyuan-2026 --passwords-stdin --teller teller --scrutineer"
DECIDE = "assessment decide qingyuan-2026 --committee 县委常委会 --on 2027-01-20 --reason 会议研究"


def test_results_come_as_every_paper(office: Shell) -> None:
    results = "assessment results qingyuan-2026 --out r"
    assert "minping assessment score" in office.refused(f"{results} --format pdf")
    office.do(f"{results} --format xlsx --paper commitments")
    office.do("assessment score qingyuan-2026")
    for paper in ("summary", "score-sheets", "proposal", "feedback", "mending"):
        day = "--mend-by 2027-03-31" if paper in ("feedback", "mending") else ""
        office.do(f"{results} --format csv --paper {paper} {day}")
        assert "qingyuan-2026" in (office.folder / "r").read_text("utf-8-sig")
    assert "2027-03-31" in (office.folder / "r").read_text("utf-8-sig")
    assert office(f"{results} --format csv --paper none").status == 2


@pytest.mark.parametrize(
    "options",
    [
        "--format csv --out r.pdf",
        "--format json --out r.json --paper summary",
        "--format json --out r.json --mend-by 2027-03-31",
        "--format csv --out r.csv --mend-by 2027-03-31",
    ],
)
def test_options_that_contradict_or_change_nothing_are_wrong_usage(shell: Shell, options: str) -> None:
    assert shell(f"assessment results qingyuan-2026 {options}").status == 2
    assert not (shell.folder / "r.pdf").exists()


def test_nothing_is_mended_before_the_assessed_year(office: Shell) -> None:
    office.do("assessment score qingyuan-2026")
    mending = "assessment results qingyuan-2026 --format csv --paper mending --out r.csv --mend-by"
    assert "lies before 2026" in office.refused(f"{mending} 2025-12-31")
    office.do(f"{mending} 2026-12-31")


def test_two_accounts_sign_and_a_committee_decides_beside(office: Shell) -> None:
    both = f"{PASSWORD}\n{PASSWORD}\n"
    assert "it is examining" in office.refused(f"{SIGN} scrutineer", stdin=both)
    office.do("assessment score qingyuan-2026")
    assert "reason" in office.refused("assessment score qingyuan-2026")
    assert "two accounts" in office.refused(f"{SIGN} teller", stdin=both)
    assert "is wrong" in office.refused(f"{SIGN} scrutineer", stdin=f"{PASSWORD}\nwrong\n")
    assert "not signed yet" in office.refused(f"{DECIDE} --unit t1 --band good")
    assert "check value" in office.do(f"{SIGN} scrutineer", stdin=both).out
    assert office.refused(f"{DECIDE} --unit t1 --band best") == (
        "minping: nothing was put on record: --band is no band of this assessment; "
        "the bands are excellent, good, fair, poor\n"
    )
    assert 'no unit "t9"' in office.refused(f"{DECIDE} --unit t9 --band good")
    assert office(f"{DECIDE} --unit t1 --band good --on yesterday").status == 2
    said = office.do(f"{DECIDE} --unit t1 --band good --json").json
    assert (said["unit"], said["band"], said["record"], said["stage"]) == ("t1", "good", 1, "scored")
    again = office.do(f"{DECIDE} --unit t1 --band good")
    assert (again.out, again.err) == (
        "t1: good, is on record already beside score record 1; qingyuan-2026 is scored\n",
        "",
    )
    veto = office.do(f"{DECIDE} --unit t4 --band good").err
    assert veto == "warning: t4 has a veto, which gives it poor, not good\n"
    assert office.refused(f"{DECIDE} --unit t1 --band good --on 2025-01-20").endswith(
        ": --on lies before the assessed year\n"
    )
    found = _json(office, "results", SAMPLE_CODE)
    assert isinstance(found, dict)
    assert [unit["band"] for unit in found["units"][:2]] == ["good", None]


def test_columns_are_published_and_what_follows_from_them_is_said(office: Shell) -> None:
    publish = "assessment publish qingyuan-2026 --as"
    office.do("assessment score qingyuan-2026")
    office.do(f"{SIGN} scrutineer", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert "not decided yet" in office.refused(f"{publish} public --columns band")
    assert "no column is chosen" in office.refused(f"{publish} public")
    assert "no column nope; there are rank, total" in office.refused(f"{publish} public --columns nope")
    said = office.do(f"{publish} public --columns total,targets --columns leaders,mutual,public,bonus")
    assert "warning: readers can work out deduction from what is published" in said.err
    assert "/a/qingyuan-2026\n" in said.out
    link = office.do(f"{publish} link --columns rank --json").json
    assert "/a/qingyuan-2026?k=" in link["address"]
    assert office.do(f"{publish} withdrawn --json").json["address"] is None


def test_both_read_what_they_sign_before_a_password_is_asked_for(
    office: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = office.do("assessment score qingyuan-2026 --json").json["digest"]
    monkeypatch.setattr("survey.cli.proofs.read_password", lambda *_: PASSWORD)
    said = office.do("assessment sign qingyuan-2026 --teller teller --scrutineer scrutineer --json")
    assert said.err == f"note: to be signed: score record 1 of qingyuan-2026, {digest}\n"
    assert (said.json["record"], said.json["digest"]) == (1, digest)
