"""What a command finds around it: the environment, and the stack that runs here, if one does."""

import os
from collections.abc import Mapping
from pathlib import Path

from embedded.data_directory import DataDirectory, StackRecord
from embedded.failures import EmbeddedFailure
from embedded.stack import CHECKOUT


def data_directory() -> DataDirectory:
    return DataDirectory(Path(os.environ.get("LIENTHONG_DATA_DIR") or CHECKOUT / ".data"))


def cluster_directory() -> DataDirectory:
    """Of the distributed form: data of its own, for its Temporal knows other dossiers."""
    return DataDirectory(data_directory().path / "cluster")


def running_stack() -> StackRecord | None:
    """Of either form; they never run at once."""
    return data_directory().running() or cluster_directory().running()


def joined_environment() -> Mapping[str, str]:
    """What is set by hand stands; the running stack fills in the rest."""
    stack = running_stack()
    return {**(stack.environment if stack else {}), **os.environ}


def owner_database_url() -> str:
    url = joined_environment().get("LIENTHONG_OWNER_DATABASE_URL")
    if not url:
        message = "Chưa biết cơ sở dữ liệu: chạy `lienthong up`, hoặc đặt LIENTHONG_OWNER_DATABASE_URL."
        raise EmbeddedFailure(message)
    return url
