"""Building from a pinned module, with a script in the place of Go that does what Go does, only sooner."""

import stat
from pathlib import Path

import pytest

from embedded.failures import EmbeddedFailure
from embedded.golang import GoModule, built, cache_directory, is_recent

MODULE = GoModule(
    title="Thử",
    path="example.vn/thử",
    version="v1.2.3",
    checksum="h1:đúng",
    programs={"máy-chủ": "./cmd/server", "công-cụ": "./cmd/tools/sql"},
)
GO = """#!/bin/sh
case "$1 $2" in
"env GOVERSION") echo go1.99.0 ;;
"mod download") printf '{"Dir": "%s", "Sum": "h1:đúng"}' "$SOURCE" ;;
"list -deps") printf 'a\\nb\\nexample.vn/c\\n' ;;
"build -v")
    echo one >> "$SOURCE/builds"
    for argument; do case "$argument" in */) out=$argument ;; esac; done
    printf 'go: downloading x v1\\na\\nb\\nexample.vn/c\\n' >&2
    mkdir -p "$out" && touch "$out/server" "$out/sql"
    exit "${BUILD_ENDS_WITH:-0}" ;;
esac
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The module's source, where a machine has a Go first on its path."""
    programs = tmp_path / "bin"
    programs.mkdir()
    go = programs / "go"
    go.write_text(GO, encoding="utf-8")
    go.chmod(go.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setenv("SOURCE", str(tmp_path))
    return tmp_path


async def test_what_was_built_is_not_built_again(source: Path) -> None:
    said: list[str] = []
    first = await built(MODULE, source / "cache", say=said.append)
    again = await built(MODULE, source / "cache", say=said.append)

    assert first == again
    assert {file.name for file in first.iterdir()} == {"máy-chủ", "công-cụ"}
    assert (source / "builds").read_text(encoding="utf-8").splitlines() == ["one"]
    assert said[-1] == "Biên dịch Thử: 3/3 gói."


async def test_a_build_that_fails_says_why_and_leaves_nothing_that_looks_built(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUILD_ENDS_WITH", "1")
    with pytest.raises(EmbeddedFailure, match=r"example\.vn/c"):
        await built(MODULE, source / "cache", say=print)
    monkeypatch.delenv("BUILD_ENDS_WITH")

    assert (await built(MODULE, source / "cache", say=print) / "máy-chủ").exists()


async def test_another_source_under_the_same_version_is_refused(source: Path) -> None:
    (source / "bin" / "go").write_text(GO.replace("h1:đúng", "h1:sai"), encoding="utf-8")

    with pytest.raises(EmbeddedFailure, match="h1:sai"):
        await built(MODULE, source / "cache", say=print)
    assert not (source / "builds").exists()


@pytest.mark.parametrize(
    ("version", "fits"),
    [("go1.26.8", True), ("go1.27", True), ("go2.0.1", True), ("go1.26.7", False), ("go1.19", False), ("devel", False)],
)
def test_a_go_is_recent_enough_or_is_left_alone(version: str, fits: bool) -> None:  # noqa: FBT001
    assert is_recent(version) is fits


def test_programs_are_kept_where_a_reset_does_not_reach(tmp_path: Path) -> None:
    assert cache_directory({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "lienthong"
    assert cache_directory({}) == Path.home() / ".cache" / "lienthong"
