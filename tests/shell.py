"""Commands on an instance of their own, run in this process."""

import contextlib
import csv
import io
import json
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from survey import cli, create_app
from survey.config import Settings, read_settings
from survey.instance import make_instance
from survey.storage.database import db
from tests.builders import cast

DEFINITION = """
format = 1
campaign = { code = "small", title = "小型测评", organiser = "考核组" }
groups = [{ key = "A", label = "A票", weight = 1, issue = 12 },
  { key = "B", label = "B票", weight = 2, issue = 10 }]
scales = [{ key = "s", grades = [
  { key = "good", label = "好", points = 100 }, { key = "bad", label = "差", points = 0 } ] }]
sections = [{ key = "f", title = "测评表", scale = "s", criteria = [{ key = "k", label = "总体" }] }]
ratees = [{ key = "r", section = "f", name = "甲" }]
results = { small_groups = "withhold" }
"""
FAULTY = DEFINITION.replace("weight = 2", "weight = 0").replace('"f", name', '"g", name') + "colour = 1\n"
PASSWORD = "四月的河 lantern-93 orchard"
CHECK = r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$"


@dataclass
class Said:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Commands on one instance, in this process."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.patch = monkeypatch
        self.environment = {"MINPING_INSTANCE": str(folder / "instance")}
        self.file("d.toml", DEFINITION)

    def __call__(self, command: str, *more: str | Path, stdin: str | bytes = "", **environment: str) -> Said:
        arguments = [*command.split(), *(str(one) for one in more)]
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
        status: Any = 0
        with self.patch.context() as patched:
            for name, value in {**self.environment, **environment}.items():
                patched.setenv(name, value)
            patched.chdir(self.folder)
            given = stdin.encode() if isinstance(stdin, str) else stdin
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
            with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
                try:
                    cli.main(arguments)
                except SystemExit as end:
                    status = end.code or 0
        out, err = (stream.buffer.getvalue().decode() for stream in streams)  # type: ignore[attr-defined]
        return Said(status, out, err)

    def do(self, command: str, *more: str | Path, **options: Any) -> Said:
        said = self(command, *more, **options)
        assert said.status == 0, said
        return said

    def refused(self, command: str, *more: str | Path, **options: Any) -> str:
        said = self(command, *more, **options)
        assert (said.status, said.out) == (1, ""), said
        assert said.err.endswith("\n")
        assert said.err.count("\n") == 1, said
        return said.err

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    @property
    def settings(self) -> Settings:
        return read_settings(self.environment)

    def change(self, statement: str, **values: str) -> None:
        """Change the database behind the commands' backs."""
        with contextlib.closing(sqlite3.connect(str(self.settings.sqlite_file))) as database, database:
            database.execute(statement, values)

    def codes(self, name: str = "codes.csv") -> list[list[str]]:
        return list(csv.reader(io.StringIO((self.folder / name).read_text("utf-8"))))

    def vote(self, codes: list[str]) -> list[str]:
        app = create_app(self.settings)
        with app.app_context():
            made = [cast(app, code, {"r.k": "good"}) for code in codes]
            db.session.remove()
            db.engine.dispose()
        return made

    def state(self) -> str:
        return str(self.do("campaign show small --json").json["state"])

    def to(self, state: str) -> list[str]:
        """Bring the campaign to a state; return the receipts."""
        receipts: list[str] = []
        steps = ["draft", "armed", "issued", "open", "closed", "counted", "certified", "shredded"]
        for step in steps[: steps.index(state) + 1]:
            receipts += self.step(step)
        return sorted(receipts)

    def step(self, step: str) -> list[str]:
        if step == "draft":
            make_instance(self.settings)
            self.do("campaign load d.toml")
        elif step == "issued":
            self.do("token issue small --csv codes.csv")
        elif step == "certified":
            for name in ("teller", "scrutineer"):
                said = self("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD + "\n")
                assert said.status == 0, said
            self.do(
                "campaign certify small --teller teller --scrutineer scrutineer --passwords-stdin",
                stdin=f"{PASSWORD}\n{PASSWORD}\n",
            )
        elif step == "shredded":
            self.do("campaign shred small --yes")
        else:
            act = {"armed": "arm", "open": "open", "closed": "close", "counted": "count"}[step]
            self.do(f"campaign {act} small")
        if step == "open":
            return self.vote([row[1] for row in self.codes()[1:] if row[0] == "A"][:8])
        return []
