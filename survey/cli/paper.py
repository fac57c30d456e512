"""Commands on paper ballots."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey.domain.errors import BadFile

from . import collecting, printing, scanning
from .common import FilePath, campaign_argument, emit, json_option

if TYPE_CHECKING:
    from survey.domain.definition.campaign import Campaign
    from survey.domain.paper.reading import PageReading, PageRefusal
    from survey.domain.paper.sheet import PaperLine


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(paper)
    for command in (*printing.COMMANDS, *collecting.COMMANDS, *scanning.COMMANDS):
        paper.add_command(command)


@click.group()
def paper() -> None:
    """Ballots on paper."""


@paper.command()
@campaign_argument
@click.option("--group", help="The ballot of one rater group.")
@json_option
def layout(campaign_code: str, group: str | None, as_json: bool) -> None:
    """Show where on the paper ballots the boxes stand, in mm."""
    from survey.services.paper.forms import forms_of

    campaign = _campaign(campaign_code)
    forms = forms_of(campaign, group)
    rules = campaign.definition.paper
    value = {
        "format": 1,
        "campaign": campaign.code,
        "definition": campaign.definition.digest,
        "size": rules.size.value if rules else "",
        "forms": [form.as_json() for form in forms],
    }
    lines = (
        f"{form.group}: layout {form.layout}, {len(form.pages)} pages, {len(list(form.lines))} lines"
        for form in forms
    )
    emit(as_json, value, *lines)


@paper.command()
@campaign_argument
@click.option("--group", required=True, help="The rater group whose ballot is printed.")
@click.option("--number", type=click.IntRange(min=1, max=1000), default=1, show_default=True)
@click.option("--pdf", "target", required=True, type=FilePath, help="New file for the specimens.")
def specimens(campaign_code: str, group: str, number: int, target: Path) -> None:
    """Print ballots that nobody can vote with, to try printer and scanner."""
    from survey.secrecy.custody import write_private
    from survey.services.paper.forms import print_specimens

    content = io.BytesIO()
    print_specimens(_campaign(campaign_code), group, number, content)
    write_private(target, content.getvalue())
    click.echo(
        f"{number} specimens are in {target}; print them, tick them, scan them at 200 dpi in grey, "
        f"then: minping paper read {campaign_code} FILE"
    )


@paper.command()
@campaign_argument
@click.argument("sources", metavar="FILES…", nargs=-1, required=True, type=FilePath)
@json_option
def read(campaign_code: str, sources: Sequence[Path], as_json: bool) -> None:
    """Read scanned specimens and show what was understood; nothing is stored."""
    from survey.services.paper.forms import forms_of
    from survey.services.paper.reading import ScanReader

    forms = forms_of(_campaign(campaign_code))
    printed = {(form.group, line.field): line for form in forms for line in form.lines}
    value: list[dict[str, Any]] = []
    lines: list[str] = []
    with ScanReader(forms, specimens=True, crops=False) as reader:
        for source in sources:
            for image, page in enumerate(reader.read(_content(source)), 1):
                value.append({"file": str(source), "image": image, **page.as_json()})
                lines += _said(f"{source}, image {image}", page, printed)
    emit(as_json, value, *lines)


def _said(
    where: str, page: "PageReading | PageRefusal", printed: "Mapping[tuple[str, str], PaperLine]"
) -> Iterator[str]:
    from survey.domain.paper.reading import REMEDIES, LineState, PageRefusal

    if isinstance(page, PageRefusal):
        yield f"{where}: not read ({page.why}): {REMEDIES[page.why]}"
        return
    states = Counter(line.state for line in page.lines)
    numbers = ", ".join(f"{states[state]} {state}" for state in LineState)
    yield f"{where}: group {page.group}, page {page.code.page}: {numbers}"
    for line in page.lines:
        on_paper = printed[page.group, line.field]
        words = dict(zip((box.value for box in on_paper.boxes), on_paper.values, strict=True))
        values = line.value if isinstance(line.value, tuple) else (line.value or "",)
        said = ", ".join(words[value] for value in values if value) or line.state
        asked = " ".join(text for text in (on_paper.of, on_paper.label) if text)
        yield f"  {asked}: {said}" + (f" ({line.why})" if line.why else "")
    for name, ink in page.areas.items():
        yield f"  {name}: {'something is written' if ink else 'nothing is written'}"


def _campaign(campaign_code: str) -> "Campaign":
    from survey.instance import ready_app
    from survey.services.campaigns.campaigns import find_campaign
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        return find_campaign(session, campaign_code)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"cannot read {path}: {error.strerror}") from error
