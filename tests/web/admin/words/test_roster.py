"""Every fault of a roster in words."""

import re

import pytest
from flask import Flask

from survey.documents.roster.cells import RosterFault, RosterFaultKind
from survey.documents.roster.reader import read_roster
from survey.web.admin.words.roster import SENTENCES, place, sentence
from tests.documents.rosters import GROUPS, SECTIONS, thirty_faults


def test_every_kind_has_its_sentence(app: Flask) -> None:
    assert set(SENTENCES) == set(RosterFaultKind)
    with app.test_request_context("/"):
        texts = [str(text) for text in SENTENCES.values()]
    assert len(set(texts)) == len(texts)
    assert all(text.endswith("。") for text in texts)


def test_the_thirty_faults_in_words(app: Flask) -> None:
    data, _ = thirty_faults()
    with app.test_request_context("/"):
        told = [(place(f), sentence(f)) for f in read_roster(data, "名册.xlsx", SECTIONS, GROUPS).faults]
    assert not any("%(" in text for _, text in told)
    assert all(re.fullmatch(r"“\S+”( 第 \d+ 行)?( [A-Z]+ 列)?", at) for at, _ in told)
    assert ("“名册” 第 6 行 A 列", "这一格是公式（现在显示“赵四”）。请复制后“选择性粘贴—数值”。") in told
    assert ("“名册” 第 9 行 E 列", f"没有“d”这个票种。可以填：{'、'.join(GROUPS.values())}。") in told


@pytest.mark.parametrize("kind", list(RosterFaultKind))
def test_a_fault_of_the_whole_file(app: Flask, kind: RosterFaultKind) -> None:
    with app.test_request_context("/"):
        assert place(RosterFault(kind)) == "整个文件"
