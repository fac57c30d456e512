"""Commands that read scanned paper ballots, and tell how far they are."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey.domain.errors import BadFile

from .common import FilePath, by, campaign_argument, emit, json_option, keys_of, note, warn

if TYPE_CHECKING:
    from survey.services.paper.runs import Run
    from survey.services.paper.status import PaperStatus


@click.command()
@campaign_argument
@click.argument("sources", metavar="FILES…", nargs=-1, required=True, type=FilePath)
@click.option(
    "--destroy", "destroying", is_flag=True, help="Overwrite and remove files that were read wholly."
)
@json_option
def scan(campaign_code: str, sources: Sequence[Path], destroying: bool, as_json: bool) -> None:
    """Read scanned ballots; those about which nothing is open go into the box."""
    from survey.instance import ready_app
    from survey.services.paper import runs
    from survey.services.paper.runs import Heard
    from survey.services.paper.status import status
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    _require_scans(sources)
    left = dict.fromkeys(sources)

    def stored(number: int, whole: bool) -> None:
        source = sources[number - 1]
        if destroying and whole and _is_destroyed(source):
            del left[source]

    with _telling() as told, ready_app() as app:
        files = [partial(_content, source) for source in sources]
        run = runs.scan(campaign_code, files, keys_of(app), by, Heard(images=told, stored=stored))
        with transaction() as session:
            found = status(session, find_campaign(session, campaign_code), keys_of(app))
    refused = [
        {"file": str(sources[image.file - 1]), "image": image.image, "why": image.why.value}
        for image in run.refused
    ]
    emit(as_json, found.as_json(run.images, refused), *_run_in_words(run, sources), *_in_words(found))
    if run.strips:
        warn(
            f"{run.strips} sheets were scanned with the strip for the phone still on: whoever sees strip and "
            "sheet together knows which code gave these answers; tear the strips off and destroy them"
        )
    _ask_to_destroy(list(left), destroying)


@click.command("status")
@campaign_argument
@json_option
def paper_status(campaign_code: str, as_json: bool) -> None:
    """Show how far the paper ballots are: numbers, and what is missing."""
    from survey.instance import ready_app
    from survey.services.paper.status import status
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    with ready_app() as app, transaction() as session:
        found = status(session, find_campaign(session, campaign_code), keys_of(app))
    emit(as_json, found.as_json(), *_last_run_in_words(found), *_in_words(found))


def _run_in_words(run: "Run", sources: Sequence[Path]) -> Iterator[str]:
    from survey.domain.paper.reading import REMEDIES

    put_in = run.put_in
    yield f"{run.images} images read, {len(run.refused)} of them refused"
    for image in run.refused:
        source = sources[image.file - 1]
        yield f"  {source}, image {image.image}: not read ({image.why}): {REMEDIES[image.why]}"
    yield f"put in: {put_in.in_box + put_in.spoiled} sheets, {put_in.spoiled} of them spoiled"


def _last_run_in_words(found: "PaperStatus") -> Iterator[str]:
    if found.images:
        number = sum(found.refused_images.values())
        kinds = ", ".join(f"{why} {images}" for why, images in found.refused_images.items() if images)
        yield f"last run: {found.images} images, {number} of them refused{f' ({kinds})' if kinds else ''}"


def _in_words(found: "PaperStatus") -> Iterator[str]:
    left = found.sheets
    refused = ", ".join(f"{why} {number}" for why, number in left.refused.items() if number) or "none"
    yield f"stage: {found.stage}"
    yield (
        f"sheets: in the box {found.in_box}, spoiled {found.spoiled}, ready {left.ready}, "
        f"waiting {left.waiting}, incomplete {left.incomplete}"
    )
    yield f"refused: {refused}"
    if found.urn is None:
        yield "counted by hand: not noted yet; minping paper counted CODE --number N"
    else:
        yield f"counted by hand: {found.urn}; found by scanning: {found.found}"
    yield from _missing(found)


def _missing(found: "PaperStatus") -> Iterator[str]:
    """Name what is still to be done before the close."""
    left = found.sheets
    if found.key_lost:
        yield "missing: the paper key; put the exported copy back, or count the paper ballots by hand"
    if left.waiting:
        yield f"missing: two people decide about {left.waiting} sheets"
    if left.incomplete:
        yield f"missing: a page of {left.incomplete} sheets; scan them whole, or two people decide"
    if left.ready:
        yield f"{left.ready} sheets are ready and go in with others, at least five together, or at the close"
    if found.unlike_urn and found.unlike_urn > 0:
        yield f"missing: {found.unlike_urn} of the sheets counted by hand were not scanned"
    elif found.unlike_urn:
        yield f"{-found.unlike_urn} sheets more were scanned than counted by hand; count again"


def _require_scans(sources: Sequence[Path]) -> None:
    """Refuse, before anything is read, what cannot be read, and what is named twice."""
    seen: set[Path] = set()
    for source in sources:
        if not source.exists():
            raise BadFile(f"cannot read {source}: there is no such file")
        if not source.is_file():
            raise BadFile(f"cannot read {source}: it is no file")
        resolved = source.resolve()
        if resolved in seen:
            raise BadFile(f"{source} is named twice")
        seen.add(resolved)


def _content(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        raise BadFile(f"cannot read {source}: {error.strerror}") from error


def _is_destroyed(source: Path) -> bool:
    from survey.secrecy.custody import destroy

    try:
        destroy(source)
    except OSError as error:
        warn(f"cannot destroy {source}: {error.strerror}")
        return False
    return True


def _ask_to_destroy(left: Sequence[Path], destroying: bool) -> None:
    if not left:
        return
    names = ", ".join(map(str, left))
    if destroying:
        warn(f"not destroyed, since not all of it was read: {names}; destroy it when those are scanned")
    else:
        note(
            "destroy the scans once all sheets are found, with what scanner, copier and mailboxes keep of "
            f"them: {names}"
        )


@contextmanager
def _telling() -> Iterator[Callable[[int], None]]:
    """Give what tells, on a terminal, how many images were read; the line is gone in the end."""
    terminal = sys.stderr.isatty()

    def told(images: int) -> None:
        if terminal:
            click.echo(f"\r{images} images read", nl=False, err=True)

    try:
        yield told
    finally:
        if terminal:
            click.echo("\r\033[K", nl=False, err=True)


COMMANDS = (scan, paper_status)
