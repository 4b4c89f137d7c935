"""Papers to attach, each of its own bytes."""

import os

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def pdf(size: int) -> bytes:
    """So many bytes that begin as a PDF does."""
    return _HEAD + os.urandom(size - len(_HEAD))
