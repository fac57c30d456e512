"""PostgreSQL forgets nothing that anybody in the cluster may still see, so it is not said to have forgotten.

Somebody holds old rows while a campaign is closed and shredded: in another database, by a prepared
transaction, a replication slot, a standby. Each time the act must stop and name them, and once they are gone
the same command must end it, and the files of heap, large values and indexes hold nothing.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.definition.campaign import State
from survey.domain.errors import OldReaders, Unfinished, WrongState
from survey.domain.operations.retention import Holder, HolderKind
from survey.services.campaigns import campaigns, procedure, trial
from survey.services.operations.download_folder import handout_folder
from survey.storage import campaign_rows, forgetting
from survey.storage.database import db, transaction
from tests.builders import BY, count
from tests.conftest import settings_on
from tests.job import attempt
from tests.postgres import session_of

from . import polls as making
from .holders import HOLDERS, Cluster, a_reader, another_database
from .old_forgetting import forget_as_once
from .polls import Poll, quick_app
from .postgres_files import PostgresFiles, joined

pytestmark = pytest.mark.slow

VOTERS = 20


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="minping-own-", ignore_cleanup_errors=True) as folder:
        made = Cluster(Path(folder))
        yield made
        made.stop()


@pytest.fixture
def instance(cluster: Cluster, tmp_path: Path) -> Settings:
    cluster.forget_the_standby()
    settings = settings_on("postgresql", tmp_path, cluster)
    cluster.hand_over(name_of(settings))
    return replace(settings, database_url=settings.database_url.replace("postgres@", "plain@"))


@pytest.fixture
def app(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(forgetting, "TRIES", 2)
    monkeypatch.setattr(forgetting, "_LOCK_SECONDS", 1)
    with quick_app(instance) as app:
        yield app


def name_of(settings: Settings) -> str:
    return settings.database_url.rpartition("/")[2].partition("?")[0]


@pytest.fixture
def files(cluster: Cluster, instance: Settings) -> Callable[[], PostgresFiles]:
    return lambda: PostgresFiles(cluster.url(name_of(instance)), cluster.data)


def voted(app: Flask) -> Poll:
    poll = making.open_poll(app, "poll", VOTERS)
    making.cast_all([poll])
    return poll


def stands() -> tuple[State, bool, bool]:
    with transaction() as session:
        found = campaigns.find_campaign(session, "poll")
        return found.state, found.shaken, found.forgotten


def keys_of_ballots() -> list[bytes]:
    with db.engine.connect() as connection:
        return [bytes(key) for (key,) in connection.exec_driver_sql("SELECT key FROM ballots")]


# The attacker wins where the own database's readers are waited for only


def test_files_keep_what_another_database_may_see(
    app: Flask,
    cluster: Cluster,
    instance: Settings,
    files: Callable[[], PostgresFiles],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(procedure, "forget_deleted", forget_as_once)
    poll = voted(app)
    old_keys = keys_of_ballots()
    digests = [voter.digest for voter in poll.voters]
    assert joined(files(), poll.voters) == {"heap": VOTERS, "index": VOTERS, "toast": VOTERS}
    with another_database(cluster, ""):
        procedure.close("poll", BY)
        # What was once looked at, the large values' own transactions, says that nothing is left.
        assert joined(files(), poll.voters) == {"heap": VOTERS, "index": VOTERS, "toast": 0}
        count(app, "poll")
        making.certify("poll")
        procedure.shred("poll", instance.keys, BY)
    assert stands()[0] is State.SHREDDED
    left = files()
    assert {"heap": VOTERS, "index": VOTERS}.items() <= left.holding(digests).items()
    assert {"heap": VOTERS, "index": VOTERS}.items() <= left.holding(old_keys).items()
    assert left.holding(voter.sealed[:24] for voter in poll.voters) == {"toast": VOTERS}


# It does not where all are


@pytest.mark.parametrize("held", HOLDERS)
def test_nothing_is_forgotten_before_everybody_is_past(
    app: Flask,
    cluster: Cluster,
    instance: Settings,
    files: Callable[[], PostgresFiles],
    held: Callable[[Cluster, str], AbstractContextManager[Holder]],
) -> None:
    poll = voted(app)
    old_keys = keys_of_ballots()
    with held(cluster, name_of(instance)) as holder:
        for _ in range(2):
            said = attempt(instance, "campaign", "close", "poll")
            assert (said.status, said.err.count("\n")) == (1, 1)
            assert str(holder) in said.err
            assert "no ballot is lost" in said.err
        assert stands() == (State.CLOSED, True, False)
        with pytest.raises(WrongState):
            count(app, "poll")
    # Whoever came after the shake is not waited for.
    with another_database(cluster, ""):
        procedure.close("poll", BY)
    assert stands() == (State.CLOSED, True, True)
    assert joined(files(), poll.voters) == {"heap": 0, "index": 0, "toast": 0}
    assert files().holding(old_keys) == {}
    count(app, "poll")
    making.certify("poll")
    sealed = [voter.sealed[at : at + 24] for voter in poll.voters for at in range(0, 3000, 1000)]
    secret = [voter.digest for voter in poll.voters] + keys_of_ballots() + sealed
    assert sum(files().holding(secret).values()) >= len(secret), (
        "control: they are found while they are there"
    )
    with held(cluster, name_of(instance)) as holder:
        for _ in range(2):
            said = attempt(instance, "campaign", "shred", "poll", "--yes")
            assert (said.status, said.err.count("\n")) == (1, 1)
            assert str(holder) in said.err
        assert stands()[0] is State.SHREDDING
    with another_database(cluster, ""):
        procedure.shred("poll", instance.keys, BY)
    assert stands()[0] is State.SHREDDED
    assert files().holding(secret) == {}


def test_what_cannot_be_listed_is_found_by_the_result(
    app: Flask, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever appears between the look and the rewriting, or is of a kind that nobody thought of."""
    voted(app)
    with another_database(cluster, ""):
        with monkeypatch.context() as blind:
            blind.setattr(forgetting, "_holders", lambda connection, mark: [])
            with pytest.raises(OldReaders) as refused:
                procedure.close("poll", BY)
        assert [one.kind for one in refused.value.holders] == [HolderKind.UNKNOWN]
        assert stands() == (State.CLOSED, True, False)
    procedure.close("poll", BY)
    assert stands() == (State.CLOSED, True, True)


def test_whoever_is_only_held_by_another_is_not_named(
    app: Flask, cluster: Cluster, instance: Settings
) -> None:
    """Every snapshot begins at the oldest transaction that writes, our own sessions' too."""
    voted(app)
    with another_database(cluster, "") as holder, a_reader(cluster, name_of(instance)):
        with pytest.raises(OldReaders) as refused:
            procedure.close("poll", BY)
        assert refused.value.holders == (holder,)
    procedure.close("poll", BY)


def test_snapshots_of_other_databases_are_not_waited_for(
    app: Flask, cluster: Cluster, files: Callable[[], PostgresFiles]
) -> None:
    poll = voted(app)
    with session_of(cluster.url("hr")) as backup:
        backup.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        backup.execute("SELECT count(*) FROM staff")
        procedure.close("poll", BY)
    assert joined(files(), poll.voters) == {"heap": 0, "index": 0, "toast": 0}


def test_a_table_in_use_is_named_and_does_not_keep_voters_waiting(
    app: Flask, cluster: Cluster, instance: Settings
) -> None:
    voted(app)
    with session_of(cluster.url(name_of(instance))) as other:

        def begin(*_: object) -> None:
            other.execute("LOCK TABLE tokens IN ACCESS SHARE MODE")

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(procedure, "forget_deleted", _after(begin, procedure.forget_deleted))
            with pytest.raises(OldReaders) as refused:
                procedure.close("poll", BY)
        pid = str(other.info.backend_pid)
        assert refused.value.holders == (Holder(HolderKind.SESSION, pid, name_of(instance)),)
    procedure.close("poll", BY)
    assert stands() == (State.CLOSED, True, True)


def _after(first: Callable[..., None], then: Callable[..., None]) -> Callable[..., None]:
    def both(*given: object) -> None:
        first()
        then(*given)

    return both


def test_a_role_that_does_not_own_the_tables_is_told(
    app: Flask, cluster: Cluster, instance: Settings
) -> None:
    """PostgreSQL only warns: it leaves out the table, and all is well for whoever does not look."""
    voted(app)
    with cluster.admin(name_of(instance)) as connection:
        connection.execute("ALTER TABLE tokens OWNER TO postgres")
        connection.execute("GRANT ALL ON tokens TO plain")
        connection.execute("REVOKE MAINTAIN ON tokens FROM plain")
    with pytest.raises(Unfinished, match="must own the table"):
        procedure.close("poll", BY)
    assert stands() == (State.CLOSED, True, False)
    cluster.hand_over(name_of(instance))
    procedure.close("poll", BY)


def test_a_note_of_another_cluster_holds_nothing_up(app: Flask) -> None:
    """By a dump of the database a note may come from where numbers were higher."""
    voted(app)
    with transaction(write=True) as session:
        campaigns.close(session, "poll", BY)
        campaigns.shake(session, "poll", BY)
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE to_forget SET transaction_id = 1 << 40 WHERE table_name = 'tokens'"
        )
        connection.exec_driver_sql("UPDATE to_forget SET transaction_id = 3 WHERE table_name = 'ballots'")
    procedure.close("poll", BY)
    assert stands() == (State.CLOSED, True, True)


# Trial runs


def test_an_erased_trial_is_forgotten_later_by_itself(
    app: Flask, cluster: Cluster, instance: Settings, files: Callable[[], PostgresFiles]
) -> None:
    poll = voted(app)
    procedure.close("poll", BY)
    count(app, "poll")
    with transaction(write=True) as session:
        campaign_rows.set_trial(session, campaigns.find_campaign(session, "poll"), "real")
    secret = [voter.digest for voter in poll.voters]
    secret += [written.encode() for voter in poll.voters for written in (voter.text, voter.receipt)]
    found = sum(files().holding(secret).values())
    assert found >= len(secret), "control: they are found while they are there"
    with another_database(cluster, ""):
        with pytest.raises(OldReaders):
            trial.erase("poll", instance.keys, handout_folder(instance.instance), BY)
        with pytest.raises(OldReaders):
            procedure.forget_left()
        assert sum(files().holding(secret).values()) >= len(secret)
    procedure.forget_left()
    assert files().holding(secret) == {}
    with db.engine.connect() as connection:
        assert forgetting.noted(connection) == {}


def test_what_an_interrupted_close_left_is_for_the_close(app: Flask, cluster: Cluster) -> None:
    voted(app)
    with another_database(cluster, ""), pytest.raises(OldReaders):
        procedure.close("poll", BY)
    procedure.forget_left()
    with db.engine.connect() as connection:
        assert set(forgetting.noted(connection)) == set(forgetting.BOX)
    procedure.close("poll", BY)
    assert stands() == (State.CLOSED, True, True)
