"""The page of the API works where no other machine is reached, and lets a browser load nothing else."""

import re

import pytest

from bootstrap import CHECKOUT
from tests.support.desks import Office, problem

FOLDER = CHECKOUT / "api" / "swagger_ui"
ELSEWHERE = re.compile(r"""(?:src|href|url)\s*[=:(]\s*["']?(?:https?:)?//""")


async def test_everything_the_page_asks_for_is_answered_here(bureau: Office) -> None:
    page = await bureau.http.get("/docs")
    asked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    answers = {address: await bureau.http.get(f"/{address}") for address in asked}

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert len(asked) == 4
    assert {one.status_code for one in answers.values()} == {200}
    assert answers["v1/openapi.json"].json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", ["/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/page.js"])
async def test_a_browser_is_told_to_load_nothing_from_elsewhere_and_no_script_of_the_page_itself(
    bureau: Office, path: str
) -> None:
    policy = (await bureau.http.get(path)).headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("name", ["page.html", "page.js", "swagger-ui.css"])
def test_nothing_of_ours_and_no_style_names_another_machine(name: str) -> None:
    assert ELSEWHERE.findall((FOLDER / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "page.html", "..%2f..%2fbootstrap.py", "%2e%2e"])
async def test_nothing_but_what_the_page_needs_is_given_out(bureau: Office, name: str) -> None:
    problem(await bureau.http.get(f"/docs/{name}"), 404, "not-found")


def test_the_licence_and_the_version_stand_beside_what_was_taken() -> None:
    told = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert "swagger-ui-dist` 5.35.0" in told
    assert "Apache License" in (FOLDER / "LICENSE").read_text(encoding="utf-8")
