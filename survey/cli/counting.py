"""Commands that open the box, have the count signed, and destroy what it was made of."""

from pathlib import Path

import click

from survey.domain.errors import BadFile

from .common import FilePath, by, campaign_argument, emit, json_option, keys_of, require_outside, warn
from .proofs import proven


@click.command("count")
@campaign_argument
@click.option(
    "--share-file",
    "share_files",
    multiple=True,
    type=FilePath,
    help="A holder's share: words, digits, a picture of the QR code, the sheet's PDF; repeat it.",
)
@json_option
def count_box(campaign_code: str, share_files: tuple[Path, ...], as_json: bool) -> None:
    """Open the box and count; once counted, count again and compare."""
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns, procedure
    from survey.services.count import counting
    from survey.services.custody import key_files
    from survey.storage.database import transaction

    with ready_app() as app:
        with transaction() as session:
            found = campaigns.find_campaign(session, campaign_code)
        counting.require_countable(found)
        for path in share_files:
            require_outside(path, what="shares, which must never lie there")
        counted = procedure.count(campaign_code, key_files.seed_of(found, keys_of(app), share_files), by())
    for note in counted.notes:
        warn(note)
    total = counted.count.accounting.total
    paper = "" if total.paper is None else f" ({total.paper} on paper)"
    said = "recounted; nothing was written" if counted.recount else "counted"
    emit(
        as_json,
        {
            "campaign": campaign_code,
            "count": counted.digest,
            "recount": counted.recount,
            "check": counted.check_value,
        },
        f"{campaign_code} is {said}: returned {total.returned}{paper}, valid {total.valid}, "
        f"spoiled {total.spoiled}, unreadable {total.unreadable}; "
        f"count {counted.digest}; check value {counted.check_value}",
    )


@click.command()
@campaign_argument
@click.option("--teller", help="Left out where the definition asks for one signature.")
@click.option("--scrutineer", required=True)
@click.option("--passwords-stdin", is_flag=True, help="Read the passwords from standard input, one a line.")
@json_option
def certify(
    campaign_code: str, teller: str | None, scrutineer: str, passwords_stdin: bool, as_json: bool
) -> None:
    """Sign the count: two accounts with their passwords, or one where the definition says so."""
    from survey.domain.count.certificate import SigningPart
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns
    from survey.services.count import certifying
    from survey.storage.database import transaction

    named = {SigningPart.TELLER: teller} if teller is not None else {}
    named[SigningPart.SCRUTINEER] = scrutineer
    with ready_app():
        with transaction() as session:
            found = campaigns.find_campaign(session, campaign_code)
        if teller is None and found.definition.signatures > 1:
            raise click.UsageError(f"Missing option '--teller': two accounts sign {campaign_code}.")
        certifying.require_parts(found, named)
        signers = {part: proven(name, f"{part} {name}", passwords_stdin) for part, name in named.items()}
        with transaction(write=True) as session:
            value = certifying.certify(
                session, campaign_code, signers.get(SigningPart.TELLER), signers[SigningPart.SCRUTINEER], by()
            )
    emit(
        as_json,
        {"campaign": campaign_code, "check": value},
        f"{campaign_code} is certified; check value {value}",
    )


@click.command()
@campaign_argument
@click.option("--yes", is_flag=True, help="Do not ask for the campaign's code.")
@json_option
def shred(campaign_code: str, yes: bool, as_json: bool) -> None:
    """Destroy sealed ballots, code digests and the key, for good."""
    from survey.instance import ready_app
    from survey.services.campaigns import procedure

    if (
        not yes
        and click.prompt(f"type {campaign_code} to destroy its ballots and key", err=True) != campaign_code
    ):
        raise BadFile("the code does not match; nothing was destroyed")
    with ready_app() as app:
        value = procedure.shred(campaign_code, keys_of(app), by())
    emit(
        as_json,
        {"campaign": campaign_code, "check": value},
        f"{campaign_code} is shredded; check value {value}",
        "destroy exported key copies and shares too: then sealed ballots in old backups stay shut",
    )


COMMANDS = (count_box, certify, shred)
