"""Names of the parts of a Word file, in the one spelling that the library finds.

Word and WPS compare names without regard to case and read ``\\`` as ``/``; the library compares letters.
"""

import posixpath
import zipfile
from io import BytesIO

from lxml import etree

from survey.documents.layout.untrusted_package import resolved, spelled_plainly

_TYPES = "[Content_Types].xml"


def in_one_spelling(content: bytes) -> bytes:
    """Return a checked Word file with its parts named as links ask for them."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {
            member.filename: archive.read(member) for member in archive.infolist() if not member.is_dir()
        }
    links = {name: etree.fromstring(xml, _parser()) for name, xml in parts.items() if _holds_links(name)}
    if not any(_is_missed(name, tree, parts) for name, tree in links.items()) and _TYPES in parts:
        return content
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            plain = spelled_plainly(name)
            written = part
            if name in links:
                for link in _inner(links[name]):
                    link.set("Target", "/" + spelled_plainly(resolved(_folder(plain), link.get("Target"))))
                written = etree.tostring(links[name])
            archive.writestr(_TYPES if plain == spelled_plainly(_TYPES) else plain, written)
    return out.getvalue()


def _is_missed(name: str, tree: etree._Element, parts: dict[str, bytes]) -> bool:
    """Check whether links, or what they lead to, are there under another spelling only."""
    folder, own = posixpath.split(name)
    source = posixpath.join(posixpath.dirname(folder), own.removesuffix(".rels"))
    as_asked = posixpath.basename(folder) == "_rels" and own.endswith(".rels")
    if not as_asked or (own != ".rels" and source not in parts):
        return True
    return any(
        "\\" in link.get("Target") or resolved(_folder(name), link.get("Target")) not in parts
        for link in _inner(tree)
    )


def _holds_links(name: str) -> bool:
    return spelled_plainly(name).endswith(".rels")


def _inner(tree: etree._Element) -> list[etree._Element]:
    return [link for link in tree.iterfind("{*}Relationship") if link.get("TargetMode") != "External"]


def _folder(name: str) -> str:
    return posixpath.dirname(posixpath.dirname(name))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False)
