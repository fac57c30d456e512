"""Texts that a provider approved beforehand: which of them a message is, and what stands in its blanks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BLANK = re.compile(r"\$\{(\w+)\}|\{(\d+)\}")


@dataclass(frozen=True)
class MessageTemplate:
    """A text under the provider's number for it, with blanks as ``${name}`` or ``{1}``."""

    id: str
    text: str

    def blanks(self) -> list[str]:
        """Return the names of its blanks, in their order."""
        return [name or number for name, number in _BLANK.findall(self.text)]

    def read(self, message: str) -> dict[str, str] | None:
        """Return what stands in the blanks of a message, ``None`` where it is not of this text."""
        parts = _BLANK.split(self.text)
        pattern = "".join(
            re.escape(part) if at % 3 == 0 else "(.+?)" if at % 3 == 1 else ""
            for at, part in enumerate(parts)
        )
        found = re.fullmatch(pattern, message, re.DOTALL)
        return dict(zip(self.blanks(), found.groups(), strict=True)) if found else None


def fill_in(
    templates: Sequence[MessageTemplate], signature: str, message: str
) -> tuple[MessageTemplate, dict[str, str]] | None:
    """Return the template of a message and its blanks, ``None`` where no template is like it.

    The signature in front, 【…】, is put there by the provider.
    """
    text = message.removeprefix(f"【{signature}】")
    for template in templates:
        blanks = template.read(text)
        if blanks is not None:
            return template, blanks
    return None
