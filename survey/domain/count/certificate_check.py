"""Comparing what somebody typed from a paper with what a certificate fixes."""

from dataclasses import dataclass
from enum import StrEnum

from survey.domain.ballot.crockford import group_symbols, read_symbols

from .certificate import Certificate, Step

FOOTER = 12
"""How many characters of the count's digest stand in a footer; fewer say too little."""
WHOLE = 64
MAX_TYPED_LENGTH = 200
CHECK_VALUE = 12
_HEX = frozenset("0123456789ABCDEF")


class Typed(StrEnum):
    """What was typed, by its shape."""

    DIGEST = "digest"
    CHECK_VALUE = "check-value"
    NEITHER = "neither"


@dataclass(frozen=True)
class Match:
    """What was typed, and what it agrees with: the name of a digest, or steps of the procedure."""

    typed: Typed
    digest: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def agrees(self) -> bool:
        """Return whether it agrees with anything."""
        return bool(self.digest or self.steps)


def compare(certificate: Certificate, typed: str) -> Match:
    """Compare a digest, its first characters from a footer, or a check value with a certificate."""
    lowered = typed.strip().lower()
    symbols = read_symbols(lowered.removeprefix("sha256:").removeprefix("sha256："))
    if symbols is None:
        return Match(Typed.NEITHER)
    is_digest = FOOTER <= len(symbols) <= WHOLE and set(symbols) <= _HEX
    if is_digest:
        for name, digest in certificate.digests.items():
            if digest.removeprefix("sha256:").startswith(symbols.lower()):
                return Match(Typed.DIGEST, digest=name)
    # A footer and a check value are equally long; what is no digest here may be such a value.
    if len(symbols) == CHECK_VALUE:
        value = group_symbols(symbols)
        return Match(Typed.CHECK_VALUE, steps=tuple(s for s in certificate.steps if s.check_value == value))
    return Match(Typed.DIGEST if is_digest else Typed.NEITHER)
