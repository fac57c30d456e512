"""Giving the box's key to its keeper, and fetching it for the count."""

from collections.abc import Callable, Container, Sequence
from pathlib import Path
from types import TracebackType

from sqlalchemy.orm import Session

from survey.documents.export.files import SHARE, SHARE_SHEET
from survey.documents.fonts import FONTS, Fonts
from survey.documents.layout.qr import png
from survey.domain.definition.campaign import Campaign, Custody, State
from survey.domain.errors import BadFile, BadShare, Unavailable, WrongKey, WrongState
from survey.secrecy.box import BoxKey, key_name
from survey.secrecy.custody import (
    Share,
    combine,
    destroy,
    key_file,
    read_key_file,
    split,
    write_key_file,
    write_private,
)
from survey.secrecy.paper_key import paper_key_file, paper_key_path
from survey.secrecy.share_input import read_share
from survey.services.campaigns import disarming
from survey.services.campaigns.campaigns import Armed
from survey.services.custody.carried_share import is_picture, share_text
from survey.services.paper.keys import COPIED, destroy_paper_key, paper_key_of
from survey.storage import audit_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction

MAX_SHARE_FILE = 64 * 1024
MAX_SHARE_PICTURE = 32 << 20
"""Bytes of a photograph as cameras make them; what is in it has limits of its own."""


class Undo:
    """Files written inside a block; they go again where the block fails.

    ``was_kept`` finds out whether what they belong to was stored after all: a connection lost in the commit
    leaves that open, and then a key or a list of codes may be the only one there is.
    """

    def __init__(self) -> None:
        self.files: list[Path] = []
        self.was_kept: Callable[[], bool] = lambda: False

    def __enter__(self) -> "Undo":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and not (isinstance(error, Unavailable) and self._may_be_kept()):
            for path in self.files:
                destroy(path)

    def _may_be_kept(self) -> bool:
        try:
            return self.was_kept()
        except Unavailable:
            return True


def _is_armed(armed: Armed) -> bool:
    with transaction() as session:
        found = find_campaign(session, armed.campaign.code)
    return found.public_key == BoxKey(armed.seed).public_bytes()


def share_numbers(
    custody: Custody, shares: int | None, threshold: int | None, folder: Path | None
) -> dict[str, int]:
    """Return number and threshold of the shares to make, none for custody ``server``.

    Raises ``BadShare`` where they do not go with the custody.
    """
    if custody is Custody.SERVER:
        if shares or threshold or folder:
            raise BadShare("shares belong to --custody scrutineers")
        return {}
    if folder is None:
        raise BadShare("custody scrutineers needs --shares-dir, a folder outside the instance for the shares")
    number = 3 if shares is None else shares
    return {"shares": number, "threshold": min(2, number) if threshold is None else threshold}


def key_path(keys: Path, campaign_code: str) -> Path:
    """Return where the key file of a campaign lies (custody ``server``)."""
    return keys / f"{campaign_code}.key"


def keep_key(keys: Path, armed: Armed, undo: Undo) -> Path:
    """Write the key file of a box just made; raises ``BadFile``.

    What is left of a key that the campaign had before it was taken back goes first.
    """
    path = key_path(keys, armed.campaign.code)
    if armed.former and (_is_former(path, armed.former) or _is_half_destroyed(path)):
        destroy(path)
    write_key_file(path, armed.campaign.code, armed.seed)
    undo.files.append(path)
    undo.was_kept = lambda: _is_armed(armed)
    return path


def destroy_former_keys(session: Session, keys: Path) -> None:
    """Destroy the key files of campaigns that were taken back to a draft; needs a transaction that writes.

    The log says which keys these are, so a backup that is restored loses no key that it needs.
    """
    # Whoever arms writes to the log before the new key file, so none appears here meanwhile.
    audit_rows.last_entry(session)
    for campaign_code, former in disarming.former_keys(session).items():
        path = key_path(keys, campaign_code)
        if disarming.has_no_box(session, campaign_code):
            destroy_paper_key(keys, campaign_code)
        if _is_former(path, former) or (
            _is_half_destroyed(path) and disarming.has_no_box(session, campaign_code)
        ):
            destroy(path)


def _is_former(path: Path, former: frozenset[str]) -> bool:
    try:
        return key_name(BoxKey(read_key_file(path)).public_bytes()) in former
    except BadFile:
        return False


def _is_half_destroyed(path: Path) -> bool:
    """Return whether a file was overwritten and not removed: it can be read, and holds no key."""
    try:
        path.read_bytes()
        read_key_file(path)
    except OSError:
        return False
    except BadFile:
        return True
    return False


def write_shares(folder: Path, armed: Armed, undo: Undo, *, shares: int, threshold: int) -> list[Path]:
    """Write each share as words, as a QR picture and as a sheet to be printed; return the files of words.

    Raises ``BadShare`` for numbers that do not go together and ``BadFile`` where files cannot be made.
    """
    campaign_code = armed.campaign.code
    undo.was_kept = lambda: _is_armed(armed)
    made = split(campaign_code, armed.seed, shares, threshold)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadFile(f"cannot make the folder {folder}: {error.strerror}") from error
    # Loaded where sheets are printed: a node for voters never does.
    from survey.documents.pdf.share_sheet import share_sheet_font

    written = []
    with share_sheet_font(armed.campaign.definition.title) as fonts:
        for share in made:
            named = {"campaign_code": campaign_code, "number": share.number}
            path = folder / SHARE.plain.format(**named)
            for target, content in (
                (path, share.as_text().encode()),
                (path.with_suffix(".png"), png(share.words)),
                (folder / SHARE_SHEET.plain.format(**named), sheet_of(share, armed.campaign, fonts=fonts)),
            ):
                write_private(target, content)
                undo.files.append(target)
            written.append(path)
    return written


def sheet_of(share: Share, campaign: Campaign, holder: str = "", fonts: Fonts = FONTS) -> bytes:
    """Print the sheet of one share as PDF, in memory; without ``holder`` a line is left for the name."""
    from survey.documents.pdf.share_sheet import ShareSheet, share_sheet_pdf

    title, words = campaign.definition.title, share.words.split()
    sheet = ShareSheet(title, share.number, share.shares, share.threshold, words, share.groups, holder)
    return share_sheet_pdf(sheet, fonts)


def export(session: Session, campaign: Campaign, keys: Path, target: Path, undo: Undo) -> dict[str, Path]:
    """Write second copies of a campaign's keys, that of the box's at ``target``; return where, by name.

    The copy of the paper key lies beside it, or there where it is the only one. Raises what ``copies_of``
    raises, and ``BadFile`` or ``NoSpace``.
    """
    written: dict[str, Path] = {}
    for name, content in copies_of(session, campaign, keys).items():
        path = target.with_suffix(Path(name).suffix) if written else target
        write_private(path, content)
        undo.files.append(path)
        written[name] = path
    return written


def copies_of(session: Session, campaign: Campaign, keys: Path) -> dict[str, bytes]:
    """Return what second copies of a campaign's keys hold, by their names in the folder of keys.

    Put back there under these names, they are the keys. Raises ``WrongState`` where the server keeps no key
    of it, and ``BadFile`` or ``WrongKey``.
    """
    require_exportable(campaign, keys)
    copies = {}
    if campaign.custody is Custody.SERVER:
        path = key_path(keys, campaign.code)
        copies[path.name] = key_file(campaign.code, _checked(campaign, read_key_file(path)))
    path = paper_key_path(keys, campaign.code)
    if path.exists():
        copies[path.name] = paper_key_file(paper_key_of(keys, campaign, session))
    return copies


def copied_facts(campaign: Campaign, keys: Path, names: Container[str]) -> dict[str, bool]:
    """Return what the log notes of copies of these names: whether one of the paper key is among them."""
    return {COPIED: True} if paper_key_path(keys, campaign.code).name in names else {}


def require_exportable(campaign: Campaign, keys: Path) -> None:
    """Refuse with ``WrongState`` unless the server keeps a key of the campaign, to be copied."""
    campaign.require(
        State.ARMED, State.OPEN, State.CLOSED, State.COUNTED, State.CERTIFIED, to="export the key"
    )
    if campaign.custody is not Custody.SERVER and not paper_key_path(keys, campaign.code).exists():
        raise WrongState(f"the scrutineers hold the key of {campaign.code}; the server has none to export")


def seed_of(campaign: Campaign, keys: Path, share_files: Sequence[Path]) -> bytes:
    """Fetch the secret of a campaign's box from its key file or from its holders' shares.

    Raises ``BadShare``, ``BadFile`` or ``WrongKey``.
    """
    if campaign.custody is Custody.SERVER:
        if share_files:
            raise BadShare(f"the server keeps the key of {campaign.code}; leave --share-file out")
        return _checked(campaign, read_key_file(key_path(keys, campaign.code)))
    if not share_files:
        raise BadShare(
            f"the scrutineers hold the key of {campaign.code}; name their shares with --share-file"
        )
    return _checked(campaign, combine([_share_words(path) for path in share_files]))


def _checked(campaign: Campaign, seed: bytes) -> bytes:
    if BoxKey(seed).public_bytes() != campaign.public_key:
        raise WrongKey(f"this key does not open the box of {campaign.code}")
    return seed


def _share_words(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_SHARE_PICTURE:
            raise BadFile(f"{path} is no share")
        content = path.read_bytes()
    except OSError as error:
        raise BadFile(f"cannot read {path}: {error.strerror}") from error
    if len(content) > MAX_SHARE_FILE and not is_picture(content):
        raise BadFile(f"{path} is no share")
    try:
        return read_share(share_text(content)).words
    except BadShare as error:
        raise BadShare(
            f"{path}: {error}", error.why, word=error.word, place=error.place, groups=error.groups
        ) from None
