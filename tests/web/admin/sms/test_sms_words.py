"""Every fault of a list and every outcome has its sentence, in each language, and none repeats a number."""

import pytest

from survey.documents.roster.cells import RosterFaultKind
from survey.documents.roster.row_file_faults import _SAID as FILE_FAULTS
from survey.domain.errors import BadPhoneNumber, CellFault, ChannelFault, ChannelFlaw, PhoneFlaw
from survey.domain.sms.incoming import Refused, Sent, Unknown
from survey.web.admin.sms.sms_words import (
    LIST_FAULTS,
    channel_fault,
    list_fault,
    list_place,
    number_fault,
    tried,
)
from tests.builders import ROOT

OTHERS = ("double", "missing", "taken-before", "no-heads", "formula", "not-rated")
"""Kinds of fault that are written where they are found."""


def test_every_fault_of_a_file_of_numbers_has_a_sentence() -> None:
    told = {kind.value for kind in FILE_FAULTS} | {flaw.value for flaw in PhoneFlaw}
    told -= {RosterFaultKind.MERGED}  # a list of numbers is read by line
    assert told <= set(LIST_FAULTS)
    source = (ROOT / "survey/documents/clients/client_file.py").read_text()
    source += (ROOT / "survey/domain/sms/client_list.py").read_text()
    source += (ROOT / "survey/services/sms/client_lists.py").read_text()
    for flaw in OTHERS:
        assert f'"{flaw}"' in source
        assert flaw in LIST_FAULTS


@pytest.mark.usefixtures("language")
def test_sentences_are_complete() -> None:
    for flaw in LIST_FAULTS:
        said = list_fault(CellFault("A3", "", flaw, "?", "?", {"row": 7}))
        assert said
        assert "%(" not in said
    assert "7" in list_fault(CellFault("A3", "", "double", "?", "?", {"row": 7}))
    for flaw in PhoneFlaw:
        assert number_fault(BadPhoneNumber(flaw))


FACTS = dict.fromkeys(("why", "file", "place", "table", "known", "most", "least", "command"), "?")


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("flaw", ChannelFlaw)
def test_every_fault_of_channels_has_a_sentence(flaw: ChannelFlaw) -> None:
    fault = ChannelFault("channels.office.key", flaw, FACTS)
    said = channel_fault(fault)
    assert "office" in said
    assert "key" in said
    assert "%(" not in said
    assert "{" not in fault.message.replace("{ id", "")


@pytest.mark.usefixtures("chinese")
def test_a_fault_of_channels_names_channel_and_key() -> None:
    whole = ChannelFault("channels.office.rate", ChannelFlaw.NO_WHOLE_NUMBER, {"least": 1, "most": 9})
    assert channel_fault(whole) == "通道 office 的 rate：要填 1 到 9 的整数。请改正。"
    assert channel_fault(ChannelFault("channels.Office", ChannelFlaw.BAD_NAME)).startswith("通道 Office：")
    assert channel_fault(ChannelFault("colour", ChannelFlaw.UNKNOWN_TABLE)).startswith("没有这一项")


@pytest.mark.usefixtures("chinese")
def test_places_are_as_excel_shows_them() -> None:
    assert list_place(CellFault("row 12", "", "missing", "", "")) == "第 12 行"
    assert list_place(CellFault("C12", "", "missing", "", "")) == "C12"
    assert list_place(CellFault("名单.csv", "", "empty", "", "")) == "名单.csv"


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Sent("1"), "good"),
        (Refused("busy", later=True), "warn"),
        (Refused("no credit"), "bad"),
        (Unknown("no answer"), "warn"),
    ],
)
def test_each_outcome_is_told(outcome: Sent | Refused | Unknown, kind: str) -> None:
    assert tried(outcome)[0] == kind


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("written", ["+8613800001111", "13800001111", "138 0000 1111", "86-138-0000-1111"])
def test_a_number_in_the_words_of_a_provider_is_not_repeated(written: str) -> None:
    _kind, said = tried(Refused(f"isv.BLACK_LIST {written} is blocked (code 4012)"))
    assert not {"1111", "0000"} & set(said.replace("-", " ").split())
    assert "isv.BLACK_LIST" in said
    assert "4012" in said
