"""The turnout of a campaign with very many codes is not counted anew for every page."""

from collections.abc import Iterator

import pytest
from flask import Flask

from survey.services.campaigns.campaigns import find_campaign
from survey.services.voting import turnout
from survey.storage import token_rows
from survey.storage.database import transaction
from tests.builders import a_definition, cast, close, count, running_campaign
from tests.office import Office


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    turnout._kept.clear()


class Clock:
    """Counting takes a second of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.counts = 0
        count = token_rows.turnout

        def counting(*given: object) -> object:
            self.now += 1
            self.counts += 1
            return count(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(token_rows, "turnout", counting)
        monkeypatch.setattr("survey.services.voting.turnout.time.monotonic", lambda: self.now)


def returned() -> int | None:
    with transaction() as session:
        return turnout.shown_turnout(session, find_campaign(session, "small")).total.returned


def test_a_large_turnout_is_counted_once_in_twenty_times_as_long(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = running_campaign(app, a_definition(groups=["A"]), 30).codes["A"]
    clock = Clock(monkeypatch)
    monkeypatch.setattr(turnout, "LARGE", 30)
    assert (returned(), clock.counts) == (0, 1)
    for code in codes[:10]:
        cast(app, code, {"c1.de": "excellent"})
    clock.now += 19
    assert (returned(), clock.counts) == (0, 1)
    clock.now += 1
    assert (returned(), clock.counts) == (10, 2)
    for code in codes[10:12]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    assert returned() == 12  # exact as soon as voting is over


def test_a_small_one_is_counted_every_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = running_campaign(app, a_definition(groups=["A"]), 30).codes["A"]
    clock = Clock(monkeypatch)
    assert (returned(), clock.counts) == (0, 1)
    for code in codes[:5]:
        cast(app, code, {"c1.de": "excellent"})
    assert (returned(), clock.counts) == (5, 2)


def test_a_counted_one_is_not_counted_any_more(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = running_campaign(app, a_definition(groups=["A"]), 30).codes["A"]
    for code in codes[:7]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    count(app, "small")
    clock = Clock(monkeypatch)
    assert (returned(), clock.counts) == (7, 0)


def test_the_campaign_page_counts_the_codes_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = running_campaign(app, a_definition(groups=["A"]), 30).codes["A"]
    office, clock = Office(app), Clock(monkeypatch)
    monkeypatch.setattr(turnout, "LARGE", 30)
    for counts in (1, 1):
        office.get("/admin/c/small")
        assert clock.counts == counts
    for code in codes[:7]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    clock.counts = 0
    for _ in range(2):
        office.get("/admin/c/small")
    assert clock.counts == 1
