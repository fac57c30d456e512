"""What the PDF's font lacks of a definition: found before it is frozen, while names can still be changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from survey.documents.fonts import missing_glyphs
from survey.domain.definition.campaign import Definition

from .glyphs import code_points
from .text import printable


@dataclass(frozen=True)
class GlyphWarning:
    """One text that the font cannot write: where it stands, whose it is, and which characters it is about.

    ``path`` is that of the definition file (``ratees[2].name``); ``ratee`` is the name of the person or team
    that the text belongs to, empty for others.
    """

    path: str
    text: str
    ratee: str
    characters: str

    @property
    def code_points(self) -> str:
        """Return each character's place in the text and its code point."""
        return code_points(self.text)

    @property
    def line(self) -> str:
        """Return the warning in one line, for the command line."""
        places = [
            f"{one} (U+{ord(one):04X}, character {at})"
            for at, one in enumerate(self.text, 1)
            if one in self.characters
        ]
        whose = f' of "{self.ratee}"' if self.ratee not in ("", self.text) else ""
        return (
            f'{self.path}{whose}, "{self.text}": the font of PDF files and slips has no {", ".join(places)}; '
            "they print 〓 there, with a note where tables allow it"
        )


def find_warnings(definition: Definition) -> list[GlyphWarning]:
    """List the texts of a definition that slips and PDF tables print and whose characters the font lacks."""
    found = []
    for path, text, ratee in _printed(definition):
        clean = printable(text)
        missing = missing_glyphs([clean])
        if missing:
            found.append(GlyphWarning(path, clean, ratee, missing))
    return found


def _printed(definition: Definition) -> Iterator[tuple[str, str, str]]:
    """List what slips and official tables print: path, text, and the ratee that it is of."""
    yield "campaign.title", definition.title, ""
    yield "campaign.organiser", definition.organiser, ""
    yield "campaign.rated_unit", definition.rated_unit, ""
    yield "campaign.year", definition.year, ""
    for at, pool in enumerate(definition.pools):
        yield f"pools[{at}].label", pool.label, ""
    for at, group in enumerate(definition.raters):
        yield f"groups[{at}].label", group.label, ""
    for at, scale in enumerate(definition.scales):
        for place, grade in enumerate(scale.grades):
            yield f"scales[{at}].grades[{place}].label", grade.label, ""
    for at, rate in enumerate(definition.rates):
        yield f"rates[{at}].label", rate.label, ""
    for at, section in enumerate(definition.sections):
        yield f"sections[{at}].title", section.title, ""
        for place, criterion in enumerate(section.criteria):
            yield f"sections[{at}].criteria[{place}].label", criterion.label, ""
    for at, ratee in enumerate(definition.ratees):
        yield f"ratees[{at}].name", ratee.name, ratee.name
        yield f"ratees[{at}].post", ratee.post, ratee.name
        yield f"ratees[{at}].unit", ratee.unit, ratee.name
    for at, question in enumerate(definition.questions):
        yield f"questions[{at}].label", question.label, ""
        for place, option in enumerate(question.options):
            yield f"questions[{at}].options[{place}].label", option.label, ""
