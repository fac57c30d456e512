"""Definition files of assessments, and files that are none."""

from pathlib import Path

import pytest

from survey.documents.assessment.assessment_file import read_assessment_file
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.errors import BadFile, Flaw, InvalidDefinition
from tests.sample_year import SAMPLE


def refused(path: Path) -> list[tuple[str, Flaw]]:
    with pytest.raises(InvalidDefinition) as caught:
        read_assessment_file(path)
    return [(fault.path, fault.flaw) for fault in caught.value.faults]


def test_the_sample_is_read_as_it_stands() -> None:
    assert read_assessment(read_assessment_file(SAMPLE / "assessment.toml")).code == "qingyuan-2026"


def test_a_campaign_is_named_as_such() -> None:
    with pytest.raises(InvalidDefinition, match="kind: this is a campaign's definition"):
        read_assessment_file(SAMPLE / "campaigns" / "qy-leaders.toml")


def test_what_is_no_file_or_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        read_assessment_file(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[assessment")
    assert refused(broken) == [("", Flaw.NO_TOML)]


def test_signs_that_nobody_sees_are_named_with_all_other_faults(tmp_path: Path) -> None:
    text = (SAMPLE / "assessment.toml").read_text("utf-8")
    hidden = tmp_path / "hidden.toml"
    hidden.write_text(text.replace("城关镇", "城\u200b关镇").replace("year = 2026", "year = 26"), "utf-8")
    assert refused(hidden) == [
        ("units[0].label", Flaw.CONTROL_CHARACTER),
        ("assessment.year", Flaw.TOO_SMALL),
    ]
