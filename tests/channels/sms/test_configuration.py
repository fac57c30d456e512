"""The file of channels: read whole, all faults at once and each at its place, and no key in any of them."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from survey.channels.sms.aliyun import AliyunChannel
from survey.channels.sms.configuration import ADAPTERS, read_channels
from survey.channels.sms.kannel import KannelChannel
from survey.channels.sms.signed import SignedChannel
from survey.channels.sms.smpp import SmppChannel
from survey.channels.sms.tencent import TencentChannel
from survey.domain.errors import BadChannels
from survey.domain.sms.message_parts import PartPrice
from tests.builders import ROOT
from tests.channels.sms.conftest import KEY, SECRET

GOOD = f"""
[channels.office]
adapter = "signed"
number = "106900001"
key = "{KEY}"
send_url = "https://gateway.example.org/send"
addresses = ["203.0.113.0/24", "2001:db8::7"]
rate = 50

[channels.ali]
adapter = "aliyun"
secret = "{SECRET}"
key_id = "LTAI0000000000000000"
key = "0123456789abcdefghijABCDEFGHIJ"
signature = "某局"
templates = [{{ id = "SMS_1", text = "${{title}}：${{ratee}}的服务，1好2差。拒收请回复R" }}]

[channels.qq]
adapter = "tencent"
secret = "{"0123456789abcdef" * 2}"
key_id = "AKID00000000000000000000000000000000"
key = "00000000000000000000000000000000"
application = "1400006666"
signature = "某局"
templates = [{{ id = "1110", text = "{{1}}：{{2}}的服务" }}]

[channels.own]
adapter = "kannel"
number = "106900001"
user = "minping"
password = "a-long-password-of-kannel"

[channels.smsc]
adapter = "smpp"
number = "106900001"
host = "smsc.example.org"
port = 2776
tls = true
system_id = "minping"
password = "12345678"
"""


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "sms.toml"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadChannels) as refused:
        read_channels(written(folder, text))
    return [str(fault) for fault in refused.value.faults]


def test_every_adapter_is_read(tmp_path: Path) -> None:
    found = read_channels(written(tmp_path, GOOD))
    kinds = {name: type(channel) for name, channel in found.items()}
    assert kinds == {
        "office": SignedChannel,
        "ali": AliyunChannel,
        "qq": TencentChannel,
        "own": KannelChannel,
        "smsc": SmppChannel,
    }
    assert len(ADAPTERS) == len(kinds)
    assert {name: channel.rate for name, channel in found.items()} == {
        "office": 50,
        "ali": 10,
        "qq": 10,
        "own": 10,
        "smsc": 10,
    }
    assert all(channel.name == name for name, channel in found.items())
    assert [vars(found[name])["endpoint"] for name in ("ali", "qq")] == [
        "https://dysmsapi.aliyuncs.com",
        "https://sms.tencentcloudapi.com",
    ]


@pytest.mark.parametrize("price", ['"0.045"', "0.045"])
def test_a_price_is_read_as_it_is_written(tmp_path: Path, price: str) -> None:
    text = GOOD.replace("rate = 50", f'rate = 50\nprice = {price}\ncurrency = "美元"')
    found = read_channels(written(tmp_path, text))
    assert found["office"].price == PartPrice(Decimal("0.045"), "美元")
    assert found["ali"].price is None


def test_no_channel_shows_a_key(tmp_path: Path) -> None:
    shown = repr(dict(read_channels(written(tmp_path, GOOD))))
    secrets = (KEY, SECRET, "0123456789abcdef", "00000000000000000000", "a-long-password", "12345678")
    assert [secret for secret in secrets if secret in shown] == []


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_channels(tmp_path / "sms.toml") == {}


def test_an_empty_file_has_none(tmp_path: Path) -> None:
    assert read_channels(written(tmp_path, "")) == {}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(BadChannels, match="chmod 600"):
        read_channels(written(tmp_path, GOOD, mode))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadChannels, match="cannot be read"):
        read_channels(written(tmp_path, GOOD, 0o000))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sms.toml").mkdir()
    with pytest.raises(BadChannels, match="cannot be read"):
        read_channels(tmp_path / "sms.toml")


def test_a_fault_of_the_form_names_its_line_and_nothing_of_it(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, f'[channels.office]\nkey = "{KEY}" "\n')
    assert "line 2" in said
    assert KEY not in said


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sms.toml"
    path.write_bytes(b'key = "\xff"')
    path.chmod(0o600)
    with pytest.raises(BadChannels, match="TOML"):
        read_channels(path)


def test_all_faults_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    text = """
[channels.office]
adapter = "signed"
number = 106900001
key = "short"
send_url = "http://gateway.example.org/send"
addresses = ["203.0.113.0/24", "nowhere"]
rate = 0
colour = "red"

[channels.Office2]
adapter = "pigeon"

[channels.ali]
adapter = "aliyun"
secret = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
key_id = "a b"
signature = ""
templates = [{ id = "SMS_1", text = "${a}${b}" }, { id = "SMS_2" }, 3]
"""
    found = faults(tmp_path, text)
    assert [said.split(": ")[0] for said in found] == [
        "channels.office.rate",
        "channels.office.number",
        "channels.office.key",
        "channels.office.send_url",
        "channels.office.addresses[1]",
        "channels.office.colour",
        "channels.Office2",
        "channels.Office2.adapter",
        "channels.ali.secret",
        "channels.ali.key_id",
        "channels.ali.key",
        "channels.ali.signature",
        "channels.ali.templates[0]",
        "channels.ali.templates[1]",
        "channels.ali.templates[2]",
    ]
    assert not [said for said in found if "short" in said or "aaaa" in said or "a b" in said]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("colour = 1", "colour"),
        ("channels = 1", "channels"),
        ("[channels]\noffice = 1", "channels.office"),
        ("[channels.office]", "channels.office.adapter"),
        ("[channels.office]\nadapter = 1", "channels.office.adapter"),
        ('[channels.office]\nadapter = ["signed"]', "channels.office.adapter"),
    ],
)
def test_what_is_no_channel_is_told(tmp_path: Path, text: str, place: str) -> None:
    assert [said.split(": ")[0] for said in faults(tmp_path, text)] == [place]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (f'secret = "{SECRET}"', 'secret = "0123456789abcdef01234"', "ali.secret"),
        (f'secret = "{SECRET}"', 'secret = "abcdefghijklmnopqrstu"', "ali.secret"),
        (f'secret = "{SECRET}"', 'secret = "abc/defghijklmnopqrstuvwxyz"', "ali.secret"),
        (f'secret = "{SECRET}"', "secret = 1", "ali.secret"),
        ('key_id = "LTAI0000000000000000"', 'key_id = ""', "ali.key_id"),
        ('password = "12345678"', 'password = "123456789"', "smsc.password"),
        ('system_id = "minping"', 'system_id = "minping-minping1"', "smsc.system_id"),
        ("port = 2776", "port = 70000", "smsc.port"),
        ("port = 2776", 'port = 2776\nprice = "x"', "smsc.price"),
        ("port = 2776", "port = 2776\nprice = -0.1", "smsc.price"),
        ("port = 2776", "port = 2776\nprice = true", "smsc.price"),
        ("port = 2776", 'port = 2776\ncurrency = ""', "smsc.currency"),
        ("port = 2776", "port = true", "smsc.port"),
        ("tls = true", 'tls = "yes"', "smsc.tls"),
        ('host = "smsc.example.org"', 'host = "smsc example"', "smsc.host"),
        ('system_id = "minping"', 'system_id = "民评"', "smsc.system_id"),
        ('host = "smsc.example.org"', 'host = "短信.example.org"', "smsc.host"),
        ('user = "minping"', 'send_url = "http://192.0.2.1/"\nuser = "minping"', "own.send_url"),
        ('user = "minping"', 'own_url = "ftp://127.0.0.1/"\nuser = "minping"', "own.own_url"),
        ("https://gateway.example.org/send", "https://user:pw@gateway.example.org/", "office.send_url"),
        ("https://gateway.example.org/send", "https://gateway.example.org/?a=1", "office.send_url"),
        ("https://gateway.example.org/send", "https://[::1", "office.send_url"),
        ("https://gateway.example.org/send", "gateway", "office.send_url"),
        ('addresses = ["203.0.113.0/24", "2001:db8::7"]', 'addresses = "203.0.113.0/24"', "office.addresses"),
        ('application = "1400006666"', 'application = "app"', "qq.application"),
        ('templates = [{ id = "1110", text = "{1}：{2}的服务" }]', "templates = []", "qq.templates"),
        ('templates = [{ id = "1110", text = "{1}：{2}的服务" }]', "", "qq.templates"),
        ('text = "{1}：{2}的服务"', 'text = "{1}：{1}的服务"', "qq.templates[0]"),
    ],
)
def test_each_entry_is_checked(tmp_path: Path, old: str, new: str, place: str) -> None:
    assert old in GOOD
    assert [said.split(": ")[0] for said in faults(tmp_path, GOOD.replace(old, new))] == [f"channels.{place}"]


def test_the_examples_of_the_docs_are_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "sms.md").read_text("utf-8")
    blocks = [block.split("```")[0] for block in page.split("```toml\n")[1:]]
    text = "\n".join(block for block in blocks if "[channels." in block)
    found = read_channels(written(tmp_path, text.replace("CHANGE", "Xh4kP9")))
    assert len({type(channel) for channel in found.values()}) == len(ADAPTERS)
    # As they stand everybody would know them.
    assert [said.split(": ")[0] for said in faults(tmp_path, text)] == [
        "channels.office.key",
        "channels.ali.secret",
        "channels.ali.key",
        "channels.qq.secret",
        "channels.qq.key",
        "channels.own.password",
        "channels.smsc.password",
    ]
