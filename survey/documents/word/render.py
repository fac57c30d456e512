"""Making a Word document from a template, under the policy that holds for every template."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, nsmap, qn
from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from lxml import etree
from markupsafe import Markup

from survey.documents.layout.text import printable
from survey.domain.errors import HeavyTemplate, UnfitTemplate

from .part_names import in_one_spelling
from .placeholders import Template
from .policy import MAX_OUTPUT, Policy, TooMuch
from .tracked_changes import accepted

SHIPPED = Path(__file__).parent
TWIPS_PER_EMU = 1 / 635
_MAX_PROPERTY = 255
"""Characters that Word takes of a document's title."""
_PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>.*?</w:p>", re.DOTALL)
_MARK = "piece"
_PIECE = re.compile(rb"<\?%b (\d+)\?>" % _MARK.encode())
_BREAKS = re.compile("[\t\n\a\f]")
_W = {"w": nsmap["w"]}
_UNFINISHED = etree.XPath(".//w:tc[not(*[last()][self::w:p])]", namespaces=_W)
_EMPTY = etree.XPath(".//w:tbl[not(w:tr)]", namespaces=_W)


class Frame(DocxTemplate):  # type: ignore[misc]
    """A template that is rendered strictly: what does not come out as whole XML is refused."""

    def __init__(self, content: bytes) -> None:
        super().__init__(BytesIO(in_one_spelling(content)))
        self.pieces: list[Callable[[], Iterable[str]]] = []
        self.init_docx()

    def later(self, make: Callable[[], Iterable[str]]) -> Markup:
        """Return what stands for XML that is made, and put in its place, while the document is written.

        ``make`` gives it bit by bit, escaped. So a template is filled in for 1,000 persons, whose tables
        would take more memory than there is.
        """
        self.pieces.append(make)
        return Markup(f"<?{_MARK} {len(self.pieces) - 1}?>")  # noqa: S704 – a number

    @property
    def document(self) -> WordDocument:
        """Return the document, before it is rendered the template's own."""
        found: WordDocument = self.docx
        return found

    @property
    def width(self) -> int:
        """Return the width of its text upright, in twips."""
        return self._width(landscape=False)

    @property
    def wide(self) -> int:
        """Return the width of its text in landscape, in twips."""
        return self._width(landscape=True)

    def _width(self, *, landscape: bool) -> int:
        section = self.document.sections[-1]
        sides = sorted((section.page_width or Mm(210), section.page_height or Mm(297)))
        margins = (section.left_margin or 0) + (section.right_margin or 0)
        return round((sides[landscape] - margins) * TWIPS_PER_EMU)

    def page_end(self, *, landscape: bool) -> Markup:
        """Write the end of a section: what stands above it is upright or in landscape."""
        section = self._section(landscape=landscape)
        text = etree.tostring(section, encoding="unicode")
        return Markup(  # noqa: S704 – the template's own XML, parsed and written again
            '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
            f"{text}</w:pPr></w:p>"
        )

    def _section(self, *, landscape: bool) -> Any:
        section = deepcopy(self.document.element.body.sectPr)
        for kind in section.findall(qn("w:type")):
            section.remove(kind)
        page = section.find(qn("w:pgSz"))
        if page is not None:
            turn(page, landscape=landscape)
        return section

    def patch_xml(self, xml: str) -> str:
        """Accept the tracked changes of a part, then make its tags ready."""
        ready: str = super().patch_xml(accepted(xml))
        return ready

    def resolve_listing(self, xml: str) -> str:
        """Make elements of the tabs and line breaks in texts, looking only where there are any."""
        whole = super().resolve_listing
        return _PARAGRAPH.sub(lambda m: whole(m[0]) if _BREAKS.search(m[0]) else m[0], xml)

    def fix_tables(self, xml: str) -> Any:
        """Refuse a body that is no XML, which the library would guess at; fill what Word wants filled."""
        etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False))
        tree = super().fix_tables(xml)
        for cell in _UNFINISHED(tree):
            cell.append(parse_xml(f"<w:p {nsdecls('w')}/>"))
        for table in _EMPTY(tree):
            table.getparent().remove(table)
        return tree


def turn(page: Any, *, landscape: bool) -> None:
    """Turn the page size of a section."""
    short, long = sorted((int(page.get(qn("w:w"))), int(page.get(qn("w:h")))))
    page.set(qn("w:w"), str(long if landscape else short))
    page.set(qn("w:h"), str(short if landscape else long))
    if landscape:
        page.set(qn("w:orient"), "landscape")
    else:
        page.attrib.pop(qn("w:orient"), None)


@cache
def shipped(kind: Template) -> bytes:
    """Return the template that ships."""
    return (SHIPPED / f"{kind}.docx").read_bytes()


def render(
    frame: Frame,
    values: Mapping[str, Any],
    out: BinaryIO,
    *,
    landscape_last: bool = False,
    bounded: bool = True,
) -> None:
    """Fill a template in and write the document; the last section may be in landscape.

    One that ships need not be ``bounded``: whatever is too much for it is no fault of the template.

    ``values`` are texts, lists and mappings of them; a ``Markup`` is XML that stands as it is. Raises
    ``UnfitTemplate``, or ``HeavyTemplate`` where it asks for more than may be made.
    """
    try:
        frame.render(dict(values), Policy(bounded=bounded), autoescape=True)
    except TooMuch as error:
        raise HeavyTemplate from error
    except (TemplateError, etree.XMLSyntaxError) as error:
        raise UnfitTemplate from error
    page = frame.document.element.body.sectPr.find(qn("w:pgSz"))
    if landscape_last and page is not None:
        turn(page, landscape=True)
    properties = frame.document.core_properties
    properties.title = printable(str(values["标题"]))[:_MAX_PROPERTY]
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = datetime.now(UTC)
    if not frame.pieces:
        frame.document.save(out)
        return
    saved = BytesIO()
    frame.document.save(saved)
    _put_together(saved, frame.pieces, out)


def _put_together(saved: BinaryIO, pieces: Sequence[Callable[[], Iterable[str]]], out: BinaryIO) -> None:
    """Write a document with its pieces where their marks stand."""
    met: set[int] = set()
    again = 0
    with ZipFile(saved) as short, ZipFile(out, "w", ZIP_DEFLATED) as whole:
        for name in short.namelist():
            between, *marked = _PIECE.split(short.read(name))
            with whole.open(name, "w") as part:
                part.write(between)
                for number, after in zip(map(int, marked[::2]), marked[1::2], strict=True):
                    for bit in pieces[number]():
                        content = bit.encode()
                        # Each once is what there is to say; a template that repeats it could fill a disk.
                        again += len(content) if number in met else 0
                        if again > MAX_OUTPUT:
                            raise HeavyTemplate
                        part.write(content)
                    met.add(number)
                    part.write(after)
