"""Stages: an act that does not fit is refused in one line that says what comes next."""

import pytest

from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import next_step, require_stage
from survey.domain.errors import WrongStage


def test_what_fits_passes() -> None:
    require_stage("qy", Stage.ISSUED, Stage.ISSUED, Stage.RUNNING, to="take numbers of")


def test_what_does_not_fit_is_told_the_stage_and_the_next_command() -> None:
    with pytest.raises(WrongStage) as refused:
        require_stage("qy", Stage.DRAFT, Stage.ISSUED, to="take numbers of")
    assert str(refused.value) == "cannot take numbers of qy: it is a draft; next: minping assessment issue qy"


def test_nothing_follows_the_last_stage() -> None:
    with pytest.raises(WrongStage, match="it is closed; nothing follows"):
        require_stage("qy", Stage.CLOSED, Stage.DRAFT, to="issue")


def test_every_other_stage_has_a_next_command() -> None:
    for stage in Stage:
        step = next_step("qy", stage)
        assert (stage is Stage.CLOSED) == (not step)
        assert "{}" not in step
