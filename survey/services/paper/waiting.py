"""The paper ballots of a campaign that wait, opened with the paper key and sealed again."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.paper.pages import crops_of
from survey.domain.paper.record import KeptSheet, sheet_of_json
from survey.secrecy.paper_key import PaperKey
from survey.storage import paper_rows

_PADDING = 1024
"""Sealed sheets are as long as a multiple of this: their length tells little of how much was asked."""


def opened(key: PaperKey, row: bytes, sealed: bytes) -> KeptSheet:
    """Open the row of a sheet; raises ``WrongKey``."""
    return sheet_of_json(json.loads(key.decrypt(sealed, row)))


@dataclass(frozen=True)
class Waiting:
    """The sheets of one campaign; its lock must be held alone by whoever writes."""

    session: Session
    campaign: Campaign
    key: PaperKey

    def sheets(self) -> Iterator[tuple[bytes, KeptSheet]]:
        """Go through the sheets with the keys of their rows, refused ones too; raises ``WrongKey``."""
        for row, sealed in paper_rows.sheets(self.session, self.campaign):
            yield row, opened(self.key, row, sealed)

    def by_serial(self) -> dict[str, tuple[bytes, KeptSheet]]:
        """Map serials to sheets with the keys of their rows."""
        return {sheet.serial: (row, sheet) for row, sheet in self.sheets()}

    def of_serials(
        self, serials: Collection[str], known: dict[bytes, str]
    ) -> dict[str, tuple[bytes, KeptSheet]]:
        """Map those of some serials that wait to sheets with the keys of their rows.

        ``known`` says whose the rows are that were opened before, which never changes, and is completed.
        """
        rows = paper_rows.sheet_keys(self.session, self.campaign)
        asked = [row for row in rows if row not in known or known[row] in serials]
        found: dict[str, tuple[bytes, KeptSheet]] = {}
        for row, sealed in paper_rows.some_sheets(self.session, self.campaign, asked):
            sheet = opened(self.key, row, sealed)
            known[row] = sheet.serial
            if sheet.serial in serials:
                found[sheet.serial] = (row, sheet)
        return found

    def add(self, sheets: Iterable[KeptSheet]) -> None:
        """Store new sheets."""
        named = ((paper_rows.new_key(), sheet) for sheet in sheets)
        paper_rows.add_sheets(
            self.session, self.campaign, {row: self._sealed(row, sheet) for row, sheet in named}
        )

    def replace(self, row: bytes, sheet: KeptSheet) -> None:
        """Store anew what is known of a sheet."""
        paper_rows.replace_sheet(self.session, self.campaign, row, self._sealed(row, sheet))

    def drop(self, sheets: Mapping[bytes, KeptSheet]) -> None:
        """Delete sheets, by the keys of their rows, with their pictures."""
        paper_rows.drop_sheets(self.session, self.campaign, sheets)
        self.drop_crops({crop for sheet in sheets.values() for crop in crops_of(sheet)})

    def drop_crops(self, names: Iterable[str]) -> None:
        """Delete pictures by the keys that sheets name them by."""
        paper_rows.drop_crops(self.session, self.campaign, map(bytes.fromhex, names))

    def add_crops(self, pictures: Mapping[str, bytes]) -> None:
        """Store pictures of lines under the keys that their sheets name them by (``PaperKey.picture``)."""
        rows = {bytes.fromhex(name): picture for name, picture in pictures.items()}
        sealed = {row: self.key.encrypt(picture, row) for row, picture in rows.items()}
        paper_rows.add_crops(self.session, self.campaign, sealed)

    def crop(self, name: str) -> bytes | None:
        """Return a picture by the key that a sheet names it by, ``None`` where it is gone."""
        row = bytes.fromhex(name)
        sealed = paper_rows.find_crop(self.session, self.campaign, row)
        return None if sealed is None else self.key.decrypt(sealed, row)

    def _sealed(self, row: bytes, sheet: KeptSheet) -> bytes:
        written = json.dumps(sheet.as_json(), ensure_ascii=False, separators=(",", ":")).encode()
        return self.key.encrypt(written.ljust(-(-len(written) // _PADDING) * _PADDING), row)
