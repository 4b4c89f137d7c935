"""The distributed form, read as data: no container engine is needed to see a slip."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bootstrap import PREFIX, Settings

CHECKOUT = Path(__file__).resolve().parents[2]
TEXT = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = YAML(typ="safe").load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_every_image_is_pinned() -> None:
    bases = re.findall(r"^\s*FROM (\S+)", TEXT, re.MULTILINE)
    images = [*bases, *(service["image"] for service in SERVICES.values())]

    assert [image for image in images if not re.search(r":\d+\.\d+", image)] == []


def test_every_setting_is_one_the_product_knows() -> None:
    named = {name for service in SERVICES.values() for name in service.get("environment", {})}
    settings = {name for name in named if name.startswith(PREFIX)}

    assert settings <= {PREFIX + field.upper() for field in Settings.model_fields}


def test_every_variable_is_explained_at_the_top() -> None:
    head = TEXT.split("\nname:")[0]
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT))

    assert used == {name for name in used if re.search(rf"^#   {name}\s", head, re.MULTILINE)}


def test_no_password_has_a_default() -> None:
    passwords = re.findall(r"\$\{(\w*PASSWORD)(:\S)", TEXT)

    assert passwords
    assert {default for _, default in passwords} == {":?"}


def test_whatever_is_waited_for_as_healthy_can_be_asked() -> None:
    awaited = {
        name
        for service in SERVICES.values()
        for name, condition in service.get("depends_on", {}).items()
        if condition["condition"] == "service_healthy"
    }

    assert awaited == {"postgres", "temporal"}
    assert [name for name in (*awaited, "api") if "healthcheck" not in SERVICES[name]] == []


def test_the_image_is_made_with_the_uv_of_the_makefile() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    pinned = re.search(r"^UV_VERSION := (\S+)$", makefile, re.MULTILINE)

    assert pinned is not None
    assert SERVICES["worker"]["build"]["args"]["UV_VERSION"] == pinned[1]


def test_no_port_is_open_beyond_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
