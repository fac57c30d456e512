"""Every reason that reading gives has its sentence, and every stage its next step."""

from dataclasses import replace

import pytest
from flask import Flask

from survey.domain.definition.campaign import Campaign, Publication, State
from survey.domain.operations.job import JobState
from survey.domain.paper.reading import Doubt, LineState, PageFault
from survey.domain.paper.record import SheetRefusal
from survey.services.paper.status import PaperStatus, SheetNumbers
from survey.web.admin.words import paper
from tests.builders import built

STATUS = PaperStatus("open", 0, 0, SheetNumbers())


def campaign(state: State, *, collecting: bool = False) -> Campaign:
    definition = built(paper={"size": "A4"})
    no = False
    return Campaign(1, definition, state, None, None, no, no, no, Publication.NONE, collecting=collecting)


def test_there_is_a_word_for_everything() -> None:
    assert set(paper.FAULTS) == set(PageFault)
    assert set(paper.DOUBTS) == set(Doubt)
    assert set(paper.LINE_STATES) == set(LineState)
    assert set(paper.REFUSALS) == set(SheetRefusal)
    assert set(paper._JOB_STATES) == set(JobState)


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (STATUS, "开箱，清点"),
        (replace(STATUS, key_lost=True), "找回纸票钥匙"),
        (replace(STATUS, urn=5), "扫描，上传"),
        (replace(STATUS, urn=5, images=5, sheets=SheetNumbers(4, 1)), "两人认定"),
        (replace(STATUS, urn=5, images=4, in_box=4), "查清张数"),
        (replace(STATUS, urn=3, images=4, in_box=4), "查清张数"),
        (replace(STATUS, urn=5, images=5, in_box=5), "结束投票"),
        (replace(STATUS, urn=0), "结束投票"),
        (replace(STATUS, urn=0, in_box=1), "查清张数"),
    ],
)
def test_the_next_step_while_collecting(app: Flask, status: PaperStatus, title: str) -> None:
    with app.test_request_context():
        assert paper.next_step(campaign(State.OPEN, collecting=True), status).title == title


def test_the_next_step_before_and_after(app: Flask) -> None:
    with app.test_request_context():
        titles = [paper.next_step(campaign(state), STATUS).title for state in State]
        places = [[stage.place for stage in paper.stages(campaign(state), STATUS)] for state in State]
        held = replace(campaign(State.OPEN), held=True)
        assert paper.next_step(held, STATUS).place == "admin.collect_paper"
    assert titles[:3] == ["先试打印机和扫描仪", "打印纸票", "发票，收票"]
    assert set(titles[3:]) == {"收尾"}
    assert [place.count("now") for place in places] == [1, 1, 1, *[0] * (len(State) - 3)]
