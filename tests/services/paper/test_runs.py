"""Runs: pages become sheets that wait, what is refused is counted once, and repeating doubles nothing."""

from typing import Any

import pytest

from survey.domain.audit.acts import Act
from survey.domain.errors import (
    NoPaper,
    NotCollecting,
    PaperKeyLost,
    RunUnderWay,
    ScansUnderWay,
    Unavailable,
    WrongKey,
    WrongState,
)
from survey.domain.paper.reading import PageFault, PageRefusal, SheetCode
from survey.domain.paper.record import SheetRefusal, UnreadPage
from survey.secrecy.paper_key import new_paper_key, paper_key_path, write_paper_key
from survey.services.audit import audit
from survey.services.campaigns import correcting, procedure
from survey.services.paper import reading, review, runs
from survey.services.paper.keys import FACT
from survey.services.paper.runs import Heard, RefusedImage
from survey.services.paper.status import sheet_numbers
from survey.storage import campaign_rows, paper_rows
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY, a_definition, running_campaign
from tests.sheets import (
    DOUBTFUL,
    MANY,
    a_file,
    a_page,
    collected,
    found,
    kept,
    scan,
    told,
    void_beside,
)
from tests.signing_in import an_account

from .dies_of_some import HOSTILE

GOOD = "excellent"


def rows(code: str) -> tuple[int, int]:
    """Return how many sheets and pictures lie in the database."""
    with transaction() as session:
        campaign = found(code)
        sheets = paper_rows.sheet_keys(session, campaign)
        crops = session.scalars(paper_rows.select(paper_rows.PaperCropRow.key)).all()
        return len(sheets), len(crops)


def test_clear_sheets_go_into_the_box(each_app: Any) -> None:
    of = collected(each_app)
    run = scan(of.code, [of.page(token, GOOD) for token in of.codes["A"][:7]])
    assert (run.images, run.refused, run.put_in.in_box, run.strips) == (7, (), 7, 0)
    assert rows(of.code) == (0, 0)
    assert told(of).as_json() == {
        "stage": "collecting",
        "images": 7,
        "refused_images": [],
        "sheets": {
            "in_box": 7,
            "ready": 0,
            "waiting": 0,
            "incomplete": 0,
            "spoiled": 0,
            "refused": {
                "already-cast": 0,
                "already-scanned": 0,
                "voided": 0,
                "unknown": 0,
                "other-campaign": 0,
                "double": 0,
            },
        },
        "strips": 0,
    }


def test_empty_backs_are_no_refused_images(app: Any) -> None:
    of = collected(app)
    backs = PageRefusal(PageFault.EMPTY)
    pages = [page for token in of.codes["A"][:6] for page in (of.page(token, GOOD), backs)]
    run = scan(of.code, pages)
    assert (run.images, run.refused, run.put_in.in_box) == (12, (), 6)


def test_fewer_than_five_stay_until_there_are_five(each_app: Any) -> None:
    of = collected(each_app)
    assert scan(of.code, [of.page(token, GOOD) for token in of.codes["A"][:4]]).put_in.in_box == 0
    assert (told(of).sheets.ready, told(of).in_box) == (4, 0)
    assert scan(of.code, [of.page(of.codes["B"][0], GOOD)]).put_in.in_box == 5
    assert (told(of).sheets.ready, told(of).in_box) == (0, 5)


def test_the_same_again_adds_nothing(each_app: Any) -> None:
    of = collected(each_app)
    doubtful = of.page(of.codes["A"][9], DOUBTFUL)
    pages = [*(of.page(token, GOOD) for token in of.codes["A"][:6]), doubtful, doubtful]
    for again in (0, 6, 6):
        run = scan(of.code, pages)
        assert run.scanned_before == again
        assert (told(of).in_box, told(of).sheets.waiting) == (6, 1)
        assert rows(of.code) == (1, len(doubtful.lines))
    assert told(of).as_json()["sheets"]["refused"]["already-scanned"] == 6
    assert told(of).found == 7


def test_a_page_missing_waits_for_it(app: Any) -> None:
    of = collected(app, ratees=MANY)
    token = of.codes["A"][0]
    first, *others = [page.page for page in of.forms["A"].pages if page.lines]
    assert others
    scan(of.code, [of.page(token, GOOD, page=page) for page in others])
    assert (told(of).sheets.incomplete, told(of).sheets.ready) == (1, 0)
    scan(of.code, [of.page(token, GOOD, page=first)])
    assert (told(of).sheets.incomplete, told(of).sheets.ready) == (0, 1)


def test_a_page_that_was_not_read_leaves_its_sheet_incomplete(app: Any) -> None:
    of = collected(app)
    token = of.codes["A"][0]
    run = scan(of.code, [of.refused(token)])
    assert run.refused == (RefusedImage(1, 1, PageFault.MARKERS),)
    assert told(of).sheets.incomplete == 1
    scan(of.code, [of.page(token, GOOD)])
    assert (told(of).sheets.incomplete, told(of).sheets.ready) == (0, 1)
    scan(of.code, [of.refused(token)])
    assert (told(of).sheets.incomplete, told(of).sheets.ready) == (0, 1)


def test_copies_that_differ_wait_for_people(app: Any) -> None:
    of = collected(app)
    sheets = [of.page(token, GOOD) for token in of.codes["A"][:5]]
    run = scan(of.code, [*sheets, of.page(of.codes["A"][4], "poor")])
    assert (run.put_in.in_box, run.sheets.waiting, run.sheets.ready) == (0, 1, 4)


def test_what_is_refused_is_counted_once(each_app: Any) -> None:
    of = collected(each_app, by_phone=1, voided=1)
    cast, voided, *_ = of.codes["A"]
    form = of.forms["A"]
    other = PageRefusal(PageFault.LAYOUT, SheetCode(False, "0" * 16, "ZZZZZZ", 1))
    nowhere = a_page(form, new_paper_key(of.code).serial_of(b"no code"), GOOD)
    specimen = a_page(form, "1" * 16, GOOD, specimen=True)
    pages = [of.page(cast, GOOD), of.page(voided, DOUBTFUL), other, nowhere, specimen]
    for _ in range(2):
        run = scan(of.code, pages[:3], pages[3:])
        assert run.refused == (
            RefusedImage(1, 3, PageFault.LAYOUT),
            RefusedImage(2, 2, PageFault.SPECIMEN),
        )
        assert told(of).sheets.refused == {
            SheetRefusal.ALREADY_CAST: 1,
            SheetRefusal.VOIDED: 1,
            SheetRefusal.OTHER_CAMPAIGN: 1,
            SheetRefusal.UNKNOWN: 1,
        }
        assert (told(of).in_box, told(of).sheets.unsettled) == (0, 0)
        assert sum(told(of).refused_images.values()) == 2
        assert rows(of.code) == (4, 0)
    assert all(sheet.digest == b"" and not sheet.pages for sheet in kept(of).values())


def test_a_forged_page_does_not_stand_in_the_way_of_the_real_one(app: Any) -> None:
    of = collected(app)
    token = of.codes["A"][0]
    forged = a_page(of.forms["B"], of.serial(token), GOOD)
    assert scan(of.code, [forged]).refused == (RefusedImage(1, 1, PageFault.LAYOUT),)
    assert told(of).sheets.refused == {SheetRefusal.OTHER_CAMPAIGN: 1}
    scan(of.code, [of.page(token, GOOD), forged])
    assert (told(of).sheets.ready, told(of).sheets.refused) == (1, {})


def test_what_was_voided_while_it_waited_hinders_nobody(app: Any) -> None:
    of = collected(app)
    token = of.codes["A"][0]
    scan(of.code, [of.page(token, DOUBTFUL)])
    void_beside(of.code, token)
    with transaction() as session:
        assert sheet_numbers(session, found(of.code), of.key).unsettled == 0
    assert scan(of.code, []).put_in.refused == 1
    assert told(of).sheets.refused == {SheetRefusal.VOIDED: 1}
    assert rows(of.code) == (1, 0)


def test_pictures_are_kept_of_what_people_must_look_at(app: Any) -> None:
    of = collected(app)
    values = {
        "c1.de": DOUBTFUL,
        "c1.neng": GOOD,
        "c2.de": GOOD,
        "c2.neng": GOOD,
        "c3.de": GOOD,
        "c3.neng": GOOD,
    }
    token = of.codes["A"][0]
    scan(of.code, [of.page(token, values)])
    [sheet] = kept(of).values()
    assert set(sheet.pages[0].crops) == {"c1.de", "c1.neng"}
    scan(of.code, [of.page(token, values | {"c1.de": GOOD})])
    assert (told(of).sheets.ready, rows(of.code)) == (1, (1, 0))


def test_strips_are_counted_by_sheets(app: Any) -> None:
    of = collected(app)
    page = of.page(of.codes["A"][0], GOOD, strip=True)
    assert scan(of.code, [page, page, of.page(of.codes["A"][1], GOOD)]).strips == 1
    assert told(of).strips == 1


def test_the_log_has_totals_by_kind_alone(app: Any) -> None:
    of = collected(app)
    scan(of.code, [of.page(token, GOOD) for token in of.codes["A"][:6]] + [of.refused(of.codes["A"][7])])
    with transaction() as session:
        said = [(entry.act, facts) for entry, facts in audit.history(session, of.code)][-2:]
    assert said == [
        ("put-in", {"number": 6, "spoiled": 0, "decided": {}, "refused": {}}),
        (
            "scan",
            {
                "images": 7,
                "refused_images": {"markers": 1},
                "strips": 0,
                "already_scanned": 0,
                "refused": {},
                "ready": 0,
                "waiting": 0,
                "incomplete": 1,
            },
        ),
    ]


def test_pages_are_stored_so_many_at_a_time(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PAGES", 3)
    of = collected(app)
    pages = [of.page(token, GOOD) for token in of.codes["A"][:8]]
    heard: list[tuple[int, bool]] = []
    seen: list[int] = []

    def images(number: int) -> None:
        seen.append(number)
        if number == 8:
            raise Unavailable("gone", "gone")

    with pytest.raises(Unavailable):
        scan(of.code, pages[:4], pages[4:], heard=Heard(images, lambda *told: heard.append(told)))
    assert seen == list(range(1, 9))
    # What was stored stays, and each file is told of once all of it is.
    assert (told(of).sheets.ready, heard) == (6, [(1, True)])
    heard.clear()
    run = scan(of.code, pages[:4], pages[4:], heard=Heard(stored=lambda *told: heard.append(told)))
    assert (run.put_in.in_box, heard) == (8, [(1, True), (2, True)])


def test_a_file_with_a_refused_image_is_not_called_whole(app: Any) -> None:
    of = collected(app)
    heard: list[tuple[int, bool]] = []
    scan(of.code, [of.refused(of.codes["A"][0])], [], heard=Heard(stored=lambda *told: heard.append(told)))
    assert heard == [(1, False), (2, True)]


def test_only_while_ballots_are_collected(app: Any) -> None:
    plain = running_campaign(app, a_definition())
    with pytest.raises(NoPaper):
        scan(plain.code)


def test_not_before_not_while_held_and_not_without_the_key(app: Any) -> None:
    running = running_campaign(app, a_definition(paper={}))
    with pytest.raises(NotCollecting):
        scan(running.code)
    with transaction(write=True) as session:
        campaign_rows.set_collecting(session, found(running.code))
    with pytest.raises(PaperKeyLost):
        scan(running.code)
    with transaction(write=True) as session:
        campaign_rows.set_held(session, found(running.code), held=True)
    with pytest.raises(WrongState):
        scan(running.code)


def test_another_key_reads_nothing(app: Any) -> None:
    of = collected(app)
    with transaction(write=True) as session:
        audit.record(session, BY, Act.PRINT_PAPER, of.code, **{FACT: of.key.name})
    scan(of.code, [of.page(of.codes["A"][0], DOUBTFUL)])
    path = paper_key_path(settings().keys, of.code)
    path.unlink()
    write_paper_key(path, new_paper_key(of.code))
    with pytest.raises(WrongKey):
        scan(of.code, [of.page(of.codes["A"][1], GOOD)])
    assert (told(of).key_lost, told(of).sheets.refused) == (True, {})


def test_a_lost_key_is_told_of(app: Any) -> None:
    of = collected(app)
    scan(of.code, [of.page(of.codes["A"][0], DOUBTFUL)])
    paper_key_path(settings().keys, of.code).unlink()
    said = told(of)
    assert (said.key_lost, said.sheets.waiting, said.stage) == (True, 0, "collecting")


def test_no_key_is_lost_where_nothing_was_printed(app: Any) -> None:
    of = collected(app)
    paper_key_path(settings().keys, of.code).unlink()
    assert not told(of).key_lost
    with transaction(write=True) as session:
        audit.record(session, BY, Act.PRINT_PAPER, of.code, **{FACT: of.key.name})
    assert told(of).key_lost


def test_a_hostile_file_costs_itself_alone(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_CHILD", "tests.services.paper.dies_of_some")
    monkeypatch.setattr(reading, "_NEEDED", ())
    of = collected(app)
    pages = [of.page(token, GOOD) for token in of.codes["A"][:6]]
    files = [lambda: a_file(*pages[:3]), lambda: HOSTILE, lambda: a_file(*pages[3:])]
    run = runs.scan(of.code, files, settings().keys, lambda: BY)
    assert run.refused == (RefusedImage(2, 1, PageFault.DAMAGED),)
    assert (run.images, run.put_in.in_box) == (7, 6)


def test_what_is_ready_waits_for_the_end_of_a_run(each_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    of = collected(each_app)
    clear = [of.page(token, GOOD) for token in of.codes["A"][:5]]
    lines = [line.field for line in clear[0].lines]
    doubtful = of.page(of.codes["A"][5], dict.fromkeys(lines, GOOD) | {lines[0]: DOUBTFUL})
    campaign = found(of.code)
    two = [an_account("organiser", name=name) for name in ("王芳", "李明")]
    monkeypatch.setattr(runs, "PAGES", 2)

    def meanwhile(images: int) -> None:
        if images != 7:
            return
        # Six sheets are stored, five of them ready, and now the sixth.
        for account in two:
            with transaction(write=True) as session:
                item = review.next_item(session, campaign, of.key, account)
                assert item is not None
                review.answer(session, of.code, of.key, item.item, account, item.offers[0], BY)
        assert (told(of).in_box, told(of).sheets.ready) == (0, 6)

    changed = of.page(of.codes["A"][0], "poor")
    run = scan(of.code, [*clear, doubtful, changed], heard=Heard(images=meanwhile))
    assert (run.scanned_before, run.sheets.waiting, run.put_in.in_box) == (0, 1, 5)


def test_one_run_at_a_time_and_no_close_meanwhile(each_app: Any) -> None:
    of = collected(each_app)
    seen: list[int] = []

    def meanwhile(images: int) -> None:
        with pytest.raises(RunUnderWay):
            scan(of.code, [of.page(of.codes["A"][1], GOOD)])
        with pytest.raises(ScansUnderWay):
            procedure.close(of.code, BY, settings().keys)
        seen.append(images)

    run = scan(of.code, [of.page(of.codes["A"][0], GOOD)], heard=Heard(images=meanwhile))
    assert (seen, run.sheets.ready) == ([1], 1)
    assert scan(of.code, [of.page(of.codes["A"][1], GOOD)]).sheets.ready == 2
    procedure.close(of.code, BY, settings().keys)


def test_a_run_that_failed_keeps_nobody_out(each_app: Any) -> None:
    of = collected(each_app)

    def fails(_images: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        scan(of.code, [of.page(of.codes["A"][0], GOOD)], heard=Heard(images=fails))
    assert scan(of.code, [of.page(of.codes["A"][0], GOOD)]).sheets.ready == 1


def test_sheets_are_read_that_were_printed_before_an_allowed_correction(app: Any) -> None:
    of = collected(app)
    armed = found(of.code).definition
    with transaction(write=True) as session:
        wanted = {"ratees.c1.name": "干部d1"}
        correcting.correct(session, of.code, wanted, armed.digest, BY, "李明")
    assert found(of.code).definition.ratees[0].name == "干部d1"
    assert scan(of.code, [of.page(token, "poor") for token in of.codes["A"][:5]]).put_in.in_box == 5


def test_a_page_that_could_not_be_read_says_where_it_is_until_a_scan_of_it_is(each_app: Any) -> None:
    of = collected(each_app)
    one, other = of.codes["A"][:2]
    unread = [of.page(other, DOUBTFUL), of.refused(one, PageFault.BENT)]
    for _time in range(2):
        scan(of.code, [PageRefusal(PageFault.CODE)], unread)
        assert kept(of)[of.serial(one)].unread == (UnreadPage(1, PageFault.BENT, 2, 2),)
        assert kept(of)[of.serial(other)].unread == ()
    assert told(of).sheets.incomplete == 1
    scan(of.code, [of.page(one, GOOD)], [of.refused(one)])
    sheet = kept(of)[of.serial(one)]
    assert (len(sheet.pages), sheet.unread) == (1, ())
