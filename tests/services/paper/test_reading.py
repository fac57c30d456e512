"""Files are read in a process beside this one, which a hostile file may end, and nothing else."""

import io
import os
import signal
from typing import Any

import pytest

from survey.domain.errors import NoPaper, PaperNotInstalled, UnknownGroup
from survey.domain.paper.reading import PageFault, PageReading, PageRefusal
from survey.services.campaigns import campaigns
from survey.services.paper import reading
from survey.services.paper.forms import forms_of, print_specimens
from survey.services.paper.reading import ScanReader
from survey.storage.database import transaction
from tests.builders import BY, example

UNIT = "组织部"


@pytest.fixture
def town(app: Any) -> Any:
    with transaction(write=True) as session:
        campaigns.load(session, example("town-annual") | {"paper": {"texts": "typed"}}, BY, UNIT)
    return found("town-annual")


def found(campaign_code: str) -> Any:
    with transaction() as session:
        return campaigns.find_campaign(session, campaign_code)


def specimens(campaign: Any, number: int = 1) -> bytes:
    out = io.BytesIO()
    print_specimens(campaign, "B", number, out)
    return out.getvalue()


def test_specimens_are_read_file_after_file(town: Any) -> None:
    with ScanReader(forms_of(town), specimens=True, crops=False) as reader:
        for _ in range(2):
            pages = list(reader.read(specimens(town)))
            assert [(page.group, page.code.page) for page in pages if isinstance(page, PageReading)] == [
                ("B", 1),
                ("B", 2),
            ]
        assert list(reader.read(b"no scan")) == [PageRefusal(PageFault.DAMAGED)]
        assert list(reader.read(specimens(town)))


def test_a_process_that_ends_loses_one_page_and_is_begun_again(town: Any) -> None:
    with ScanReader(forms_of(town), specimens=True, crops=False) as reader:
        pages = reader.read(specimens(town, 2))
        first = next(pages)
        assert isinstance(first, PageReading)
        process = reader._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        rest = list(pages)
        # What lay in the pipe already was read; one page is lost to whatever ended the process.
        assert PageRefusal(PageFault.DAMAGED) in rest
        assert len(rest) == 3


def test_a_page_that_takes_for_ever_is_given_up(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_CHILD", "tests.services.paper.never_ends")
    with ScanReader(forms_of(town), specimens=True, crops=False) as reader:
        assert next(reader.read(b"")) == PageRefusal(PageFault.DAMAGED)


def test_a_file_that_ends_every_process_is_given_up(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_CHILD", "tests.services.paper.eats_memory")
    with ScanReader(forms_of(town), specimens=True, crops=False) as reader:
        assert list(reader.read(b"")) == [PageRefusal(PageFault.DAMAGED)] * reading._GIVEN_UP


def test_pictures_of_lines_come_where_they_are_asked_for(town: Any) -> None:
    with ScanReader(forms_of(town), specimens=True, crops=True) as reader:
        page = next(reader.read(specimens(town)))
        assert isinstance(page, PageReading)
        assert set(page.crops) == {line.field for line in page.lines}
        assert page.strip


def test_without_the_libraries_it_says_how_to_get_them(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_NEEDED", ("nowhere_to_be_found",))
    with pytest.raises(PaperNotInstalled, match="pip install 'minping"):
        ScanReader(forms_of(town), specimens=True, crops=False)


def test_a_campaign_without_paper_or_group_is_refused(town: Any) -> None:
    with pytest.raises(UnknownGroup):
        forms_of(town, "X")
    with transaction(write=True) as session:
        campaigns.load(session, example("college-term"), BY, UNIT)
    with pytest.raises(NoPaper):
        forms_of(found("college-term"))
