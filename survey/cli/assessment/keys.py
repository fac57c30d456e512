"""The command that copies an assessment's key: no backup holds it."""

from pathlib import Path

import click

from survey.cli.common import FilePath, by, keys_of, note, require_outside

from .files import assessment_argument


@click.command("key")
@assessment_argument
@click.option("--to", "target", required=True, type=FilePath)
def copy_key(assessment_code: str, target: Path) -> None:
    """Write a second copy of the key under which talk notes are sealed, for a drawer."""
    from survey.instance import ready_app
    from survey.services.assessment.examining import sealing
    from survey.services.custody.key_files import Undo
    from survey.storage.database import transaction

    require_outside(target, what="the copy")
    with ready_app() as app, Undo() as undo, transaction(write=True) as session:
        path = sealing.copy_key(session, keys_of(app), assessment_code, target, by())
        undo.files.append(target)
    click.echo(f"copy written: {target}; keep it off this machine, and destroy it once the year is closed")
    note(f"put back into the folder of keys, its name is {path.name}")


COMMANDS = (copy_key,)
