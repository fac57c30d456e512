"""The stages of an assessment: what fits which of them, and what comes next."""

from collections.abc import Mapping

from survey.domain.errors import WrongStage

from .facts import Stage

NEXT_STEP: Mapping[Stage, str] = {
    Stage.DRAFT: "minping assessment issue {}",
    Stage.ISSUED: "minping assessment take {} FILE",
    Stage.RUNNING: "minping assessment close {} PERIOD",
    Stage.EXAMINING: "minping assessment score {}",
    Stage.SCORED: "minping assessment sign {}, then minping assessment decide {}",
    Stage.DECIDED: "minping assessment publish {}",
}
"""The command that leads on from each stage, with a place for the code; nothing follows the last one."""


def next_step(assessment_code: str, stage: Stage) -> str:
    """Return the command that leads an assessment on; empty for one that is closed."""
    return NEXT_STEP.get(stage, "").replace("{}", assessment_code)


def require_stage(assessment_code: str, stage: Stage, *allowed: Stage, to: str) -> None:
    """Refuse what does not fit a stage.

    ``to`` is the act, as in "cannot close 2026-05 of …". Raises ``WrongStage`` with one line that names the
    stage and the command that comes next.
    """
    if stage in allowed:
        return
    step = next_step(assessment_code, stage)
    ahead = f"next: {step}" if step else "nothing follows"
    stands = "a draft" if stage is Stage.DRAFT else stage
    raise WrongStage(f"cannot {to} {assessment_code}: it is {stands}; {ahead}")
