"""What the commands on assessments share: files that are brought, and all faults of one at once."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from survey.cli.common import emit, note
from survey.domain.errors import BadFile, BadNumbers, InvalidDefinition

MAX_FILE = 32 * 1024 * 1024
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
def faults_listed(as_json: bool) -> Iterator[None]:
    """Print the faults of a file that is refused within a block as one JSON value, where asked for."""
    try:
        yield
    except (InvalidDefinition, BadNumbers) as error:
        if not as_json:
            if isinstance(error, BadNumbers) and not error.faults:
                note("nothing was taken; answer warnings with --reason TEXT, or --reason CELL=TEXT for one")
            raise
        if isinstance(error, InvalidDefinition):
            emit(True, [{"path": fault.path, "message": fault.message} for fault in error.faults])
        else:
            faults = [{**asdict(fault), "warning": False} for fault in error.faults]
            emit(True, faults + [{**asdict(one), "warning": True} for one in error.warnings])
        raise SystemExit(1) from error


def json_bytes(value: Any) -> bytes:
    """Return a JSON value as the bytes of a file."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
