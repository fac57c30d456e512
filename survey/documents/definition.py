"""Definition files: TOML in, plain values out, numbers exactly as written."""

import tomllib
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from survey.domain.errors import BadFile, Fault, Flaw, InvalidDefinition

LARGEST_FILE = 8 * 1024 * 1024


def read_definition_file(path: Path) -> dict[str, Any]:
    """Parse a definition file.

    Raises ``BadFile`` where it cannot be read, ``InvalidDefinition`` where it is no TOML.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadFile(f"{path} is too large for a definition")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidDefinition([Fault("", f"{path.name} is not UTF-8", Flaw.NO_TOML)]) from error
    return parse_definition(text)


def parse_definition(text: str) -> dict[str, Any]:
    """Parse a definition's TOML; raises ``InvalidDefinition`` where it is none."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, InvalidOperation, RecursionError, ValueError) as error:
        raise InvalidDefinition([Fault("", f"no TOML: {error}", Flaw.NO_TOML)]) from error
