"""The `directory` command, run as people and programs run it: no server, no data directory."""

import json
import shutil
from pathlib import Path
from typing import Any

from agencies.directory import SHIPPED, VERSIONS, load_directories
from tests.cli.conftest import Lienthong


def answered(lienthong: Lienthong, *arguments: str) -> Any:  # noqa: ANN401  (whatever JSON says)
    ended = lienthong("directory", *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def copied(tmp_path: Path, *, said: str, instead: str) -> Path:
    """The newest directory with one thing said otherwise."""
    folder = tmp_path / "province"
    shutil.copytree(SHIPPED, folder)
    file = next(one for one in sorted(folder.glob("*.yaml")) if said in one.read_text(encoding="utf-8"))
    file.write_text(file.read_text(encoding="utf-8").replace(said, instead, 1), encoding="utf-8")
    return folder


def test_every_version_is_listed_with_its_time_and_its_size(lienthong: Lienthong) -> None:
    listed = answered(lienthong, "list")

    assert [(one["version"], one["agencies"]) for one in listed] == [
        (one.version, len(one.agencies)) for one in load_directories()
    ]
    assert listed[0]["effective_to"] == "2025-06-30"


def test_show_tells_agencies_and_the_officers_of_one(lienthong: Lienthong) -> None:
    newest = answered(lienthong, "show")
    one = lienthong("directory", "show", "--agency", "co-to-centre").stdout
    older = answered(lienthong, "show", load_directories()[0].version)

    assert newest == load_directories()[-1].model_dump(mode="json")
    assert "co-to-counter-1" in one
    assert older == load_directories()[0].model_dump(mode="json")


def test_what_does_not_exist_is_refused_with_what_does(lienthong: Lienthong) -> None:
    version = lienthong("directory", "show", "1945", "--json")
    agency = lienthong("directory", "show", "--agency", "nowhere", "--json")

    assert (version.returncode, agency.returncode) == (1, 1)
    assert {json.loads(one.stdout)["error"] for one in (version, agency)} == {"no-such-directory"}
    assert load_directories()[-1].version in json.loads(version.stdout)["message"]


def test_lint_without_a_folder_checks_what_is_shipped_and_ends_well(lienthong: Lienthong) -> None:
    ended = lienthong("directory", "lint")

    assert (ended.returncode, ended.stdout) == (0, f"{len(VERSIONS)} danh bạ, không có lỗi.\n")


def test_lint_says_file_and_line_and_ends_with_one(lienthong: Lienthong, tmp_path: Path) -> None:
    folder = copied(tmp_path, said="id: co-to-counter-2,", instead="id: co-to-counter-1,")
    ended = lienthong("directory", "lint", str(folder), "--json")
    (fault,) = json.loads(ended.stdout)["faults"]

    assert ended.returncode == 1
    assert (fault["rule"], Path(fault["file"]).parent) == ("duplicate-officer", folder)
    assert "co-to-counter-1" in Path(fault["file"]).read_text(encoding="utf-8").splitlines()[fault["line"] - 1]


def test_diff_names_the_officer_who_changed(lienthong: Lienthong, tmp_path: Path) -> None:
    folder = copied(tmp_path, said="name: Lý Thanh Dũng", instead="name: Lý Thanh Hà")
    found = answered(lienthong, "diff", load_directories()[-1].version, str(folder))

    assert [(one["before"], one["after"]) for one in found] == [("Lý Thanh Dũng", "Lý Thanh Hà")]
    assert found[0]["place"].endswith(".officers.co-to-counter-1.name")
    assert lienthong("directory", "diff", str(folder), str(folder)).stdout == "Không khác nhau.\n"
