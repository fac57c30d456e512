"""The key of an assessment: missed by name where records lie under it, and never replaced by another one."""

from pathlib import Path

import pytest
from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, NotesGone
from survey.secrecy.assessment_key import assessment_key_path, destroy_assessment_key, read_assessment_key
from survey.services.assessment import assessments
from survey.services.assessment.examining import sealing, talk_notes
from survey.services.operations import backup
from survey.storage.assessment import assessment_rows
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR, examining

from . import scored_sheets


def path() -> Path:
    return assessment_key_path(settings().keys, YEAR)


def missing() -> list[Path]:
    with transaction() as session:
        return backup.missing_keys(session, settings().keys)


def write(said: str = "谈话") -> None:
    with transaction(write=True) as session:
        talk_notes.write_notes(session, settings().keys, YEAR, "t1", said, BY, after=0)


def test_the_first_notes_make_the_key_and_later_ones_take_it(each_app: Flask) -> None:
    examining()
    assert not path().exists()
    assert missing() == []
    write()
    made = read_assessment_key(settings().keys, YEAR)
    assert path().stat().st_mode & 0o777 == 0o600
    write("另一次")
    assert read_assessment_key(settings().keys, YEAR) == made
    assert missing() == []


def test_a_lost_key_is_named_until_its_copy_is_back(each_app: Flask) -> None:
    examining()
    write()
    copied = path().read_bytes()
    destroy_assessment_key(settings().keys, YEAR)
    assert missing() == [path()]
    with pytest.raises(NotesGone), transaction(write=True) as session:
        sealing.sealing_key(session, settings().keys, assessments.locked_assessment(session, YEAR))
    assert not path().exists()
    path().write_bytes(copied)
    assert missing() == []
    write("接着写")


def test_a_lost_key_under_which_nothing_lies_any_more_is_made_anew(app: Flask) -> None:
    """Whether talks or sheets were sealed first: one rule says when another key may be made."""
    keys = settings().keys
    scored_sheets.sheets_year()
    scored_sheets.named()
    for name in scored_sheets.SCORERS:
        scored_sheets.save(keys, name, {"t1.w": "5"})
    scored_sheets.lose_key(keys)
    year = scored_sheets.year()
    with pytest.raises(NotesGone), transaction(write=True) as session:
        talk_notes.write_notes(session, keys, year.code, "t1", "谈话", BY, after=0)
    for name in scored_sheets.SCORERS:
        scored_sheets.take_off(name)
    with transaction(write=True) as session:
        assert talk_notes.write_notes(session, keys, year.code, "t1", "谈话", BY, after=0) == 1


def state(reason: str = "硬盘坏了，抄存的也找不到") -> None:
    with transaction(write=True) as session:
        sealing.state_lost(session, settings().keys, YEAR, {"reason": reason}, BY)


def test_a_key_that_is_there_is_never_stated_lost(each_app: Flask) -> None:
    examining()
    with pytest.raises(ChangedMeanwhile):  # none was made
        state()
    write()
    held = path().read_bytes()
    with pytest.raises(ChangedMeanwhile):
        state()
    path().write_bytes(b"another's")
    with pytest.raises(ChangedMeanwhile):  # it cannot be read, but whose it is nobody knows
        state()
    assert path().read_bytes() == b"another's"
    path().write_bytes(held)
    write("接着写")


def test_once_it_is_stated_lost_notes_are_written_under_another_key(each_app: Flask) -> None:
    examining()
    write()
    destroy_assessment_key(settings().keys, YEAR)
    with pytest.raises(BadYearRecord):
        state(" ")
    state()
    with pytest.raises(ChangedMeanwhile):  # once is enough
        state()
    assert missing() == []
    assert not path().exists()
    write("另一次")
    key = read_assessment_key(settings().keys, YEAR)
    with transaction() as session:
        year = assessments.current(session, YEAR)
        first, second = talk_notes.all_notes(session, year)
        [stated] = sealing.statements_of_loss(session, year)
    assert stated.content == {"reason": "硬盘坏了，抄存的也找不到", "notes": 1, "sheets": 0}
    assert talk_notes._opened(key, second) == "另一次"
    with pytest.raises(NotesGone):
        talk_notes._opened(key, first)
    destroy_assessment_key(settings().keys, YEAR)
    assert missing() == [path()]


def test_a_correction_of_notes_that_are_gone_makes_no_key(each_app: Flask) -> None:
    """A tab from before the loss: what it corrects cannot be opened, so nothing is sealed."""
    examining()
    write()
    destroy_assessment_key(settings().keys, YEAR)
    state()
    with pytest.raises(NotesGone), transaction(write=True) as session:
        talk_notes.correct_notes(session, settings().keys, YEAR, "t1", 1, "改过的", BY, version=1)
    assert not path().exists()


def test_a_sheet_with_nothing_new_makes_no_key(app: Flask) -> None:
    keys = settings().keys
    scored_sheets.sheets_year()
    scored_sheets.named()
    made = assessment_key_path(keys, scored_sheets.CODE)
    assert not scored_sheets.save(keys, "书记", {"t1.w": " "})
    assert not made.exists()
    assert scored_sheets.save(keys, "书记", {"t1.w": "5"})
    assert not scored_sheets.save(keys, "书记", {"t1.w": "5"})
    scored_sheets.lose_key(keys)
    with transaction(write=True) as session:
        sealing.state_lost(session, keys, scored_sheets.CODE, {"reason": "找不到了"}, BY)
    assert not scored_sheets.save(keys, "书记", {})
    assert not made.exists()


def test_notes_of_a_key_stated_lost_open_again_with_its_file(each_app: Flask) -> None:
    """A statement destroys nothing: what was thought lost may be found."""
    examining()
    write()
    held = path().read_bytes()
    destroy_assessment_key(settings().keys, YEAR)
    state()
    path().write_bytes(held)
    write("另一次")
    key = read_assessment_key(settings().keys, YEAR)
    with transaction() as session:
        notes = talk_notes.all_notes(session, assessments.current(session, YEAR))
    assert [talk_notes._opened(key, one) for one in notes] == ["谈话", "另一次"]


def test_sheets_of_a_key_stated_lost_are_to_be_filled_in_anew(app: Flask) -> None:
    keys = settings().keys
    scored_sheets.sheets_year()
    scored_sheets.named()
    for name in scored_sheets.SCORERS[:2]:
        scored_sheets.hand_in(keys, name)
    scored_sheets.lose_key(keys)
    with transaction(write=True) as session:
        sealing.state_lost(session, keys, scored_sheets.CODE, {"reason": "找不到了"}, BY)
    first, second, third = scored_sheets.progress().scorers
    assert [one.returned and one.returned.content["reason"] for one in (first, second)] == ["找不到了"] * 2
    assert (third.returned, scored_sheets.progress().handed_in) == (None, [])
    assert scored_sheets.own(keys, "书记") == {}
    for name in scored_sheets.SCORERS:
        done = scored_sheets.hand_in(keys, name)
    assert done.opened
    assert len(scored_sheets.points()) == 18


def test_a_sheet_that_was_opened_stays_as_it_is(app: Flask) -> None:
    keys = settings().keys
    scored_sheets.sheets_year()
    scored_sheets.named()
    for name in scored_sheets.SCORERS:
        scored_sheets.hand_in(keys, name)
    with transaction(write=True) as session:
        talk_notes.write_notes(session, keys, scored_sheets.CODE, "t1", "谈话", BY, after=0)
    scored_sheets.lose_key(keys)
    with transaction(write=True) as session:
        stated = sealing.state_lost(session, keys, scored_sheets.CODE, {"reason": "找不到了"}, BY)
    assert stated.content["sheets"] == 0
    assert len(scored_sheets.progress().handed_in) == 3


def test_a_closed_year_misses_no_key(app: Flask) -> None:
    examining()
    write()
    destroy_assessment_key(settings().keys, YEAR)
    with transaction(write=True) as session:
        assessment_rows.set_stage(session, assessments.current(session, YEAR), Stage.CLOSED)
    assert missing() == []


def test_notes_of_one_place_do_not_open_at_another(app: Flask) -> None:
    """Somebody who writes to the database cannot pass notes of one unit off as another's."""
    examining()
    write()
    with transaction() as session:
        [found] = talk_notes.all_notes(session, assessments.current(session, YEAR))
    key = read_assessment_key(settings().keys, YEAR)
    assert talk_notes._opened(key, found) == "谈话"
    moved = talk_notes.SealedNotes("t2", found.number, found.version, found.first, found.record)
    with pytest.raises(NotesGone):
        talk_notes._opened(key, moved)
