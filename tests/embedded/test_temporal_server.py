import re
import stat
import subprocess
from pathlib import Path

from embedded import temporal
from embedded.golang import OLDEST_GO, GoModule
from embedded.temporal_server import PREFERRED_PORTS, SERVER, UI, configuration, server

URLS = (
    "postgres://temporal:s3cret@127.0.0.1:54329/temporal?sslmode=disable",
    "postgres://temporal:s3cret@127.0.0.1:54329/temporal_visibility?sslmode=disable",
)


def test_both_forms_run_the_same_release_of_temporal() -> None:
    told = subprocess.run([temporal.executable(), "--version"], capture_output=True, text=True, check=True).stdout
    of_dev_server = re.search(r"Server ([\d.]+), UI ([\d.]+)", told)

    assert of_dev_server is not None
    assert (SERVER.version, UI.version) == tuple(f"v{number}" for number in of_dev_server.groups())


def test_every_service_listens_on_ports_of_its_own() -> None:
    services = configuration(URLS, PREFERRED_PORTS)["services"]
    ports = [service["rpc"][kind] for service in services.values() for kind in ("grpcPort", "membershipPort")]

    assert sorted(ports) == sorted(PREFERRED_PORTS.values())
    assert len(set(ports)) == len(ports)
    assert all(service["rpc"]["bindOnLocalHost"] for service in services.values())


def test_the_two_stores_are_two_databases_of_one_server() -> None:
    stores = configuration(URLS, PREFERRED_PORTS)["persistence"]["datastores"]

    assert [store["sql"]["databaseName"] for store in stores.values()] == ["temporal", "temporal_visibility"]
    assert {store["sql"]["connectAddr"] for store in stores.values()} == {"127.0.0.1:54329"}


def test_the_password_is_in_a_file_of_its_owner_and_on_no_command_line(tmp_path: Path) -> None:
    program = server(tmp_path, tmp_path, urls=URLS, ports=PREFERRED_PORTS, log=tmp_path / "log")
    file = tmp_path / "server.yaml"

    assert "s3cret" in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not any("s3cret" in part for part in program.command)


def test_both_modules_are_pinned_by_version_and_checksum() -> None:
    modules: tuple[GoModule, ...] = (SERVER, UI)

    assert [one.path for one in modules if not re.fullmatch(r"v\d+\.\d+\.\d+", one.version)] == []
    assert [one.path for one in modules if not re.fullmatch(r"h1:[\w+/]{43}=", one.checksum)] == []
    assert len(OLDEST_GO) == 3
