"""Make the recorded ballot of tests/secrecy_units: python -m bench.sealing.vector FOLDER prints it."""

import random
import sys
import textwrap
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.domain.ballot.packing import Packing
from survey.secrecy.box import BoxKey
from tests import builders

from . import browser
from .ballots import Example

SEED = bytes(range(32))
"""The key of the recorded ballot, thrown away: everybody knows it."""


def seeds_of(seed: bytes) -> bytes:
    """Return the seeds of both private keys of a box, as ``BoxKey`` derives them: ML-KEM's, X25519's."""
    return HKDF(SHA256(), 64 + 32, salt=None, info=b"minping box key 1").derive(seed)


def main() -> None:
    packing = Packing(builders.built())
    example = Example("small", packing, packing.forms[0])
    key = BoxKey(SEED)
    with browser.phone(Path(sys.argv[1]) / "built", browser.chromium()) as phone, phone.page() as page:
        page.evaluate("(script) => load(script)", phone.script("slim"))
        _, sealed, right = browser.seal(page, key, example, random.Random(9))
    if not right:
        sys.exit("the browser sealed something else than the server would have")
    info = browser.info_of(example)
    print(info, key.open(sealed, info))
    print("\n".join(textwrap.wrap(browser.b64(sealed), 100)))


if __name__ == "__main__":
    main()
