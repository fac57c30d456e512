"""The paper ballots of a campaign as they are laid out, and specimens of them to try printer and scanner."""

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from survey.documents.layout.glyphs import filled
from survey.documents.pdf.paper_ballots import PaperFace, PaperSheet, paper_ballots_pdf
from survey.domain.ballot.paper_flow import lay_out
from survey.domain.ballot.paper_reading import SheetCode
from survey.domain.ballot.paper_sheet import PaperForm
from survey.domain.definition.campaign import Campaign, State
from survey.domain.definition.rules import PaperRules
from survey.domain.errors import NoPaper, UnknownGroup
from survey.secrecy.token import new_token

SPECIMEN = "样张"


def forms_of(campaign: Campaign, group: str | None = None) -> Sequence[PaperForm]:
    """Lay out the paper ballots of all rater groups, or of one.

    Raises ``NoPaper`` where the campaign is not voted in on paper, ``UnknownGroup``.
    """
    definition = campaign.definition
    paper = _paper(campaign)
    if group is not None and group not in definition.group:
        raise UnknownGroup(
            f'{campaign.code} has no rater group "{group}"; it has {", ".join(definition.group)}'
        )
    wanted = [key for key in definition.group if group in (None, key)]
    return [lay_out(definition, key, paper) for key in wanted]


def print_specimens(campaign: Campaign, group: str, number: int, out: BinaryIO) -> None:
    """Print specimens of one group's ballot, with serials that belong to no code.

    Raises ``NoPaper``, ``UnknownGroup``, ``WrongState`` once voting is over, and ``MissingGlyphs`` for a
    draft, whose texts can be written another way.
    """
    campaign.require(State.DRAFT, State.ARMED, State.OPEN, to="print specimens")
    [form] = forms_of(campaign, group)
    definition = campaign.definition
    title, label = definition.title, definition.group[group].label
    if campaign.state is not State.DRAFT:
        title, label = filled(title), filled(label)
    faces: Mapping[str, PaperFace] = {group: PaperFace(form, title, label, SPECIMEN)}
    sheets = (PaperSheet(group, _codes(form)) for _ in range(number))
    paper_ballots_pdf(sheets, faces=faces, out=out)


def _paper(campaign: Campaign) -> PaperRules:
    if campaign.definition.paper is None:
        raise NoPaper(campaign.code)
    return campaign.definition.paper


def _codes(form: PaperForm) -> Sequence[str]:
    # Of the form of a code, and of no code: nothing is stored of it.
    serial = new_token().replace("-", "")
    return [str(SheetCode(True, serial, form.layout, page.page)) for page in form.pages]
