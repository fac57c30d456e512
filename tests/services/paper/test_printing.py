"""Ballots for a list of codes: which are printed, in which order, with which serials; what is refused."""

import io
import subprocess
import sys
from typing import Any

import numpy as np
import pypdfium2
import pytest
from flask import Flask

from survey.domain.audit.acts import Act
from survey.domain.audit.corrections import WordingChange, corrected
from survey.domain.definition import canonical
from survey.domain.errors import BadCorrection, MinpingError, NoPaper, UnknownGroup, WrongState
from survey.domain.paper.reading import SheetCode
from survey.services.audit.audit import history
from survey.services.campaigns import campaigns, correcting
from survey.services.paper import printing
from survey.services.paper.forms import forms_of
from survey.services.paper.printing import LeftOut
from survey.services.voting import tokens
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests.builders import BY, a_definition, armed_campaign, cast, example, issue, open_campaign
from tests.documents.pdf.test_paper_ballots import PIXELS, codes_in, require_boxes

from .printed import URL, armed, begun, campaign, listed, noted, printed, serial


def pictures_of(content: bytes) -> list[Any]:
    with pypdfium2.PdfDocument(io.BytesIO(content)) as pdf:
        return [page.render(scale=PIXELS * 25.4 / 72, grayscale=True).to_numpy().squeeze() for page in pdf]


def texts_of(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(io.BytesIO(content)) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def test_a_printed_ballot_stands_where_the_layout_says(app: Flask) -> None:
    """As a scanner sees it: boxes, the serial of its code twice a page, the address on the strip."""
    definition = armed_campaign(app, example("town-annual") | {"paper": {"texts": "typed"}})
    codes = issue(app, "town-annual", {"A": 1, "B": 1})
    with transaction(write=True) as session:
        made = printing.begin(session, vault(), settings().keys, "town-annual", listed(codes))
    out = io.BytesIO()
    printing.write(made, vault(), URL, out)
    pictures = iter(pictures_of(out.getvalue()))
    for group in ("A", "B"):
        [form] = forms_of(made.campaign, group)
        [token] = codes[group]
        for page in form.pages:
            picture = next(pictures)
            require_boxes(picture, page)
            own = str(SheetCode(False, serial(made, token), form.layout, page.page))
            assert codes_in(picture) == [own, own, *([f"{URL}/v#{token}"] if page.page == 1 else [])]
    assert next(pictures, None) is None
    said = texts_of(out.getvalue())
    assert codes["A"][0] in said[0]
    assert not any(serial(made, token) in text for text in said for token in (codes["A"][0], codes["B"][0]))
    assert definition.title.replace(" ", "") in said[0].replace("\r\n", "").replace(" ", "")


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_without_a_strip_there_is_no_code_for_a_phone(app: Flask, size: str) -> None:
    codes = armed(app, paper={"strip": False, "size": size})
    _, content = printed(listed(codes)[:1])
    assert codes["A"][0] not in "".join(texts_of(content))
    first, *_ = pictures_of(content)
    assert len(codes_in(first)) == 2
    assert not any(text.startswith("http") for text in codes_in(first))


def test_a_ballot_of_one_page_has_an_empty_back(app: Flask) -> None:
    codes = armed(app)
    _, content = printed(listed(codes))
    pictures = pictures_of(content)
    assert len(pictures) == 10
    assert [bool(np.any(picture < 250)) for picture in pictures] == [True, False] * 5


def test_groups_come_one_after_the_other_in_the_order_of_the_list(each_app: Flask) -> None:
    codes = armed(each_app)
    (a1, a2, a3), (b1, b2) = codes["A"], codes["B"]
    # What the list says of groups does not matter, and typing neither.
    rows = [("A", b2), ("B", a3), ("", a1.lower()), ("B", f"{URL}/v#{b1}"), ("X", a2.replace("-", " "))]
    made = begun(rows)
    assert list(made.ballots) == [("A", a3), ("A", a1), ("A", a2), ("B", b2), ("B", b1)]
    assert made.numbers == {"A": 3, "B": 2}
    assert not made.left_out
    assert begun(rows, "B").ballots == (("B", b2), ("B", b1))
    assert a1 not in repr(made)


def test_what_is_not_printed_is_named(each_app: Flask) -> None:
    codes = armed(each_app)
    (spent, voided, a3), (b1, b2) = codes["A"], codes["B"]
    armed_campaign(each_app, a_definition(campaign={"code": "o", "title": "o", "organiser": "o"}))
    [other] = issue(each_app, "o", {"A": 1})["A"]
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
        tokens.void(session, vault(), "small", [voided], BY)
    cast(each_app, spent, {})
    rows = [("A", one) for one in (a3, spent, voided, other, "张三", b1, a3, voided, b2)]
    made = begun(rows)
    assert made.ballots == (("A", a3), ("B", b1), ("B", b2))
    assert made.left_out == LeftOut((spent,), (voided,), (a3,), (5, 6))
    with pytest.raises(MinpingError, match="1 are spent, 1 voided, 1 of no campaign") as refused:
        begun([("A", spent), ("A", voided), ("A", other)])
    assert spent not in str(refused.value)
    with pytest.raises(MinpingError, match="none of group B"):
        begun([("B", a3)], "B")
    with pytest.raises(MinpingError, match="no code of the list"):
        begun([])
    with pytest.raises(UnknownGroup):
        begun(rows, "X")


def test_what_was_printed_is_noted_by_group_with_the_key_s_name(each_app: Flask) -> None:
    codes = armed(each_app)
    made = begun(listed(codes))
    assert made.before == 0
    check = noted(made)
    with transaction() as session:
        *_, (entry, facts) = history(session, "small")
        assert printing.printed_before(session, "small") == {"A": 3, "B": 2}
    assert (entry.act, facts) == (
        Act.PRINT_PAPER,
        {"groups": {"A": 3, "B": 2}, "paper_key": made.key.name},
    )
    assert len(check) == 14
    assert printing.is_noted(made, check)
    assert not printing.is_noted(made, "0000-0000-0000")
    assert begun(listed(codes), "B").before == 5


def test_ballots_are_printed_from_arming_to_collecting(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(paper={}), BY)
    with pytest.raises(WrongState, match="is draft"):
        begun([])
    codes = open_campaign(app, a_definition(paper={}))
    made = begun(listed(codes))
    for change in (campaign_rows.set_collecting, lambda *given: campaign_rows.set_held(*given, held=True)):
        with transaction(write=True) as session:
            change(session, campaign())
        with pytest.raises(WrongState, match="cannot print ballots"):
            begun(listed(codes))
        with pytest.raises(WrongState, match="cannot print ballots"):
            noted(made)


def test_a_campaign_without_paper(app: Flask) -> None:
    armed_campaign(app, a_definition())
    with pytest.raises(NoPaper):
        begun([])


def test_a_trial_says_so(app: Flask) -> None:
    from sqlalchemy import update

    from survey.storage.tables import CampaignRow

    codes = armed(app)
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).values(trial_of="other"))
    _, content = printed(listed(codes)[:1])
    assert "试投" in texts_of(content)[0]


def test_a_frozen_text_that_the_font_lacks_has_a_sign_in_its_place(app: Flask) -> None:
    data = a_definition(paper={})
    data["ratees"][0]["name"] = "王\U0002b7f5"
    armed_campaign(app, data)
    codes = issue(app, "small", {"A": 1, "B": 1})
    _, content = printed(listed(codes))
    assert "王〓" in texts_of(content)[0]


def test_progress_is_told_and_may_end_it(app: Flask) -> None:
    codes = armed(app)
    done: list[int] = []
    made = begun(listed(codes))
    printing.write(made, vault(), URL, io.BytesIO(), done.append)
    assert done == [1, 2, 3, 4, 5]


def test_pages_go_into_the_file_as_they_come(app: Flask) -> None:
    codes = armed(app)
    made, out, places = begun(listed(codes)), io.BytesIO(), []
    printing.write(made, vault(), URL, out, lambda _: places.append(out.tell()))
    assert len(places) == 5
    assert places == sorted(set(places))


def test_it_loads_nothing_that_only_reading_needs() -> None:
    code = (
        "import sys, survey.services.paper.printing, survey.services.paper.print_jobs; "
        "import survey.documents.pdf.paper_ballots; print(*sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # The others are parts of Minping itself, or of what sets type.
    assert not {"cv2", "pypdfium2"} & set(said.stdout.split())


LONGER = {"ratees.c1.name": "一个长得一行放不下的名字" * 4}
ALIKE = {"ratees.c1.name": "干部d1"}


def correct(wanted: dict[str, str]) -> None:
    definition = campaign().definition
    with transaction(write=True) as session:
        shown = definition.wording or definition.digest
        correcting.correct(session, "small", wanted, shown, BY, "李明")


def layouts() -> list[str]:
    return [form.layout for form in forms_of(campaign())]


def test_a_correction_that_would_move_the_boxes_of_printed_ballots_is_refused(app: Flask) -> None:
    codes = armed(app)
    before = layouts()
    printed(listed(codes)[:1])
    with pytest.raises(BadCorrection, match="paper ballots were printed") as refused:
        correct(ALIKE | LONGER | {"campaign.organiser": "考核二组"})
    assert (refused.value.why, refused.value.path) == ("printed", "ratees.c1.name")
    assert campaign().definition.changes == ()
    correct(ALIKE)
    assert layouts() == before
    with pytest.raises(BadCorrection):
        correct(LONGER)


def test_before_ballots_are_printed_every_text_can_be_corrected(app: Flask) -> None:
    codes = armed(app)
    before = layouts()
    correct(LONGER)
    assert layouts() != before
    printed(listed(codes))


def test_ballots_made_while_a_correction_moved_their_boxes_are_not_handed_out(app: Flask) -> None:
    codes = armed(app)
    alike, unlike = begun(listed(codes)), begun(listed(codes))
    correct(ALIKE)
    noted(alike)
    assert begun(listed(codes)).before == 5
    with transaction(write=True) as session:
        campaign_rows.set_corrected(session, campaign(), *_longer(session))
    with pytest.raises(WrongState, match="print again"):
        noted(unlike)


def _longer(session: Any) -> tuple[dict[str, Any], str]:
    document = campaign_rows.document_of(session, campaign())
    change = WordingChange("ratees.c1.name", "干部d1", LONGER["ratees.c1.name"])
    made = corrected(document, [change])
    return made, canonical.digest(made)
