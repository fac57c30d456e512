"""Stages and what is missing, in words: by name and number."""

import pytest

from survey.domain.assessment.facts import Stage
from survey.services.assessment.overview import MissingKind, MissingThing
from survey.web.admin.assessment.stage_words import (
    NEXT_STEPS,
    STAGES,
    missing_words,
    next_page,
    next_words,
    phases,
)
from tests.domain.assessment.small import an_assessment, an_indicator
from tests.web.spoken import is_said

YEAR = an_assessment(an_indicator("i"), units=12)
THINGS = {
    MissingKind.TARGETS: MissingThing(MissingKind.TARGETS),
    MissingKind.NUMBERS: MissingThing(MissingKind.NUMBERS, "2026-05", (("u1", "i"), ("u2", "gone"))),
    MissingKind.COUNT: MissingThing(MissingKind.COUNT, "targets", (("qy-leaders",),)),
    MissingKind.RECORD: MissingThing(MissingKind.RECORD, "1", (("points came",),)),
    MissingKind.SIGNATURES: MissingThing(MissingKind.SIGNATURES, "2"),
    MissingKind.STEP: MissingThing(MissingKind.STEP, "talks", (("u1",), ("u2",))),
    MissingKind.BANDS: MissingThing(MissingKind.BANDS, names=tuple((f"u{place}",) for place in range(1, 13))),
}


@pytest.mark.parametrize("kind", MissingKind)
def test_what_is_missing_is_said(language: str, kind: MissingKind) -> None:
    assert is_said(missing_words(YEAR, THINGS[kind]), language, ["任务"])


def test_by_name_and_number(chinese: None) -> None:
    assert missing_words(YEAR, THINGS[MissingKind.NUMBERS]) == (
        "2026-05 还有 2 个数没有审核通过：u1 i、u2 gone。"
    )
    assert missing_words(YEAR, THINGS[MissingKind.BANDS]) == (
        "还有 12 个单位没有定等次：u1、u2、u3、u4、u5、u6、u7、u8 等。"
    )
    assert "qy-leaders" in missing_words(YEAR, THINGS[MissingKind.COUNT])


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_lies_in_one_phase(chinese: None, stage: Stage) -> None:
    shown = phases(stage)
    assert [one.word for one in shown] == ["准备阶段", "实施阶段", "结果评定阶段"]
    assert [one.place for one in shown].count("now") == 1
    now = [one.place for one in shown].index("now")
    assert [one.place for one in shown] == ["done"] * now + ["now"] + [""] * (2 - now)
    assert shown[now].stages == str(STAGES[stage])
    assert set(NEXT_STEPS) == set(STAGES) == set(Stage)


@pytest.mark.parametrize(
    ("stage", "missing", "said", "page"),
    [
        (Stage.EXAMINING, (), "查访核验，然后计分", "admin.year_end_steps"),
        (
            Stage.SCORED,
            (MissingKind.SIGNATURES, MissingKind.BANDS),
            "请两人给计分结果签字",
            "admin.score_records_page",
        ),
        (Stage.SCORED, (MissingKind.BANDS,), "报委员会定等次，记录会议决定", "admin.deciding_page"),
        (Stage.SCORED, (MissingKind.RECORD, MissingKind.SIGNATURES), "重新计分", "admin.scoring_page"),
        (Stage.DECIDED, (MissingKind.RECORD,), "重新计分", "admin.scoring_page"),
        (Stage.DECIDED, (), "公布结果，发反馈意见", "admin.letters"),
        (Stage.CLOSED, (MissingKind.RECORD,), "已全部办完", ""),
    ],
)
def test_the_next_step_is_what_is_lacking_first(
    chinese: None, stage: Stage, missing: tuple[MissingKind, ...], said: str, page: str
) -> None:
    things = [THINGS[kind] for kind in missing]
    assert (next_words(stage, things), next_page(stage, things)) == (said, page)
