"""Definition files of assessments: TOML in, plain values out, numbers exactly as written."""

from pathlib import Path
from typing import Any

from survey.documents.definition.definition_file import parse_definition, read_definition_file
from survey.domain.assessment.definition_reader import KIND, read_assessment
from survey.domain.definition.names import unclear
from survey.domain.errors import Fault, Flaw, InvalidDefinition


def read_assessment_file(path: Path) -> dict[str, Any]:
    """Parse an assessment's definition file, as ``read_assessment`` takes it.

    Raises ``BadFile`` where it cannot be read, ``InvalidDefinition`` where it is no TOML or a campaign's, and
    with all faults where a text holds a sign that nobody sees.
    """
    return _of_assessment(read_definition_file(path))


def parse_assessment(content: bytes) -> dict[str, Any]:
    """Parse an assessment's definition as it was sent; raises ``InvalidDefinition`` as for a file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDefinition([Fault("", "not UTF-8", Flaw.NO_TOML)]) from error
    return _of_assessment(parse_definition(text))


def _of_assessment(data: dict[str, Any]) -> dict[str, Any]:
    if "campaign" in data and "assessment" not in data:
        said = f'this is a campaign\'s definition; one of an assessment has kind = "{KIND}"'
        raise InvalidDefinition([Fault("kind", said, Flaw.MISSING)])
    if faults := tuple(unclear(data)):
        raise InvalidDefinition([*faults, *_others(data)])
    return data


def _others(data: dict[str, Any]) -> tuple[Fault, ...]:
    try:
        read_assessment(data)
    except InvalidDefinition as error:
        return error.faults
    return ()
