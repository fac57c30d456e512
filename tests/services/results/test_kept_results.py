"""Results that are kept are those of the count and the wording that stand, in every process."""

import random
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from survey.config import Settings
from survey.domain.definition.campaign import Definition, State
from survey.services.results import kept_results, publishing
from survey.storage import campaign_rows, count_rows
from survey.storage.database import transaction
from survey.storage.tables import CountRow
from tests.builders import a_definition
from tests.counted import counted, made_up, put

IN_ANOTHER_PROCESS = """
import sys
from survey.config import read_settings
from survey.instance import ready_app
from survey.services.results import publishing
from survey.storage.database import transaction

with ready_app(read_settings({"MINPING_INSTANCE": sys.argv[1], "MINPING_DATABASE_URL": sys.argv[2]})):
    for _ in sys.stdin:
        with transaction() as session:
            campaign, results, digest = publishing.results(session, "small")
        print(digest, campaign.definition.title, *(one.weighted for one in results.ratees), flush=True)
"""


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    kept_results.forget()
    yield
    kept_results.forget()


def said() -> str:
    """Return what this process says of the results."""
    with transaction() as session:
        campaign, results, digest = publishing.results(session, "small")
    return " ".join(map(str, (digest, campaign.definition.title, *(one.weighted for one in results.ratees))))


def another_count(definition: Definition) -> None:
    """Put another count in the place of the one that stands, as a restored backup would."""
    with transaction(write=True) as session:
        campaign = campaign_rows.find_campaign(session, "small")
        session.execute(delete(CountRow).where(CountRow.campaign_id == campaign.id))
    put(definition, made_up(definition, {}, random.Random(7)))


def another_wording() -> None:
    with transaction(write=True) as session:
        campaign = campaign_rows.find_campaign(session, "small")
        document: dict[str, Any] = campaign_rows.document_of(session, campaign)
        document["campaign"]["title"] = "改过的名称"
        campaign_rows.set_corrected(session, campaign, document, definition_digest(document))


def definition_digest(document: dict[str, Any]) -> str:
    from survey.domain.definition.reader import read_definition

    return read_definition(document).digest


def test_results_are_worked_out_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(a_definition())
    first = said()
    monkeypatch.setattr(count_rows, "find_count", lambda *_: pytest.fail("the count was read again"))
    assert said() == first


def test_another_count_or_wording_is_shown_at_once(app: Flask) -> None:
    definition = counted(a_definition())
    first = said()
    another_count(definition)
    second = said()
    assert second.split()[0] != first.split()[0]
    assert second.split()[2:] != first.split()[2:]
    another_wording()
    assert said() == second.replace(definition.title, "改过的名称")


def test_another_process_never_shows_what_it_kept_of_an_older_count(app: Flask, settings: Settings) -> None:
    definition = counted(a_definition())
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(settings.instance), settings.database_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout

        def told() -> str:
            assert other.stdin
            assert other.stdout
            print(file=other.stdin, flush=True)
            return other.stdout.readline().strip()

        assert told() == said()
        another_count(definition)
        assert told() == said()
        another_wording()
        assert told() == said()
        other.stdin.close()
    assert other.returncode == 0


def test_kept_results_do_not_grow(app: Flask) -> None:
    """Cells are worked out for each page anew, so that what was weighed once stays true."""
    counted(a_definition())
    with transaction() as session:
        kept = kept_results.results_of(session, campaign_rows.find_campaign(session, "small"))
    first, second = kept.results.cells.of(("c1", "de")), kept.results.cells.of(("c1", "de"))
    assert first == second
    assert first[0] is not second[0]
    assert kept.means("form") is kept.means("form")


def test_results_too_heavy_to_be_kept_are_shown_all_the_same(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(a_definition())
    first = said()
    kept_results.forget()
    monkeypatch.setattr(kept_results, "_BYTES_A_CHARACTER", kept_results.MAX_BYTES)
    assert said() == first
    assert len(kept_results._kept) == 0


def test_no_results_before_the_count_though_some_are_kept(app: Flask) -> None:
    counted(a_definition())
    said()
    with transaction(write=True) as session:
        campaign_rows.set_state(session, campaign_rows.find_campaign(session, "small"), State.CLOSED)
    with pytest.raises(publishing.WrongState):
        said()
