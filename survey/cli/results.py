"""Commands that read: turnout, results, receipts."""

import json
from pathlib import Path

import click

from survey.documents.export.formats import Audience, offered_to

from .common import FilePath, campaign_argument, emit, json_option, write_file


def add_to(group: click.Group) -> None:
    """Add these commands."""
    for command in (turnout, results, receipts):
        group.add_command(command)


@click.command()
@campaign_argument
@json_option
def turnout(campaign_code: str, as_json: bool) -> None:
    """Count codes issued, voided and returned, by rater group; of the returned those on paper."""
    from survey.instance import ready_app
    from survey.services.campaigns.campaigns import find_campaign
    from survey.storage.database import transaction
    from survey.storage.token_rows import turnout as count

    with ready_app(), transaction() as session:
        campaign = find_campaign(session, campaign_code)
        counted = count(session, campaign)
    names = ("issued", "voided", "returned", *(("paper",) if campaign.definition.paper else ()))
    groups = [{"group": g, **{n: getattr(number, n) for n in names}} for g, number in counted.items()]
    total = {name: sum(int(group[name]) for group in groups) for name in names}
    lines = [
        f"{g['group']}: " + ", ".join(f"{n} {g[n]}" for n in names)
        for g in [*groups, {"group": "total", **total}]
    ]
    emit(as_json, {"groups": groups, "total": total}, *lines)


@click.command()
@campaign_argument
@click.option("--format", "kind", required=True, type=click.Choice(list(offered_to(Audience.COMMAND))))
@click.option("--out", "target", required=True, type=FilePath)
def results(campaign_code: str, kind: str, target: Path) -> None:
    """Write the results into a file; a ZIP has a PDF of its own for each ratee."""
    from survey.instance import ready_app
    from survey.services.results import reporting
    from survey.services.results.drawing import rarely_collecting
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        found = reporting.report(session, campaign_code)
    with rarely_collecting():
        content = found.all_as(kind)
    write_file(target, content)
    click.echo(f"results of {campaign_code}: {target}")


@click.command()
@campaign_argument
@click.option("--find", "sought", help="Look for one receipt.")
@json_option
def receipts(campaign_code: str, sought: str | None, as_json: bool) -> None:
    """List the receipts of the ballots opened, or look for one."""
    from survey.domain.errors import MinpingError
    from survey.instance import ready_app
    from survey.services.voting import receipts as service
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        found = list(service.list_receipts(session, campaign_code))
    if sought is not None:
        wanted = service.read_receipt(sought)
        found = [receipt for receipt in found if receipt == wanted]
        if not found:
            raise MinpingError(f"{wanted} is not among the ballots opened in {campaign_code}")
    if as_json:
        click.echo(json.dumps(found))
    else:
        click.echo("".join(f"{receipt}\n" for receipt in found), nl=False)
