"""Codes that people read aloud and type: eight signs that cannot be taken for one another, and more where need be."""

import hashlib
import secrets

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LIKE = str.maketrans("OIL", "011")
#: Fifty bits: whoever has it has what it opens.
_DRAWN = 10


def drawn_code() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(_DRAWN))


def plain(code: str) -> str:
    """As people type it: small letters, with or without the hyphen, and signs that are taken for one another."""
    return code.strip().upper().replace("-", "").replace(" ", "").translate(_LIKE)


def code_hash(code: str) -> bytes:
    return hashlib.sha256(plain(code).encode()).digest()
