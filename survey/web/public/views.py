"""Published results, as pages and as files."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.documents.export.formats import find_format
from survey.documents.export.published import person_file, results_file
from survey.domain.definition.campaign import Campaign, Publication
from survey.domain.errors import UnknownCampaign
from survey.domain.operations.paging import list_page
from survey.domain.publication.edition import Choice, Edition, Personal
from survey.domain.publication.written_texts import Texts
from survey.services.operations.beside import beside
from survey.services.results import editions, publishing
from survey.services.results.editions import Page, PersonPage
from survey.services.results.exports import is_large
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from survey.web.context import now, vault
from survey.web.languages import address_of, language
from survey.web.security import PUBLIC, access

from . import kept, links, pages
from .blueprint import blueprint
from .pages import PageAddress

_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class _Open:
    """An edition that this request may read, those before it, and where its page is."""

    campaign: Campaign
    edition: Edition
    before: list[Edition]
    choice: Choice
    texts: Texts
    place: PageAddress

    @property
    def key(self) -> tuple[object, ...]:
        """Return what an answer is made of, but for its language and format.

        Dates stand in it since a backup that is put back can give a number a second time.
        """
        dates = tuple((one.published_at, one.withdrawn_at) for one in (self.edition, *self.before))
        campaign = self.campaign
        return (
            campaign.code,
            campaign.definition.shown,
            campaign.state,
            self.edition.number,
            dates,
            self.texts,
        )


@blueprint.get("/")
@access(PUBLIC)
def start() -> ResponseReturnValue:
    """Lead whoever types the bare name of the server to the page that takes a code; nothing is asked for."""
    return redirect(address_of(url_for("voter.entry")))


@blueprint.get("/r/<campaign_code>")
@access(PUBLIC)
def page(campaign_code: str) -> ResponseReturnValue:
    """Show published results."""
    with transaction() as session:
        found = _open(session, campaign_code)
        number = _number(found)

        def make() -> tuple[bytes, str]:
            given = _given(session, found)
            text = pages.results_page(
                found.campaign,
                found.edition,
                found.before,
                given,
                found.place,
                choice=found.choice,
                number=number,
            )
            return text.encode(), _HTML

        return kept.respond(kept.kept().get((*found.key, language(), "html", number), make))


@blueprint.get("/r/<campaign_code>.<format(readers):kind>")
@access(PUBLIC)
def data(campaign_code: str, kind: str) -> ResponseReturnValue:
    """Give published results as a file."""
    chosen = find_format(kind)
    with transaction() as session:
        found = _open(session, campaign_code)

        def make() -> tuple[bytes, str]:
            given = _given(session, found)
            made_of = (
                kind,
                found.campaign,
                found.edition,
                given.results,
                given.digest,
                given.texts,
                given.decided,
            )
            if is_large(f"results.{kind}", found.campaign.definition):
                # Whoever asks for it first waits for it, but nobody else does, and nothing of it stays here.
                return beside(results_file, *made_of), chosen.media
            return results_file(*made_of), chosen.media

        answer = kept.respond(kept.kept().get((*found.key, kind), make))
    name = chosen.file_name(found.campaign.definition.title, campaign_code)
    # Browsers show what they can, and save the rest under this name.
    answer.headers["Content-Disposition"] = name.disposition("inline")
    return answer


@blueprint.get("/r/<campaign_code>/p/<token>")
@access(PUBLIC)
def person(campaign_code: str, token: str) -> ResponseReturnValue:
    """Show one person's own results."""
    place = PageAddress(
        "public.person", "public.person_data", {"campaign_code": campaign_code, "token": token}
    )
    return _personal(
        campaign_code,
        token,
        lambda campaign, edition, personal, given: Response(
            pages.person_page(campaign, edition, given, place, personal=personal), mimetype="text/html"
        ),
    )


@blueprint.get("/r/<campaign_code>/p/<token>/data.<format(person):kind>")
@access(PUBLIC)
def person_data(campaign_code: str, token: str, kind: str) -> ResponseReturnValue:
    """Give one person's own results as a file."""
    chosen = find_format(kind)

    def answer(campaign: Campaign, edition: Edition, _personal: Personal, given: PersonPage) -> Response:
        name = chosen.person_name(campaign.definition.title, campaign_code, given.ratee)
        file = person_file(
            kind,
            campaign,
            edition,
            given.results,
            given.digest,
            given.gains,
            given.texts,
            given.decided,
        )
        kept_as = {"Content-Disposition": name.disposition("attachment")}
        return Response(file, mimetype=chosen.media, headers=kept_as)

    return _personal(campaign_code, token, answer)


def _open(session: Session, campaign_code: str) -> _Open:
    """Return what this request may read; an unpublished campaign is as good as none."""
    campaign, known = _known(session, campaign_code)
    edition = publishing.in_force(campaign, known)
    if edition is None or edition.choice is None:
        abort(404)
    query = ""
    if edition.level is Publication.LINK:
        token, run = request.args.get(links.FIELD, ""), publishing.run_of(known)
        if not links.opens_results(campaign_code, run, token, _key()):
            abort(404)
        # As it is written here: the same signature can be spelt in several ways.
        query = links.results_link(campaign_code, run, _key()).partition("?")[2]
    texts = editions.released_texts(session, campaign, edition.choice)
    place = PageAddress("public.page", "public.data", {"campaign_code": campaign_code}, query)
    return _Open(campaign, edition, known[-2::-1], edition.choice, texts, place)


def _number(found: _Open) -> int:
    """Return the page that is asked for, as one of those there are: no others are made and kept."""
    ratees = sum(one.section in found.choice.sections for one in found.campaign.definition.ratees)
    asked = request.args.get("page", 1, type=int)
    return list_page(ratees, asked, max(1, pages.page_size(ratees))).page


def _given(session: Session, found: _Open) -> Page:
    return editions.page(session, found.campaign, found.edition, found.choice, found.texts)


_Answer = Callable[[Campaign, Edition, Personal, PersonPage], Response]


def _personal(campaign_code: str, token: str, answer: _Answer) -> ResponseReturnValue:
    """Answer a person's link; a link that has ended says so, whatever was never a link is as good as none."""
    link = links.read_person(campaign_code, token, _key())
    if link is None:
        abort(404)
    with transaction() as session:
        campaign, known = _known(session, campaign_code)
        edition = publishing.in_force(campaign, known)
        ratee = campaign.definition.ratee.get(link.ratee)
        if edition is None or edition.personal is None or edition.number != link.edition or ratee is None:
            return render_template("public/ended.html", campaign=campaign, why="replaced"), 410
        if now() >= min(link.until, edition.personal.until):
            return render_template("public/ended.html", campaign=campaign, why="expired"), 410
        given = editions.person_page(session, campaign, edition, edition.personal, ratee)
        return answer(campaign, edition, edition.personal, given)


def _known(session: Session, campaign_code: str) -> tuple[Campaign, list[Edition]]:
    try:
        campaign = find_campaign(session, campaign_code)
    except UnknownCampaign:
        abort(404)
    return campaign, publishing.editions(session, campaign)


def _key() -> bytes:
    return vault().link_key
