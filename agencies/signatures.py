"""Standard Webhooks 1.0 signatures: ours over what goes out (v1), the partner's over its receipts (v1a).

We share a secret with the partner and sign with HMAC-SHA256, with every secret that is valid, so it can be changed
without a gap. The partner signs with Ed25519, whose private key we never have, so a receipt proves something to others.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AfterValidator, SecretStr

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"
#: How far the signer's clock may stand from ours.
TOLERANCE = timedelta(minutes=5)

_SECRET, _PRIVATE, _PUBLIC = "whsec_", "whsk_", "whpk_"
_SECRET_BYTES = range(24, 65)
_KEY_BYTES = 32


def _public_key(value: str) -> str:
    if not value.startswith(_PUBLIC) or len(_decoded(value.removeprefix(_PUBLIC))) != _KEY_BYTES:
        message = "khóa công khai phải có dạng whpk_ và 32 byte viết bằng base64"
        raise ValueError(message)
    return value


def _secret(value: SecretStr) -> SecretStr:
    plain = value.get_secret_value()
    if not plain.startswith(_SECRET) or len(_decoded(plain.removeprefix(_SECRET))) not in _SECRET_BYTES:
        message = "bí mật phải có dạng whsec_ và 24–64 byte viết bằng base64"
        raise ValueError(message)
    return value


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


PublicKey = Annotated[str, AfterValidator(_public_key)]
SharedSecret = Annotated[SecretStr, AfterValidator(_secret)]


class SignatureInvalid(Exception):
    """Chữ ký không khớp với nội dung, hoặc quá cũ."""

    code = "signature-invalid"


def digest_of(body: bytes) -> str:
    """The digest of a body, as a receipt names it (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signed(secrets: Iterable[SharedSecret], identity: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that sign a body, with every secret that is valid now."""
    content = _content(identity, str(int(at.timestamp())), body)
    return {
        ID: identity,
        TIMESTAMP: str(int(at.timestamp())),
        SIGNATURE: " ".join(f"v1,{_mac(secret, content)}" for secret in secrets),
    }


def verify(secrets: Iterable[SharedSecret], headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Raises `SignatureInvalid` unless one of the secrets signed the body, lately."""
    content = _fresh_content(headers, body, now)
    offered = headers[SIGNATURE].split()
    if not any(hmac.compare_digest(f"v1,{_mac(secret, content)}", one) for secret in secrets for one in offered):
        raise SignatureInvalid


def receipt_signed(key: str, identity: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers by which a partner signs its receipt; ``key`` is its private one."""
    private = Ed25519PrivateKey.from_private_bytes(_decoded(key.removeprefix(_PRIVATE))[:_KEY_BYTES])
    timestamp = str(int(at.timestamp()))
    signature = private.sign(_content(identity, timestamp, body))
    return {ID: identity, TIMESTAMP: timestamp, SIGNATURE: f"v1a,{base64.b64encode(signature).decode()}"}


def verify_receipt(keys: Iterable[PublicKey], headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Raises `SignatureInvalid` unless the partner's key signed the body, lately."""
    content = _fresh_content(headers, body, now)
    offered = [one.removeprefix("v1a,") for one in headers[SIGNATURE].split() if one.startswith("v1a,")]
    if not any(_signs(key, signature, content) for key in keys for signature in offered):
        raise SignatureInvalid


def drawn_key() -> tuple[str, PublicKey]:
    """A new key pair of a partner: the private key, and the public one for the directory."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    seed = private.private_bytes_raw()
    return _PRIVATE + base64.b64encode(seed + public).decode(), _PUBLIC + base64.b64encode(public).decode()


def _signs(key: PublicKey, signature: str, content: bytes) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(_decoded(key.removeprefix(_PUBLIC)))
        public.verify(_decoded(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _fresh_content(headers: Mapping[str, str], body: bytes, now: datetime) -> bytes:
    try:
        identity, timestamp = headers[ID], headers[TIMESTAMP]
        age = abs(now.timestamp() - int(timestamp))
        _ = headers[SIGNATURE]
    except (KeyError, ValueError) as error:
        raise SignatureInvalid from error
    if age > TOLERANCE.total_seconds():
        raise SignatureInvalid
    return _content(identity, timestamp, body)


def _content(identity: str, timestamp: str, body: bytes) -> bytes:
    return f"{identity}.{timestamp}.".encode() + body


def _mac(secret: SharedSecret, content: bytes) -> str:
    key = _decoded(secret.get_secret_value().removeprefix(_SECRET))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
