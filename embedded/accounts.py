"""The account PostgreSQL runs under, and a place it can reach.

PostgreSQL refuses to be root. Started by root it runs as an unprivileged account that the machine already
has, and where that account cannot reach the checkout (one inside a home, say) its files stand in ``SHARED``
instead: the mode of a directory we did not make is never changed.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from embedded.failures import EmbeddedFailure

SHARED = Path("/var/lib/lienthong")

# An operator who wants an account of its own for the database creates `lienthong`.
_CANDIDATES = ("lienthong", "postgres", "nobody")


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account of the machine, and what it can reach."""

    name: str
    uid: int
    gid: int

    def may_enter(self, directory: Path) -> bool:
        return self._succeeds("test", "-x", str(directory))

    def may_run(self, program: Path) -> bool:
        return self._succeeds(str(program), "--version")

    def _succeeds(self, *command: str) -> bool:
        try:
            finished = subprocess.run(
                command,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except PermissionError:
            return False
        return finished.returncode == 0


def unprivileged_account() -> Account | None:
    """None when we are not root and simply stay who we are."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=found.pw_name, uid=found.pw_uid, gid=found.pw_gid)
    raise EmbeddedFailure(
        "PostgreSQL không chạy bằng tài khoản root, và máy không có tài khoản nào trong: " + ", ".join(_CANDIDATES)
    )


def place_for(directory: Path, account: Account | None) -> Path:
    """Where data meant for ``directory`` really stands; the answer is the same on every run."""
    if account is None or account.may_enter(directory.parent):
        return directory
    return _shared_place(str(directory.absolute())) / directory.name


def runnable_copy(folder: Path, parts: tuple[str, ...], *, program: str, key: str, account: Account | None) -> Path:
    """The program in its folder if the account may run it there, else in a copy of the named parts."""
    if account is None or account.may_run(folder / program):
        return folder / program
    copy = _shared_place(f"{key}:{folder}") / "programs"
    if not copy.exists():
        make_passable(copy.parent)
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in parts:
            shutil.copytree(folder / part, unfinished / part, symlinks=True)
        for directory in (unfinished, *(path for path in unfinished.rglob("*") if path.is_dir())):
            directory.chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was faster, and its copy is as good
            shutil.rmtree(unfinished)
    if not account.may_run(copy / program):
        message = f"Tài khoản {account.name} không chạy được {copy / program}."
        raise EmbeddedFailure(message)
    return copy / program


def _shared_place(key: str) -> Path:
    return SHARED / hashlib.sha256(os.fsencode(key)).hexdigest()[:16]


def make_passable(directory: Path) -> None:
    """Makes what is missing, so that any account may pass through whatever the umask says."""
    if not directory.exists():
        make_passable(directory.parent)
        directory.mkdir(exist_ok=True)
        directory.chmod(0o755)
