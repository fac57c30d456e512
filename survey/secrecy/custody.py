"""Keeping a box's private key: in a file on the server, or in shares with scrutineers."""

import errno
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from survey.domain.errors import BadFile, BadShare, NoSpace

from .box import SEED_BYTES
from .share_digits import groups_of
from .share_input import ITERATION_EXPONENT, read_share

MAX_SHARES = 16  # SLIP-39
_FORMAT = "minping key 1"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL)


@dataclass(frozen=True)
class Share:
    """One holder's share: ``words`` are its SLIP-39 words, ``number`` counts from 1."""

    campaign: str
    number: int
    shares: int
    threshold: int
    words: str = field(repr=False)

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the same share as groups of digits."""
        return groups_of(self.words.split())

    def as_text(self) -> str:
        """Write the share as a file that its holder can read, its words numbered."""
        numbered = "".join(f"{at:2}. {word}\n" for at, word in enumerate(self.words.split(), 1))
        return (
            f"# Minping 民评 · {self.campaign}\n"
            f"# Share {self.number} of {self.shares}; any {self.threshold} of them open the box (SLIP-39).\n"
            f"# 第 {self.number} 份,共 {self.shares} 份;任意 {self.threshold} 份可开启票箱。\n"
            "# 请独自保管,不得复制。\n"
            f"{numbered}"
        )


def split(campaign: str, seed: bytes, shares: int, threshold: int) -> list[Share]:
    """Split a box's seed so that any ``threshold`` of ``shares`` holders can put it together (SLIP-39).

    Raises ``BadShare`` where the numbers do not go together.
    """
    if not (2 <= threshold <= shares <= MAX_SHARES or threshold == shares == 1):
        raise BadShare(
            f"{threshold} of {shares} shares cannot be made; take 2 to {MAX_SHARES} shares, "
            "and a threshold from 2 up to their number"
        )
    [words] = generate_mnemonics(1, [(threshold, shares)], seed, iteration_exponent=ITERATION_EXPONENT)
    return [Share(campaign, number, shares, threshold, line) for number, line in enumerate(words, 1)]


def combine(texts: Sequence[str]) -> bytes:
    """Put the seed together again from the texts of enough shares.

    Raises ``BadShare`` naming what is wrong: too few, damaged, or of different sets.
    """
    read = list({share.words: share for share in map(read_share, texts)}.values())
    threshold = min((share.threshold for share in read), default=0)
    words = [share.words for share in read]
    try:
        # More shares than needed are welcome; the last ones must then tell the same as the first.
        seeds = {combine_mnemonics(words[:threshold]), combine_mnemonics(words[-threshold:])}
    except MnemonicError as error:
        raise BadShare(f"these shares do not open a box: {str(error).rstrip('.')}") from error
    seed: bytes = seeds.pop()
    if seeds or len(seed) != SEED_BYTES:
        raise BadShare("these shares do not belong to one box")
    return seed


def write_key_file(path: Path, campaign: str, seed: bytes) -> None:
    """Write a key file that only its owner may read; an existing file is refused with ``BadFile``."""
    write_private(path, key_file(campaign, seed))


def key_file(campaign: str, seed: bytes) -> bytes:
    """Return what a key file holds."""
    return seed_content(seed, format=_FORMAT, campaign=campaign) + b"\n"


def read_key_file(path: Path) -> bytes:
    """Read the seed back; raises ``BadFile``."""
    try:
        return read_seed(path, format=_FORMAT)
    except FileNotFoundError as error:
        raise BadFile(f"no key file at {path}; put the exported copy there") from error
    except (OSError, ValueError) as error:
        raise BadFile(f"{path} is no key file") from error


def seed_content(seed: bytes, **named: str) -> bytes:
    """Return what the file of a seed holds; ``named`` is its format and what it is the key of."""
    return json.dumps(named | {"seed": seed.hex()}).encode()


def write_seed(path: Path, seed: bytes, **named: str) -> None:
    """Write a seed, whole or not at all; raises ``BadFile`` where there is one, or none can be."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with new_private(path) as out:
        out.write(seed_content(seed, **named))


def read_seed(path: Path, **named: str) -> bytes:
    """Read the seed that was written with these names.

    Raises ``OSError`` where the file cannot be read, and ``ValueError`` where it is another's or none.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        seed = bytes.fromhex(content["seed"])
        if any(content[name] != said for name, said in named.items()) or len(seed) != SEED_BYTES:
            raise ValueError("the seed of another key")
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("no file of a seed") from error
    return seed


def write_private(path: Path, content: bytes) -> None:
    """Write a new file of mode 0600, whole and on the disk when this returns, or none.

    Raises ``BadFile``, and ``NoSpace`` where the disk is full.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BadFile(f"{path} exists already; name a new file") from error
    except OSError as error:
        raise _unwritten(path, error) from error
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        sync_folder(path.parent)
    except OSError as error:
        destroy(path)
        raise _unwritten(path, error) from error


@contextmanager
def new_private(path: Path) -> Iterator[BinaryIO]:
    """Give a new file of mode 0600 to write into; it has its name, whole and on the disk, after the block.

    Whatever stops the block, a killed process too, leaves nothing of it: until then the file has no name,
    where the file system can do that. Raises ``BadFile`` where the name is taken, or the file cannot be
    written, and ``NoSpace`` where the disk is full.
    """
    if os.path.lexists(path):
        raise BadFile(f"{path} exists already; name a new file")
    named: Path | None = None
    try:
        handle = _open_nameless(path.parent)
        if handle is None:
            named = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
            handle = os.open(named, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
            if named is None:
                # Through /proc: a file that has no name gets one, unless somebody took it meanwhile.
                own = f"/proc/self/fd/{out.fileno()}"
                os.link(own, path, src_dir_fd=out.fileno(), follow_symlinks=True)
            else:
                _name_file(named, path)
        sync_folder(path.parent)
    except FileExistsError as error:
        raise BadFile(f"{path} exists already; name a new file") from error
    except OSError as error:
        raise _unwritten(path, error) from error
    finally:
        if named is not None:
            named.unlink(missing_ok=True)


def _open_nameless(folder: Path) -> int | None:
    """Open a new file without a name, ``None`` where system or file system has no such files."""
    flag = getattr(os, "O_TMPFILE", None)  # Linux alone has it
    if flag is None:
        return None
    try:
        return os.open(folder, os.O_RDWR | flag, 0o600)
    except OSError as error:
        if error.errno not in _NO_NAMELESS:
            raise
        return None


def _name_file(part: Path, path: Path) -> None:
    """Give a whole file its name; raises ``FileExistsError`` where somebody took it meanwhile."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError as error:  # a file system without links, as on many a USB stick
        if os.path.lexists(path):
            raise FileExistsError(path) from error
        part.rename(path)


def _unwritten(path: Path, error: OSError) -> BadFile | NoSpace:
    kind = NoSpace if error.errno in _FULL else BadFile
    return kind(f"cannot write {path}: {error.strerror}")


@contextmanager
def _room_or_not() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise


def replace_private(path: Path, content: bytes) -> None:
    """Put a file of mode 0600 in the place of another, or of none, so that there is never half of it.

    Raises ``BadFile``, and ``NoSpace`` where the disk is full.
    """
    written = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    write_private(written, content)
    written.replace(path)
    sync_folder(path.parent)


def destroy(path: Path) -> None:
    """Overwrite a file with random bytes and remove it; nothing happens where there is none.

    Overwriting does not reach copies that a file system or a disk keeps by itself, and is left out where a
    full disk refuses even that.
    """
    try:
        with _room_or_not(), path.open("r+b") as out:
            out.write(secrets.token_bytes(path.stat().st_size))
            out.flush()
            os.fsync(out.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's names on the disk: what was made in it, renamed or removed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
