"""What the parts of a Word file are, by the list in it."""

from collections.abc import Mapping

from survey.documents.layout.untrusted_package import UntrustedPackage, XmlPart, spelled_plainly


class ContentTypes(XmlPart):
    """The types of a package's parts by their plain names, and the types of all that end alike."""

    separator = " "

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        self.defaults: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note one entry of the list."""
        if name.endswith(" Override"):
            part = spelled_plainly(attributes["PartName"]).removeprefix("/")
            self.parts[part] = attributes["ContentType"]
        elif name.endswith(" Default"):
            self.defaults.append(attributes["ContentType"])


def content_types(package: UntrustedPackage) -> ContentTypes:
    """Read the list of a package; raises what ``UntrustedPackage.parse`` raises."""
    found = ContentTypes()
    package.parse("[Content_Types].xml", found)
    return found
