"""`worker` and `api`: one process of the product in the foreground, joined to the stack that runs here."""

import os
import sys
from typing import NoReturn

from cli.configuration import settings
from cli.surroundings import joined_environment


def worker() -> NoReturn:
    """Chạy một worker, nối vào các dịch vụ đang chạy."""
    _become("worker")


def api() -> NoReturn:
    """Chạy một API, nối vào các dịch vụ đang chạy."""
    _become("api")


def _become(module: str) -> NoReturn:
    settings()  # its faults belong to this command line, not to a process further down
    os.execve(sys.executable, [sys.executable, "-P", "-m", module], dict(joined_environment()))
