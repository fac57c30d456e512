"""What the commands share: options, output, and who acts."""

import errno
import getpass
import json
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from flask import Flask

    from survey.services.audit.audit import By

Command = TypeVar("Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
campaign_argument = click.argument("campaign_code", metavar="CODE")
# Whether a file is there is for the commands to say, in one line and with exit 1.
FilePath = click.Path(path_type=Path)


_LINES = "survey.cli.lines"


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def by() -> "By":
    """Return who acts on the command line: the operating system's user."""
    from survey.services.audit.audit import By

    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "unknown"
    return By(f"command line ({user})", now())


def emit(as_json: bool, value: Any, *lines: str) -> None:
    """Print a result: the JSON value where asked for, else the lines."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False))
    else:
        for line in lines:
            click.echo(line)


def warn(line: str) -> None:
    """Print a warning on standard error; the command still succeeds."""
    click.echo(f"warning: {line}", err=True)


def note(line: str) -> None:
    """Print what is good to know on standard error."""
    click.echo(f"note: {line}", err=True)


def read_password(prompt: str, from_stdin: bool) -> str:
    """Read a password from standard input, a line of whatever programme wrote it, or ask for it."""
    if from_stdin:
        from survey.domain.operations.carried_text import CarriedLines

        lines = click.get_current_context().meta.setdefault(_LINES, CarriedLines(sys.stdin.buffer))
        return str(lines.next_line())
    return str(click.prompt(prompt, hide_input=True, err=True))


def write_file(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all: what it held before stays where that fails.

    Raises ``BadFile``, also for one of the instance's own, and ``NoSpace`` where the disk is full.
    """
    from survey.domain.errors import BadFile, NoSpace

    _refuse_own(path)

    # A device or a pipe cannot be replaced; half of what was written to it is not kept.
    in_place = path.exists() and not path.is_file()
    target = path if in_place else path.resolve()
    written = target if in_place else target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        written.write_bytes(content)
        if not in_place:
            written.replace(target)
    except OSError as error:
        if not in_place:
            written.unlink(missing_ok=True)
        kind = NoSpace if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else BadFile
        raise kind(f"cannot write {path}: {error.strerror}") from error


def _refuse_own(path: Path) -> None:
    """Refuse with ``BadFile`` to write over the database, a secret or a key of the instance."""
    from survey.config import read_settings
    from survey.domain.errors import BadFile

    settings, target = read_settings(), path.resolve()
    if target.exists() and (target.parent == settings.instance or settings.keys in target.parents):
        raise BadFile(f"{path} is a file of the instance; choose another place")


def require_outside(path: Path, *, what: str) -> None:
    """Refuse with ``BadFile`` a place inside the instance, where backups and servers would find it."""
    from survey.config import read_settings
    from survey.domain.errors import BadFile

    settings = read_settings()
    resolved = path.resolve()
    for folder in (settings.instance, settings.keys):
        if resolved == folder or folder in resolved.parents:
            raise BadFile(f"{path} lies inside the instance; choose another place for {what}")


def keys_of(app: "Flask") -> Path:
    """Return the folder of the boxes' keys."""
    from survey.web.context import settings

    with app.app_context():
        return settings().keys
