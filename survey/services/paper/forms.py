"""The paper ballots of a campaign as they are laid out, and specimens of them to try printer and scanner."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from survey.documents.layout.glyphs import filled
from survey.domain.definition.campaign import Campaign, State
from survey.domain.definition.rules import PaperRules
from survey.domain.errors import NoPaper, UnknownGroup
from survey.domain.paper.layout.flow import lay_out
from survey.domain.paper.reading import SheetCode
from survey.domain.paper.sheet import PaperForm
from survey.secrecy.token import new_token

# Setting type takes a third of a second to load: what prints is loaded where something is printed.
if TYPE_CHECKING:
    from survey.documents.pdf.paper_ballots import PaperFace


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


def faces_of(campaign: Campaign, mark: str, group: str | None = None) -> "dict[str, PaperFace]":
    """Return what the ballots of each rater group, or of one, have in common; ``mark`` says what they are.

    The texts of a draft can be written another way; once they are frozen, what the font cannot write has a
    visible sign in its place. Raises ``NoPaper``, ``UnknownGroup``.
    """
    from survey.documents.pdf.paper_ballots import PaperFace

    definition = campaign.definition
    faces = {
        form.group: PaperFace(form, definition.title, definition.group[form.group].label, mark)
        for form in forms_of(campaign, group)
    }
    return faces if campaign.state is State.DRAFT else {key: _filled(face) for key, face in faces.items()}


def print_specimens(
    campaign: Campaign,
    group: str,
    number: int,
    out: BinaryIO,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Print specimens of one group's ballot, with serials that belong to no code.

    ``progress`` is called with the number done and may raise to cancel. Raises ``NoPaper``, ``UnknownGroup``,
    ``WrongState`` once voting is over, and ``MissingGlyphs`` for a draft.
    """
    from survey.documents.pdf.paper_ballots import PaperSheet, paper_ballots_pdf

    faces = require_specimens(campaign, group)
    # Of the form of a code, and of no code: nothing is stored of it.
    serials = (new_token().replace("-", "") for _ in range(number))
    sheets = (PaperSheet(group, codes_of(faces[group].form, serial, specimen=True)) for serial in serials)
    paper_ballots_pdf(sheets, faces=faces, out=out, leaves=True, progress=progress)


def require_specimens(campaign: Campaign, group: str) -> "dict[str, PaperFace]":
    """Return what specimens of one group's ballot look like; raises what ``print_specimens`` raises."""
    from survey.documents.pdf.paper_ballots import SPECIMEN, require_glyphs

    campaign.require(State.DRAFT, State.ARMED, State.OPEN, to="print specimens")
    faces = faces_of(campaign, SPECIMEN, group)
    require_glyphs(faces.values())
    return faces


def codes_of(form: PaperForm, serial: str, *, specimen: bool = False) -> list[str]:
    """Return the texts of a sheet's codes, one a page."""
    return [str(SheetCode(specimen, serial, form.layout, page.page)) for page in form.pages]


def _filled(face: "PaperFace") -> "PaperFace":
    pages = tuple(
        replace(page, words=tuple(replace(words, text=filled(words.text)) for words in page.words))
        for page in face.form.pages
    )
    return replace(
        face, form=replace(face.form, pages=pages), title=filled(face.title), label=filled(face.label)
    )


def _paper(campaign: Campaign) -> PaperRules:
    if campaign.definition.paper is None:
        raise NoPaper(campaign.code)
    return campaign.definition.paper
