"""The command ``minping``: each command is a few lines over a service."""

import sys
from collections.abc import Sequence

import click

from survey.domain.errors import BadClientList, BadNumbers, InvalidDefinition, MinpingError

from . import accounts, armed, campaigns, instance, paper, results, sms, tokens
from .assessment import definitions
from .ending import spare_what_is_loaded


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="minping")
def minping() -> None:
    """Minping (民评): anonymous evaluations, from one-time codes to official tables."""


for part in (instance, accounts, campaigns, tokens, armed, paper, sms, results, definitions):
    part.add_to(minping)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command: exit 0 done, 1 refused with one line on standard error, 2 wrong usage.

    Without ``arguments`` it is the command of this process, which ends with it.
    """
    if arguments is None:
        spare_what_is_loaded()
    for stream in (sys.stdout, sys.stderr):
        # Names of files may be any bytes: what cannot be written of them is shown as it is.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        minping.main(args=arguments, prog_name="minping", standalone_mode=True)
    except InvalidDefinition as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
    except BadClientList as error:
        for cell in error.faults:
            click.echo(str(cell), err=True)
    except BadNumbers as error:
        for line in (*error.faults, *(f"warning: {one}" for one in error.warnings)):
            click.echo(str(line), err=True)
    except MinpingError as error:
        click.echo(f"minping: {error}", err=True)
    except UnicodeEncodeError:
        click.echo("minping: an argument is not UTF-8; type it again in UTF-8", err=True)
    except OSError as error:
        click.echo(f"minping: {error.filename or 'file'}: {error.strerror or error}", err=True)
    except Exception as error:
        refusal = _database_refusal(error)
        if refusal is None:
            raise
        click.echo(f"minping: {refusal}", err=True)
    sys.exit(1)


def _database_refusal(error: Exception) -> str | None:
    from sqlalchemy.exc import OperationalError

    from survey.storage.database import named_failure

    return str(named_failure(error)) if isinstance(error, OperationalError) else None
