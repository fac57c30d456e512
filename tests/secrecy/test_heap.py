"""PostgreSQL's data files hold no row of before the shake, not even in the unused part of a page.

``VACUUM`` only marks the room of dead rows as free: their bytes stay, and with them the transaction ids that
join code and sealed ballot. Its write-ahead log is beyond reach; its tables are not.
"""

import re
from contextlib import closing
from pathlib import Path
from threading import Timer

import psycopg

from survey.config import Settings
from survey.domain.errors import MinpingError
from survey.services.campaigns import procedure
from tests.builders import BY
from tests.conftest import settings_on
from tests.postgres import Postgres

from . import polls as making
from .polls import Poll, quick_app
from .postgres_disk import heap_file, toast_name

VOTERS = 200
_TO_TOKEN = 24 + 1
_TO_LARGE = 24 + 4 + 4 + 4
"""How far before a digest, or before the first piece of a large value, its row begins: with its xmin."""


def _xmins(heap: bytes, mark: bytes, before: int) -> set[int]:
    starts = [found.start() - before for found in re.finditer(re.escape(mark), heap)]
    return {int.from_bytes(heap[start : start + 4], "little") for start in starts if start >= 0}


def _linked(settings: Settings, server: Postgres, poll: Poll) -> int:
    """Count the voters whose code and sealed ballot share a transaction of their own in the files."""
    url = settings.database_url.replace("+psycopg", "")
    codes = heap_file(url, server.data, "tokens")
    ballots = heap_file(url, server.data, toast_name(url))
    own = [
        _xmins(codes, voter.digest, _TO_TOKEN) & _xmins(ballots, voter.sealed[:40], _TO_LARGE)
        for voter in poll.voters
    ]
    common = set.intersection(*own)
    return sum(bool(marks - common) for marks in own)


def test_files_forget_which_code_a_sealed_ballot_came_with(postgres: Postgres, tmp_path: Path) -> None:
    settings = settings_on("postgresql", tmp_path, postgres)
    with quick_app(settings) as app:
        poll = making.open_poll(app, "poll", VOTERS)
        making.cast_all([poll])
        assert _linked(settings, postgres, poll) == VOTERS, "control: before the close the files do join them"
        making.close_all(app, [poll])
        assert _linked(settings, postgres, poll) <= 2


def test_nor_while_a_backup_is_being_taken(postgres: Postgres, tmp_path: Path) -> None:
    settings = settings_on("postgresql", tmp_path, postgres)
    url = settings.database_url.replace("+psycopg", "")
    with quick_app(settings) as app:
        poll = making.open_poll(app, "poll", VOTERS)
        making.cast_all([poll])
        refused = False
        with closing(psycopg.connect(url)) as backup:
            backup.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            backup.execute("SELECT count(*) FROM campaigns")
            ended = Timer(3, backup.close)
            ended.start()
            try:
                procedure.close("poll", BY)
            except MinpingError:
                refused = True
            ended.join()
        if refused:  # as good as waiting, as long as closing again ends the job
            procedure.close("poll", BY)
        codes = heap_file(url, postgres.data, "tokens")
        assert [voter for voter in poll.voters if len(_xmins(codes, voter.digest, _TO_TOKEN)) > 1] == []
