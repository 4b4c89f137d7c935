"""`caller`: keys are shown once, tied to the directory, and end when they are revoked."""

import json

import httpx

from tests.cli.conftest import Lienthong


def who_am_i(lienthong: Lienthong, key: str) -> httpx.Response:
    record = json.loads((lienthong.data / "stack.json").read_text(encoding="utf-8"))
    url = record["environment"]["LIENTHONG_API_URL"]
    return httpx.get(f"{url}/v1/me", headers={"Authorization": f"Bearer {key}"}, trust_env=False)


def test_a_key_opens_the_api_for_an_officer_of_any_directory_until_it_is_revoked_and_for_nobody_unknown(
    stack: Lienthong,
) -> None:
    added = json.loads(stack("caller", "add", "ha-long-counter-1", "--json").stdout)
    opened = who_am_i(stack, added["key"])
    listed = stack("caller", "list").stdout
    revoked = stack("caller", "revoke", "ha-long-counter-1")
    shut = who_am_i(stack, added["key"])
    of_2022 = json.loads(stack("caller", "add", "bach-dang-counter-1", "--json").stdout)
    officer = stack("caller", "add", "nobody", "--json")
    system = stack("caller", "add", "tax-system", "--system", "nowhere", "--json")

    assert (opened.status_code, opened.json()["id"]) == (200, "ha-long-counter-1")
    assert added["unit"] == "ha-long-one-stop"
    assert added["key"] not in listed
    assert added["key"][:9] in listed
    assert revoked.returncode == 0
    assert shut.status_code == 401
    assert stack("caller", "revoke", "ha-long-counter-1").returncode == 1
    assert (of_2022["agency"], who_am_i(stack, of_2022["key"]).status_code) == ("bach-dang-committee", 200)
    assert json.loads(officer.stdout)["error"] == "caller-unknown"
    assert json.loads(system.stdout)["error"] == "caller-unknown"
    assert (officer.returncode, system.returncode) == (1, 1)
