"""Make what voters load smaller, with short names for what is local: ``make shrink``.

What comes out is kept in ``static/voter/``, each file under the digest of what it was made from. A file whose
source has been changed since is left aside by the server: a script that one works on runs as it stands.
"""

from pathlib import Path

import minify

from survey.web.voter.assets import PARTS, digest_of, joined
from tests.builders import ROOT

STATIC = ROOT / "static"
MADE = STATIC / "voter"
_KINDS = {".css": "text/css", ".js": "application/javascript"}
_FLOOR = {"js-version": 2017}
"""Nothing newer than the engines that we promise may come out, however short."""


def shrunk_file(name: str) -> str:
    """Return the file of an asset: the digest of its source, and below it what is served."""
    source = joined(STATIC, name)
    minify.config(_FLOOR)
    return f"/* {digest_of(source)} */\n{minify.string(_KINDS[Path(name).suffix], source)}\n"


def main() -> None:
    MADE.mkdir(exist_ok=True)
    for name in PARTS:
        (MADE / name).write_text(shrunk_file(name), encoding="utf-8")


if __name__ == "__main__":
    main()
