"""What the commands on assessments share: files that are brought, and all faults of one at once."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from survey.cli.common import emit, note, warn
from survey.domain.errors import BadFile, BadNumbers, InvalidDefinition

MAX_FILE = 32 * 1024 * 1024
MOST_WARNINGS = 20
RESULT_FORMATS = ("json", "csv", "xlsx", "docx", "pdf")

assessment_argument = click.argument("assessment_code", metavar="CODE")


def read_file(path: Path) -> bytes:
    """Return what a file holds; raises ``BadFile`` where it cannot be read, or is too large."""
    try:
        # A device or a pipe has no size before it was read, and some have no end.
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise BadFile(f"cannot read {path}: {error.strerror}") from error
    if len(content) > MAX_FILE:
        raise BadFile(f"{path} is too large; split it")
    return content


@contextmanager
def faults_listed(as_json: bool, *, refused: str = "") -> Iterator[None]:
    """Print the faults of a file that is refused within a block as one JSON value, where asked for.

    ``refused`` is what is noted of a file of numbers beside its faults.
    """
    try:
        yield
    except (InvalidDefinition, BadNumbers) as error:
        if not as_json:
            if refused and isinstance(error, BadNumbers):
                answer = "answer warnings with --reason TEXT, or --reason CELL=TEXT for one"
                note(refused if error.faults else f"{refused}; {answer}")
            raise
        if isinstance(error, InvalidDefinition):
            emit(True, [{"path": fault.path, "message": fault.message} for fault in error.faults])
        else:
            faults = [{**asdict(fault), "warning": False} for fault in error.faults]
            emit(True, faults + [{**asdict(one), "warning": True} for one in error.warnings])
        raise SystemExit(1) from error


def require_ending(target: Path, kind: str) -> None:
    """Refuse as wrong usage a file whose ending names another format than the one that is written."""
    ending = target.suffix.lower().removeprefix(".")
    if ending in RESULT_FORMATS and ending != kind:
        raise click.UsageError(f"'--out' {target} ends in .{ending}, what is written is {kind}.")


def require_used(option: str, *, used: bool) -> None:
    """Refuse as wrong usage an option that is given and would change nothing."""
    name = option.removeprefix("--").replace("-", "_")
    source = click.get_current_context().get_parameter_source(name)
    if not used and source is ParameterSource.COMMANDLINE:
        raise click.UsageError(f"'{option}' changes nothing here; leave it out.")


def warn_of(odd: Sequence[object]) -> None:
    """Name on standard error what is odd, each in a line; of much the first ones, and how much there is."""
    for one in odd[:MOST_WARNINGS]:
        warn(str(one))
    if len(odd) > MOST_WARNINGS:
        warn(f"and {len(odd) - MOST_WARNINGS} more")


def json_bytes(value: Any) -> bytes:
    """Return a JSON value as the bytes of a file."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
