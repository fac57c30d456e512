"""The tables, and for each what it may tell an administrator a year later (docs/secrecy.md)."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
    func,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A date-time with its zone, kept in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read UTC; SQLite keeps no zone."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


class Base(DeclarativeBase):
    """The tables' common base."""

    metadata = MetaData(naming_convention=NAMING)


class CampaignRow(Base):
    """One campaign: its definition, its state, its public key. A voter's request only reads it."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String, unique=True)
    definition: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    custody: Mapped[str | None] = mapped_column(String)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    shaken: Mapped[bool] = mapped_column(default=False)
    forgotten: Mapped[bool] = mapped_column(default=False)
    held: Mapped[bool] = mapped_column(default=False)
    collecting: Mapped[bool] = mapped_column(default=False)
    publication: Mapped[str] = mapped_column(String, default="none")
    unit: Mapped[str] = mapped_column(String, default="")
    trial_of: Mapped[str | None] = mapped_column(String)
    extended_to: Mapped[datetime | None] = mapped_column(Moment)
    postponed_to: Mapped[datetime | None] = mapped_column(Moment)
    corrected: Mapped[str | None] = mapped_column(Text)
    wording: Mapped[str | None] = mapped_column(String)
    statements: Mapped[str | None] = mapped_column(String)


class InstanceRow(Base):
    """To which secrets the database belongs: one row, in no backup, since a restore brings its secrets."""

    __tablename__ = "instance"

    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))


class DraftRow(Base):
    """A definition as organisers are writing it, whole or not; a campaign is made of it once it has no fault.

    ``content`` is JSON in the shape of the definition file; ``version`` grows with every save, so that of two
    people who edit at once the second is told.
    """

    __tablename__ = "drafts"

    code: Mapped[str] = mapped_column(String, primary_key=True)
    unit: Mapped[str] = mapped_column(String, default="")
    content: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class StatementFileRow(Base):
    """The PDF file that is a ratee's report, with its text; fixed by ``campaigns.statements`` from arming on.

    By the campaign's code, since a draft with faults has no campaign yet. A voter's request only reads it.
    """

    __tablename__ = "statement_files"

    campaign: Mapped[str] = mapped_column(String, primary_key=True)
    ratee: Mapped[str] = mapped_column(String, primary_key=True)
    ratee_name: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String)
    pages: Mapped[int] = mapped_column(Integer)
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String)
    text_digest: Mapped[str] = mapped_column(String)
    text_bytes: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class StatementUploadRow(Base):
    """A file that an organiser brought and that waits for its ratee; ``ratee`` is whose it seems to be."""

    __tablename__ = "statement_uploads"

    campaign: Mapped[str] = mapped_column(String, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String)
    pages: Mapped[int] = mapped_column(Integer)
    pictures: Mapped[int] = mapped_column(Integer)
    numbers: Mapped[int] = mapped_column(Integer)
    ratee: Mapped[str] = mapped_column(String)
    text: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class TokenRow(Base):
    """One code: its keyed digest, its rater group and whether it is spent. No time, no serial number.

    ``spent`` is 0 for no, 1 by phone, 2 on paper.
    """

    __tablename__ = "tokens"
    # The index spares whoever counts a campaign's codes all those of others. Spending changes nothing in it.
    __table_args__ = (Index(None, "campaign_id"), {"sqlite_with_rowid": False})

    # The digest leads the key: a voter's request knows nothing else. No foreign key to campaigns: on
    # PostgreSQL its check would lock, and so mark, the campaign's row in every voter's transaction.
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    rater_group: Mapped[str] = mapped_column(String)
    spent: Mapped[int] = mapped_column(SmallInteger, default=0)
    voided: Mapped[int] = mapped_column(SmallInteger, default=0)


class TokensGivenRow(Base):
    """How many codes an open campaign has, while it is open: what its ceiling is compared with. No times.

    Not a column of ``campaigns``: each device that asks for a code writes here.
    """

    __tablename__ = "codes_given"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)


class BallotRow(Base):
    """One sealed ballot under a random key. Nothing joins it to a code."""

    __tablename__ = "ballots"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class PaperSheetRow(Base):
    """What was read of one paper ballot while it waits, under a random key; noise without the paper key.

    No time, order, serial or state stands outside the seal. The row goes with the ballot's way into the box.
    """

    __tablename__ = "paper_sheets"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class PaperCropRow(Base):
    """The picture of one line of a waiting paper ballot, under a random key; sealed as the sheet is."""

    __tablename__ = "paper_crops"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SmsCampaignRow(Base):
    """Where a campaign by text message stands: one row a campaign, written over; no time of any client's.

    ``invalid`` and ``opted_out`` count replies, ``replied`` the ballots that went into the box; ``send_from``
    is when the office wants sending to begin, ``invited_at`` when invitations were queued last. After the
    close ``ended_at`` is since when replies come too late, ``replies_until`` how long earlier ones are waited
    for, ``erase_at`` when the key is destroyed, and ``final`` then the accounting, as JSON.
    """

    __tablename__ = "sms_campaigns"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key_name: Mapped[str] = mapped_column(String)
    left_out: Mapped[int] = mapped_column(Integer, default=0)
    invalid: Mapped[int] = mapped_column(Integer, default=0)
    opted_out: Mapped[int] = mapped_column(Integer, default=0)
    replied: Mapped[int | None] = mapped_column(Integer)
    send_from: Mapped[datetime | None] = mapped_column(Moment)
    invited_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    replies_until: Mapped[datetime | None] = mapped_column(Moment)
    erase_at: Mapped[datetime | None] = mapped_column(Moment)
    final: Mapped[str | None] = mapped_column(Text)


class SmsEntryRow(Base):
    """A client: the number sealed under the SMS key, found by its pseudonym; gone with the key."""

    __tablename__ = "sms_entries"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    pseudonym: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    number: Mapped[bytes] = mapped_column(LargeBinary)
    rater_group: Mapped[str] = mapped_column(String)
    ratee: Mapped[str] = mapped_column(String)


class SmsOutboxRow(Base):
    """A message that goes out, once: of each kind one a client, of help two. Gone with the SMS key.

    ``reference`` is a keyed digest of what the channel calls it by, there since it was first claimed, and
    ``receipt`` one of the provider's name of it.
    ``lease_until`` is there while somebody sends it, and while it waits after it was refused for now.
    """

    __tablename__ = "sms_outbox"
    __table_args__ = (Index(None, "reference"), Index(None, "receipt"), {"sqlite_with_rowid": False})

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String, primary_key=True)
    pseudonym: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String)
    reference: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    lease_until: Mapped[datetime | None] = mapped_column(Moment)


class SmsReplyRow(Base):
    """The sealed ballot of a client's last reply, under the pseudonym until it goes into the box.

    ``at`` is the carrier's time of the reply and ``mark`` its seen-key: of two the later one holds, of two of
    one time always the same one, whichever came first.
    """

    __tablename__ = "sms_replies"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    pseudonym: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SmsSeenRow(Base):
    """A reply that was taken, by a keyed digest of the provider's name of it; emptied at the close."""

    __tablename__ = "sms_seen"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class SmsOptOutRow(Base):
    """A number that gets no message any more, by a digest under the instance's key; kept for good."""

    __tablename__ = "sms_opt_outs"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class ToForgetRow(Base):
    """A table with rows that an administrator's act deleted and that the database's files still hold.

    ``transaction_id`` is PostgreSQL's number of the deleting transaction. A voter's request writes none.
    """

    __tablename__ = "to_forget"

    table_name: Mapped[str] = mapped_column(String, primary_key=True)
    transaction_id: Mapped[int] = mapped_column(BigInteger)


class PresenceRow(Base):
    """How many people of a rater group were in the room, counted by hand."""

    __tablename__ = "presence"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    rater_group: Mapped[str] = mapped_column(String, primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class TurnsRow(Base):
    """How far a campaign has come that goes person by person; written by administrators alone.

    ``standing`` is JSON: ratees that are not waiting any more, and their turns. ``revision`` counts the acts.
    """

    __tablename__ = "turns"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(Integer)
    handing_in: Mapped[bool] = mapped_column()
    standing: Mapped[str] = mapped_column(Text)


class CountRow(Base):
    """A count as it may be kept, one JSON value, with the digest that papers carry.

    The digest is taken with ``salt``: papers go to people who may not see the whole count, and without it the
    numbers of a small campaign could be found by trying. ``written_names`` (JSON) is what came of names that
    are not on a list, as it was signed.
    """

    __tablename__ = "counts"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    record: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    digest: Mapped[str] = mapped_column(String)
    counted_at: Mapped[datetime] = mapped_column(Moment)
    written_names: Mapped[str | None] = mapped_column(Text)


class ReceiptRow(Base):
    """The receipt of a ballot that was opened, and how often it occurred."""

    __tablename__ = "receipts"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    receipt: Mapped[str] = mapped_column(String(14), primary_key=True)
    times: Mapped[int] = mapped_column(Integer)


class TextRow(Base):
    """Something written on a ballot, by itself: no rater group, nothing that ties two of them together."""

    __tablename__ = "texts"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    subject: Mapped[str] = mapped_column(String)
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String, default="waiting")
    redacted: Mapped[str | None] = mapped_column(Text)


class WrittenNameRow(Base):
    """One wording of a name that is not on a list to tick, and how often it was written; of no ballot."""

    __tablename__ = "written_names"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    section: Mapped[str] = mapped_column(String)
    wording: Mapped[str] = mapped_column(Text)
    times: Mapped[int] = mapped_column(Integer)


class NameChoiceRow(Base):
    """Whom an account says that a wording means; nobody, where ``name`` is empty."""

    __tablename__ = "name_choices"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    account: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    post: Mapped[str] = mapped_column(Text)


class NameTellerRow(Base):
    """An account that took it on to say whom written names mean, and whether an owner released it since."""

    __tablename__ = "name_tellers"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    account: Mapped[str] = mapped_column(String, primary_key=True)
    released: Mapped[bool] = mapped_column(Boolean, default=False)


class PasskeyRow(Base):
    """A passkey of an account: what it is found by, its public key, and when it was made and used last.

    Nothing of the device that keeps it: no model, no serial number.
    """

    __tablename__ = "passkeys"

    credential: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer, index=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    counter: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str] = mapped_column(String)
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class PasskeyChallengeRow(Base):
    """What a passkey is asked to sign: once, for one purpose, in one browser that is logged in or logging in.

    ``place`` is the digest of that browser's secret, so there is one challenge at a time in each.
    """

    __tablename__ = "passkey_challenges"

    place: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer)
    purpose: Mapped[str] = mapped_column(String)
    challenge: Mapped[bytes] = mapped_column(LargeBinary(32))
    expires_at: Mapped[datetime] = mapped_column(Moment)


class AccountRow(Base):
    """Someone who administers; voters have no account."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String, unique=True)
    role: Mapped[str] = mapped_column(String)
    password_hash: Mapped[str | None] = mapped_column(String)
    totp_secret: Mapped[str | None] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(Moment)
    unit: Mapped[str] = mapped_column(String, default="")
    disabled: Mapped[bool] = mapped_column(default=False)
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    # No column: counted wherever an account is read, so that it cannot disagree with the table.
    passkeys: Mapped[int] = column_property(
        select(func.count()).where(PasskeyRow.account_id == id).correlate_except(PasskeyRow).scalar_subquery()
    )


class RecoveryCodeRow(Base):
    """A one-time code that stands in for a lost second factor, by its digest."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class LoginSessionRow(Base):
    """One browser in which somebody who administers is logged in, by the digest of its secret."""

    __tablename__ = "login_sessions"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer, index=True)
    browser: Mapped[str] = mapped_column(String)
    began_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class LoginFailureRow(Base):
    """How often logging in failed of late, for one account from one kind of place."""

    __tablename__ = "login_failures"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    again_at: Mapped[datetime] = mapped_column(Moment)


class JobRow(Base):
    """Long work of an administrator: what it is, how far it has come. Never a code, a share or a key.

    ``detail`` is JSON: what the job was asked for; ``file`` names what it made, in the hand-out folder or in
    ``job_files``. ``needs`` are words: what only some nodes have. ``part_of`` is the key of the job of which
    it is a part.
    """

    __tablename__ = "jobs"

    key: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    campaign: Mapped[str] = mapped_column(String)
    account_id: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String, default="waiting")
    detail: Mapped[str] = mapped_column(Text)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    file: Mapped[str | None] = mapped_column(String)
    fault: Mapped[str | None] = mapped_column(String)
    made_at: Mapped[datetime] = mapped_column(Moment)
    needs: Mapped[str] = mapped_column(String, default="")
    part_of: Mapped[str | None] = mapped_column(String)


class JobFileRow(Base):
    """A piece of a file that a job made, sealed with a key that is not in the database; in no backup.

    ``file`` begins with the job's key, as names in the hand-out folder do.
    """

    __tablename__ = "job_files"

    file: Mapped[str] = mapped_column(String, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class BeatRow(Base):
    """What the office's worker left last, one row; in no backup."""

    __tablename__ = "beats"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class LoginLinkRow(Base):
    """A one-time login link, by its digest."""

    __tablename__ = "login_links"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class SignatureRow(Base):
    """Who signed a count, as what and when."""

    __tablename__ = "signatures"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    part: Mapped[str] = mapped_column(String, primary_key=True)
    account: Mapped[str] = mapped_column(String)
    signed_at: Mapped[datetime] = mapped_column(Moment)
    count_digest: Mapped[str] = mapped_column(String)


class DecisionRow(Base):
    """What people decided beside the count of a campaign: appended, never changed.

    ``kind`` tells what ``content`` (JSON) holds, ``subject`` is the key of a section or of a ratee.
    """

    __tablename__ = "decisions"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String)
    subject: Mapped[str] = mapped_column(String)
    content: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class EditionRow(Base):
    """One dated version of what was published of a campaign: to whom, and which tables.

    ``content`` is JSON: what was chosen, why it was published anew, when links end.
    """

    __tablename__ = "editions"

    campaign_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(String)
    content: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String)
    published_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class WordTemplateRow(Base):
    """A unit's own Word template for one kind of document, in place of the one that ships."""

    __tablename__ = "word_templates"

    unit: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str] = mapped_column(String)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    changed_by: Mapped[str] = mapped_column(String)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class RosterColumnsRow(Base):
    """As what a unit's office read the columns of a roster last: for one set of heads, by its digest.

    ``columns`` is JSON: for each head, in the order of their texts, the template's name of it. Neither
    a head nor anything that stood below one is in it.
    """

    __tablename__ = "roster_columns"

    unit: Mapped[str] = mapped_column(String, primary_key=True)
    heads: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    columns: Mapped[str] = mapped_column(Text)


class AuditRow(Base):
    """One act of an administrator, chained to the one before. Voters' acts are never here."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String)
    act: Mapped[str] = mapped_column(String, index=True)
    campaign: Mapped[str | None] = mapped_column(String, index=True)
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String)
    hash: Mapped[str] = mapped_column(String)
