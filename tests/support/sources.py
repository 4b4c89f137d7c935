"""Source read as a tree, while the garbage collector waits.

What it collects in the middle of `ast.parse` may log a traceback, which parses in turn; CPython 3.11 keeps one
recursion counter for both and ends with `SystemError: AST constructor recursion depth mismatch`
(python/cpython#106905).
"""

import ast
import gc
from pathlib import Path


def tree_of(file: Path) -> ast.Module:
    """The module in a file."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    finally:
        if was_enabled:
            gc.enable()
