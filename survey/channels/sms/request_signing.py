"""How requests to the two large clouds are signed: ACS3 of Aliyun, TC3 of Tencent Cloud."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode


def sha256_hex(content: bytes) -> str:
    """Return a SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def acs3_query(parameters: Mapping[str, str]) -> str:
    """Return parameters as Aliyun signs and reads them."""
    return urlencode(sorted(parameters.items()), quote_via=quote, safe="")


def acs3_authorization(
    key_id: str, key: str, method: str, query: str, headers: Mapping[str, str], body: bytes
) -> str:
    """Return the header ``Authorization`` of a request to Aliyun; ``headers`` are all signed, lower case."""
    names = ";".join(sorted(headers))
    listed = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    canonical = "\n".join((method, "/", query, listed, names, sha256_hex(body)))
    to_sign = f"ACS3-HMAC-SHA256\n{sha256_hex(canonical.encode())}"
    signature = hmac.new(key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"


def tc3_authorization(
    key_id: str, key: str, service: str, headers: Mapping[str, str], body: bytes, at: int
) -> str:
    """Return the header ``Authorization`` of a POST to Tencent Cloud; ``headers`` are signed, lower case."""
    names = ";".join(sorted(headers))
    listed = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in sorted(headers))
    canonical = "\n".join(("POST", "/", "", listed, names, sha256_hex(body)))
    date = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
    scope = f"{date}/{service}/tc3_request"
    to_sign = "\n".join(("TC3-HMAC-SHA256", str(at), scope, sha256_hex(canonical.encode())))
    signing = f"TC3{key}".encode()
    for part in (date, service, "tc3_request"):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(signing, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
