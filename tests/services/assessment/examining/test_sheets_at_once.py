"""The last two hand in at once, or a server dies in between: opened once, handed in or not, never half."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from survey import create_app
from survey.config import Settings
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.services.assessment.examining.sheet_filling import SheetTaken
from survey.services.assessment.examining.year_records import records_of
from survey.services.audit import audit
from survey.storage.database import transaction
from tests.faults.killing import killed, stepped, steps

from .scored_sheets import SCORERS, hand_in, named, points, save, sheets_year, typed, year


def at_once(app: Flask, *acts: Callable[[], SheetTaken]) -> list[SheetTaken]:
    start = Barrier(len(acts))

    def run(act: Callable[[], SheetTaken]) -> SheetTaken:
        with app.app_context():
            start.wait()
            return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def kinds() -> Counter[str]:
    with transaction() as session:
        audit.verify(session)
        return Counter(one.kind.value for one in records_of(session, year(), *YearRecordKind))


@pytest.mark.parametrize("first", [0, 1])
def test_the_last_ones_hand_in_at_once(each_app: Flask, each_settings: Settings, first: int) -> None:
    sheets_year()
    named()
    keys = each_settings.keys
    for name in SCORERS[:first]:
        hand_in(keys, name)
    done = at_once(
        each_app, *[lambda name=name: hand_in(keys, name, typed("41")) for name in SCORERS[first:]]
    )
    assert sorted(one.opened for one in done) == [False] * (2 - first) + [True]
    assert kinds() == {"scorers": 1, "sheet": 3, "sheet-opened": 1}
    assert len(points()) == 18


def test_one_sheet_sent_several_times_at_once_is_in_once(each_app: Flask, each_settings: Settings) -> None:
    sheets_year()
    named()
    done = at_once(each_app, *[lambda: hand_in(each_settings.keys, "书记")] * 4)
    assert sorted(one.before for one in done) == [False, True, True, True]
    assert kinds() == {"scorers": 1, "sheet": 1}


def _hand_in_until(settings: Settings, keys: str, step: int) -> None:
    app = create_app(settings)
    with app.app_context(), stepped(step):
        hand_in(Path(keys), SCORERS[-1], typed("41"))
    os._exit(0)


@pytest.mark.slow
def test_killed_at_any_step_it_is_handed_in_or_not(each_app: Flask, each_settings: Settings) -> None:
    del each_app
    sheets_year()
    named()
    keys = each_settings.keys
    for name in SCORERS[:-1]:
        hand_in(keys, name, typed("41"))
    save(keys, SCORERS[-1], typed("4"))
    seen = 0
    for step in steps(1):
        ended = not killed(_hand_in_until, each_settings, str(keys), step)
        if ended:
            break
        seen = step
        found = kinds()
        assert (found["sheet"], found["sheet-opened"], len(points())) in ((2, 0, 0), (3, 1, 18)), step
    assert seen > 4
    assert (kinds()["sheet"], kinds()["sheet-opened"], len(points())) == (3, 1, 18)
    assert hand_in(keys, SCORERS[-1], typed("41")).before
