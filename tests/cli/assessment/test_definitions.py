"""The commands that set an assessment up: every fault at once, nothing stored where there is one."""

import pytest

from tests.sample_year import SAMPLE, SAMPLE_CODE
from tests.shell import Shell

DEFINITION, TARGETS = SAMPLE / "assessment.toml", SAMPLE / "targets.csv"
LOAD = ("assessment load", DEFINITION, "--targets", TARGETS)


@pytest.fixture
def office(shell: Shell) -> Shell:
    shell.do("init")
    return shell


def test_check_names_every_fault_with_its_path(shell: Shell) -> None:
    text = DEFINITION.read_text("utf-8").replace('class = "bureau"', 'class = "office"', 1)
    faulty = shell.file("faulty.toml", text.replace("weight = 60", "weight = -1") + "colour = 1\n")
    said = shell("assessment check", faulty)
    assert (said.status, said.out) == (1, "")
    assert len(said.err.splitlines()) == 3
    assert "units[8].class" in said.err
    listed = shell("assessment check --json", faulty)
    assert listed.status == 1
    assert [one["path"] for one in listed.json] == [line.partition(":")[0] for line in said.err.splitlines()]


def test_check_takes_the_targets_too(shell: Shell) -> None:
    said = shell.do("assessment check", DEFINITION, "--targets", TARGETS)
    assert "assessment.toml has no fault: qingyuan-2026, sha256:" in said.out
    assert said.out.endswith(", 122 targets\n")
    assert shell.do("assessment check --json", DEFINITION).json == []
    faulty = shell.file("t.csv", "unit,indicator,target\nt1,output,x\nt9,output,1\n")
    refused = shell("assessment check", DEFINITION, "--targets", faulty)
    assert refused.status == 1
    assert [line.partition(":")[0] for line in refused.err.splitlines()] == ["row 2, target", "row 3, unit"]
    listed = shell("assessment check --json", DEFINITION, "--targets", faulty).json
    assert [(one["place"], one["value"], one["warning"]) for one in listed] == [
        ("row 2, target", "x", False),
        ("row 3, unit", "t9", False),
    ]


def test_what_is_missing_or_no_assessment_is_refused_in_one_line(office: Shell) -> None:
    assert "cannot read none.toml" in office.refused("assessment check none.toml")
    assert "campaign" in office.refused("assessment check d.toml")
    assert 'no assessment "nope"; see: minping assessment list' in office.refused("assessment show nope")
    assert office("assessment").status == 2
    assert office.do("assessment list --json").json == []


def test_load_stores_a_draft_and_replaces_it(office: Shell) -> None:
    office.do(*LOAD)
    assert office.do("assessment list").out == "qingyuan-2026  draft  清源县2026年度目标责任考核\n"
    said = office.do("assessment load --json", DEFINITION).json
    assert (said["code"], said["stage"], said["targets"]) == (SAMPLE_CODE, "draft", 122)
    faulty = office.file("f.toml", DEFINITION.read_text("utf-8").replace("weight = 60", "weight = -1"))
    assert office("assessment load", faulty).status == 1
    assert office.do("assessment show --json", SAMPLE_CODE).json["definition"] == said["definition"]


def test_show_tells_what_is_on_record_and_what_comes_next(office: Shell) -> None:
    office.do(*LOAD)
    assert office.do("assessment show", SAMPLE_CODE).out.endswith(
        f"next: minping assessment issue {SAMPLE_CODE}\n"
    )
    office.do("assessment issue", SAMPLE_CODE)
    office.do("assessment take --accept", SAMPLE_CODE, SAMPLE / "values.csv")
    office.do("assessment close", SAMPLE_CODE, "2026-03")
    changed = DEFINITION.read_text("utf-8").replace("report_by = 5 ", "report_by = 8 ")
    why = ("--reason", "误写", "--document", "县考核办〔2026〕7号", "--approver", "县考核领导小组")
    amended = office.do("assessment amend", SAMPLE_CODE, office.file("m.toml", changed), *why)
    assert "version 1 from 2026-04 on" in amended.out
    office.do("assessment score", SAMPLE_CODE)
    said = office.do("assessment show", SAMPLE_CODE).out
    for line in (
        "amendment 1: from 2026-04 on, 误写 (县考核办〔2026〕7号)",
        "closed: 2026-03, bulletin 3",
        "score record 1: not signed, sha256:",
        "missing: signatures: score record 1 has none",
        f"next: minping assessment sign {SAMPLE_CODE}",
    ):
        assert line in said


def test_an_amendment_has_its_reason_and_its_document(office: Shell) -> None:
    office.do(*LOAD)
    office.do("assessment issue", SAMPLE_CODE)
    assert office("assessment amend --reason x", SAMPLE_CODE, DEFINITION).status == 2
    why = ("--reason", "x", "--document", "y")
    assert "nothing would change" in office.refused("assessment amend", SAMPLE_CODE, DEFINITION, *why)
