"""Reads the SQL that stands beside a module: blocks that begin with ``-- name: …``.

Statements come from our own files and never from a caller, which is what `LiteralString` promises.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString, cast

_NAME = re.compile(r"^-- name: (?P<name>[a-z_]+)$", re.MULTILINE)


def statements_of(module: str) -> Mapping[str, LiteralString]:
    """The statements of ``module.sql`` by name; call it with ``__file__``."""
    file = Path(module).with_suffix(".sql")
    _, *parts = _NAME.split(file.read_text(encoding="utf-8"))
    names, texts = parts[::2], parts[1::2]
    if len(set(names)) != len(names):
        message = f"{file.name} names a statement twice"
        raise ValueError(message)
    return MappingProxyType(
        {name: cast("LiteralString", text.strip().removesuffix(";")) for name, text in zip(names, texts, strict=True)}
    )
