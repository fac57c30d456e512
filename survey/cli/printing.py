"""The command that prints ballots for codes."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey.domain.errors import BadFile

from .common import FilePath, by, campaign_argument, note, warn

if TYPE_CHECKING:
    from survey.services.paper.printing import Printing

_SHOWN_EACH = 50
"""Ballots after which a terminal is told how far printing has come."""


@click.command()
@campaign_argument
@click.option("--csv", "source", required=True, type=FilePath, help="The list of codes.")
@click.option("--pdf", "target", required=True, type=FilePath, help="New file for the ballots.")
@click.option("--group", help="The ballots of one rater group.")
def ballots(campaign_code: str, source: Path, target: Path, group: str | None) -> None:
    """Print ballots for the codes of a file, in its order, one rater group after the other."""
    from survey.config import read_settings
    from survey.documents.export.code_list import read_code_list
    from survey.instance import ready_app
    from survey.secrecy.custody import new_private
    from survey.services.custody.key_files import Undo
    from survey.services.paper import printing
    from survey.storage.database import transaction
    from survey.web.context import vault

    rows = read_code_list(_content(source), str(source))
    settings = read_settings()
    with ready_app(settings), ExitStack() as undoing, Undo() as undo:
        with new_private(target) as out:
            with transaction(write=True) as session:
                made = printing.begin(session, vault(), settings.keys, campaign_code, rows, group)
            undoing.enter_context(printing.key_undone(settings.keys, made))
            printing.write(made, vault(), settings.base_url, out, _progress(len(made.ballots)))
        undo.files.append(target)
        with transaction(write=True) as session:
            check = printing.note(session, settings.keys, made, by())
            undo.was_kept = lambda: printing.is_noted(made, check)
    _warn_of_left_out(campaign_code, made)
    numbers = ", ".join(f"{key} {number}" for key, number in made.numbers.items())
    click.echo(f"{len(made.ballots)} ballots are in {target} ({numbers}); check value {check}")
    click.echo(
        "print them at 100 %, both sides; then destroy the file, the list and the printer's own copy: "
        "they lead from a ballot to its code"
    )
    note(
        f"without the paper key no ballot can be read: minping key export {campaign_code} --to FILE copies it"
    )


def _warn_of_left_out(campaign_code: str, made: "Printing") -> None:
    left = made.left_out
    for token in left.spent:
        warn(f"{token} is spent and was not printed")
    for token in left.voided:
        warn(f"{token} is voided and was not printed")
    for token in left.doubled:
        warn(f"{token} stands in the list more than once and was printed once")
    for row in left.unknown:
        warn(f"row {row} holds no code of {campaign_code} and was not printed")
    if made.before:
        warn(
            f"{made.before} ballots were printed before; of two ballots of one code only one counts, "
            "so destroy what was printed twice"
        )


def _progress(total: int) -> Callable[[int], None] | None:
    """Return what shows on a terminal how far printing has come; ``None`` where nobody looks."""
    if not sys.stderr.isatty():
        return None

    def show(done: int) -> None:
        if done % _SHOWN_EACH == 0 or done == total:
            click.echo(f"\r{done} / {total}", err=True, nl=done == total)

    return show


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"cannot read {path}: {error.strerror}") from error


COMMANDS = (ballots,)
