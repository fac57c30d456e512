"""The file of channels, ``instance/sms.toml``: read whole, with every fault at once."""

import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from survey.domain.errors import BadChannels, ChannelFault, ChannelFlaw

from . import aliyun, tencent
from .aliyun import AliyunChannel
from .kannel import KannelChannel
from .nonces import NonceMemory
from .ports import SeenKeys, SmsChannel
from .settings import ChannelTable
from .signed import SignedChannel
from .smpp import SmppChannel
from .tencent import TencentChannel

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_MAX_FILE = 256 << 10
_KEY = 32
Clock = Callable[[], datetime]
_Adapter = Callable[[str, ChannelTable, Clock, SeenKeys], SmsChannel]


def read_channels(
    path: Path, *, nonces: SeenKeys | None = None, clock: Clock | None = None
) -> Mapping[str, SmsChannel]:
    """Return the channels by name; none where there is no file.

    Raises ``BadChannels`` with every fault, each at its place. ``nonces`` remembers which signed requests
    came: where several processes answer, they need one that all of them share.
    """
    tables = _tables(path)
    now = clock or _now
    memory = nonces or NonceMemory(now)
    faults: list[ChannelFault] = []
    found = {name: _channel(name, given, faults, now, memory) for name, given in tables.items()}
    if faults:
        raise BadChannels(faults)
    return MappingProxyType({name: channel for name, channel in found.items() if channel is not None})


def _now() -> datetime:
    return datetime.now(UTC)


def _tables(path: Path) -> Mapping[str, object]:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MAX_FILE + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadChannels(
            [ChannelFault(str(path), ChannelFlaw.UNREADABLE, {"why": error.strerror})]
        ) from error
    if stat.S_IMODE(mode) & 0o077:
        raise BadChannels([ChannelFault(str(path), ChannelFlaw.OPEN_TO_OTHERS, {"file": path})])
    try:
        document = tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        # What the parser says may quote the line, and a key stands in it: its place is enough.
        place = re.search(r"\(at ([^)]*)\)", str(error))
        if place:
            fault = ChannelFault(str(path), ChannelFlaw.NOT_TOML_AT, {"place": place[1]})
        else:
            fault = ChannelFault(str(path), ChannelFlaw.NOT_TOML)
        raise BadChannels([fault]) from None
    channels: object = document.pop("channels", {})
    faults = [ChannelFault(key, ChannelFlaw.UNKNOWN_TABLE) for key in sorted(document)]
    if not isinstance(channels, dict):
        faults.append(ChannelFault("channels", ChannelFlaw.NO_TABLES))
    if faults or not isinstance(channels, dict):
        raise BadChannels(faults)
    return channels


def _channel(
    name: str, given: object, faults: list[ChannelFault], clock: Clock, nonces: SeenKeys
) -> SmsChannel | None:
    path = f"channels.{name}"
    if not _NAME.fullmatch(name):
        faults.append(ChannelFault(path, ChannelFlaw.BAD_NAME))
    if not isinstance(given, dict):
        faults.append(ChannelFault(path, ChannelFlaw.NO_TABLE, {"table": path}))
        return None
    table = ChannelTable(path, given, faults)
    adapter = ADAPTERS.get(table.name("adapter"))
    if adapter is None:
        if isinstance(given.get("adapter"), str):
            table.fault("adapter", ChannelFlaw.NO_ADAPTER, known=", ".join(ADAPTERS))
        return None
    before = len(faults)
    made = adapter(name, table, clock, nonces)
    table.refuse_unknown()
    return made if len(faults) == before else None


def _rate(table: ChannelTable) -> int:
    return table.whole("rate", 10, 1, 1000)


def _signed(name: str, table: ChannelTable, clock: Clock, nonces: SeenKeys) -> SmsChannel:
    return SignedChannel(
        name=name,
        rate=_rate(table),
        price=table.price("price", "currency"),
        number=table.digits("number", ""),
        key=table.key("key", _KEY),
        send_url=table.url("send_url"),
        addresses=table.addresses("addresses"),
        clock=clock,
        nonces=nonces,
    )


def _aliyun(name: str, table: ChannelTable, clock: Clock, _nonces: SeenKeys) -> SmsChannel:
    return AliyunChannel(
        name=name,
        rate=_rate(table),
        price=table.price("price", "currency"),
        number=table.digits("number", ""),
        secret=table.secret("secret"),
        addresses=table.addresses("addresses"),
        key_id=table.key("key_id"),
        key=table.key("key"),
        signature=table.text("signature", most=20),
        templates=table.templates("templates"),
        endpoint=table.url("endpoint", f"https://{aliyun.HOST}").rstrip("/"),
        clock=clock,
    )


def _tencent(name: str, table: ChannelTable, clock: Clock, _nonces: SeenKeys) -> SmsChannel:
    return TencentChannel(
        name=name,
        rate=_rate(table),
        price=table.price("price", "currency"),
        secret=table.secret("secret"),
        addresses=table.addresses("addresses"),
        key_id=table.key("key_id"),
        key=table.key("key"),
        application=table.digits("application"),
        signature=table.text("signature", most=20),
        templates=table.templates("templates"),
        region=table.name("region", "ap-guangzhou"),
        endpoint=table.url("endpoint", f"https://{tencent.HOST}").rstrip("/"),
        clock=clock,
    )


def _kannel(name: str, table: ChannelTable, _clock: Clock, _nonces: SeenKeys) -> SmsChannel:
    return KannelChannel(
        name=name,
        rate=_rate(table),
        price=table.price("price", "currency"),
        number=table.digits("number", ""),
        user=table.name("user"),
        password=table.key("password", 16),
        send_url=table.url("send_url", "http://127.0.0.1:13013/cgi-bin/sendsms"),
        own_url=table.url("own_url", f"http://127.0.0.1:8000/sms/{name}"),
    )


def _smpp(name: str, table: ChannelTable, _clock: Clock, _nonces: SeenKeys) -> SmsChannel:
    return SmppChannel(
        name=name,
        rate=_rate(table),
        price=table.price("price", "currency"),
        number=table.digits("number", ""),
        host=table.name("host"),
        port=table.whole("port", 2775, 1, 65_535),
        tls=table.flag("tls", default=False),
        # SMPP has room for no more, and the library would cut them off without a word.
        system_id=table.key("system_id", most=15),
        password=table.key("password", most=8),
        system_type=table.name("system_type", ""),
    )


ADAPTERS: Mapping[str, _Adapter] = MappingProxyType(
    {"signed": _signed, "aliyun": _aliyun, "tencent": _tencent, "kannel": _kannel, "smpp": _smpp}
)
