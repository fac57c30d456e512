"""Passkeys (WebAuthn): what a browser is asked for, and whether what it answers fits.

Nothing is stored here. ``fido2`` reads and checks; it is loaded where it is used, since it brings a list of
all public suffixes along.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature

from survey.domain.errors import BadCredentials

if TYPE_CHECKING:
    from fido2.cose import CoseKey
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

NAME = "民评"
MAX_ANSWER_LENGTH = 16_384
"""Characters: several times what a browser sends."""
ALGORITHMS = (-7, -8, -257)
"""ES256, EdDSA and RS256 (COSE): between them, every authenticator has one."""

_MAX_CREDENTIAL_LENGTH = 1023
_NO_MODEL = bytes(16)
_PORTS = {"https": 443, "http": 80}
_Read = TypeVar("_Read", "NewPasskey", "Used")
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*+")


@dataclass(frozen=True)
class Site:
    """Where passkeys are good: the host they are bound to (the RP ID), and the one origin of the pages."""

    host: str
    origin: str


@dataclass(frozen=True)
class Known:
    """A passkey that an account has: what it is found by, and its public key as it was stored."""

    credential: bytes = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class NewPasskey:
    """A passkey as an authenticator has just made it."""

    credential: bytes = field(repr=False)
    key: bytes = field(repr=False)
    counter: int


@dataclass(frozen=True)
class Used:
    """Which passkey has signed, and what its counter said."""

    credential: bytes = field(repr=False)
    counter: int


def site_of(base_url: str) -> Site | None:
    """Return where passkeys are good; ``None`` where no browser has them.

    Browsers want a domain, never an address of numbers, and HTTPS everywhere but on the computer itself.
    """
    parts = urlsplit(base_url.lower())
    host = parts.hostname or ""
    here = host == "localhost" or host.endswith(".localhost")
    numbers = host.rpartition(".")[2].isdigit()
    if not _DOMAIN.fullmatch(host) or numbers or not (here or parts.scheme == "https"):
        return None
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    return Site(host, f"{parts.scheme}://{host}{port}")


def handle_of(account: str) -> bytes:
    """Return what authenticators know an account by: no name, and the same for all of its passkeys."""
    return sha256(f"minping account {account}".encode()).digest()


def creation_options(
    site: Site, user: str, handle: bytes, passkeys: Sequence[Known], challenge: bytes
) -> Any:
    """Return what ``navigator.credentials.create`` is to be asked, as JSON writes it.

    ``handle`` is what authenticators know the account by; it is no name. No attestation is asked for: which
    model somebody uses is nobody's business. Nor a resident key: a security key has room for a few only.
    """
    from fido2.webauthn import (
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options, _ = _server(site).register_begin(
        PublicKeyCredentialUserEntity(name=user, id=handle, display_name=user),
        [_credential(one) for one in passkeys],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
        challenge=challenge,
    )
    return _json(options)


def request_options(site: Site, passkeys: Sequence[Known], challenge: bytes) -> Any:
    """Return what ``navigator.credentials.get`` is to be asked, as JSON writes it."""
    from fido2.webauthn import UserVerificationRequirement

    options, _ = _server(site).authenticate_begin(
        [_credential(one) for one in passkeys],
        user_verification=UserVerificationRequirement.PREFERRED,
        challenge=challenge,
    )
    return _json(options)


def read_made(site: Site, challenge: bytes, answer: str) -> NewPasskey:
    """Check what a browser answers to ``creation_options``; raises ``BadCredentials``."""
    from fido2 import cbor
    from fido2.webauthn import RegistrationResponse

    def check() -> NewPasskey:
        response = RegistrationResponse.from_dict(_document(answer))
        _require_own_frame(response.response.client_data)
        data = _server(site).register_complete(_state(challenge), response).credential_data
        if data is None or not 0 < len(data.credential_id) <= _MAX_CREDENTIAL_LENGTH:
            raise ValueError("No credential in response.")
        _require_sound(data.public_key)
        counter = response.response.attestation_object.auth_data.counter
        return NewPasskey(data.credential_id, cbor.encode(dict(data.public_key)), counter)

    return _refusing(check)


def read_used(site: Site, challenge: bytes, passkeys: Sequence[Known], answer: str) -> Used:
    """Check what a browser answers to ``request_options``; raises ``BadCredentials``.

    Whether the counter may say what it says is for whoever keeps it.
    """
    from fido2.webauthn import AuthenticationResponse

    def check() -> Used:
        response = AuthenticationResponse.from_dict(_document(answer))
        _require_own_frame(response.response.client_data)
        credentials = [_credential(one) for one in passkeys]
        found = _server(site).authenticate_complete(_state(challenge), credentials, response)
        return Used(found.credential_id, response.response.authenticator_data.counter)

    return _refusing(check)


def _refusing(check: Callable[[], _Read]) -> _Read:
    """Turn whatever goes wrong over bytes that anybody may have written into one refusal."""
    try:
        return check()
    except ValueError as error:
        # The library's own sentences name a check; what others quote of the bytes is nobody's business.
        reason = str(error) if re.fullmatch(r"[A-Z][A-Za-z -]{0,80}\.", str(error)) else type(error).__name__
        raise BadCredentials(f"the passkey's answer does not fit: {reason}") from None
    except Exception as error:
        raise BadCredentials(f"the passkey's answer cannot be read: {type(error).__name__}") from None


def _document(answer: str) -> Mapping[str, Any]:
    if len(answer) > MAX_ANSWER_LENGTH:
        raise ValueError("Answer too long.")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise ValueError("No object in answer.")
    return found


def _require_own_frame(client_data: Any) -> None:
    # The library looks at the origin of the frame only, not at who holds it.
    if client_data.cross_origin is not False:
        raise ValueError("Made in another page.")


def _require_sound(key: "CoseKey") -> None:
    """Refuse a key that no signature could ever fit: without attestation, nothing shows yet that one does."""
    if key.ALGORITHM not in ALGORITHMS:
        raise ValueError("Algorithm not asked for.")
    try:
        key.verify(b"", b"")
    except InvalidSignature:
        return
    raise ValueError("Key fits nothing.")


def _server(site: Site) -> "Fido2Server":
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestationConveyancePreference, PublicKeyCredentialRpEntity

    server = Fido2Server(
        PublicKeyCredentialRpEntity(name=NAME, id=site.host),
        AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == site.origin,
    )
    allowed = server.allowed_algorithms
    server.allowed_algorithms = [one for one in allowed if one.alg in ALGORITHMS]
    return server


def _credential(passkey: Known) -> "AttestedCredentialData":
    from fido2 import cbor
    from fido2.cose import CoseKey
    from fido2.webauthn import AttestedCredentialData

    key = CoseKey.parse(cbor.decode(passkey.key))  # type: ignore[arg-type]
    return AttestedCredentialData.create(_NO_MODEL, passkey.credential, key)


def _state(challenge: bytes) -> dict[str, object]:
    from fido2.utils import websafe_encode

    return {"challenge": websafe_encode(challenge), "user_verification": None}


def _json(options: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(dict(options)))["publicKey"]
