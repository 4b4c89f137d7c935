import json

from tests.cli.conftest import Lienthong

URL = "postgres://lienthong_app:matkhau@127.0.0.1:54329/lienthong"


def test_settings_are_shown_without_passwords(lienthong: Lienthong) -> None:
    given = lienthong.given(database_url=URL, temporal_address="127.0.0.1:7233")

    people, programs = given("config", "show"), given("config", "show", "--json")
    shown = json.loads(programs.stdout)

    assert shown["LIENTHONG_TEMPORAL_ADDRESS"] == "127.0.0.1:7233"
    assert shown["LIENTHONG_DATABASE_URL"] == URL.replace("matkhau", "***")
    assert "matkhau" not in people.stdout + people.stderr + programs.stdout + programs.stderr


def test_every_fault_is_told_to_people_and_to_programs(lienthong: Lienthong) -> None:
    given = lienthong.given(temporal_address="nowhere")

    people, programs = given("config", "show"), given("config", "show", "--json")

    assert (people.returncode, programs.returncode) == (1, 1)
    assert "LIENTHONG_DATABASE_URL" in people.stderr
    assert "LIENTHONG_TEMPORAL_ADDRESS" in people.stderr
    assert json.loads(programs.stdout)["error"] == "settings-faulty"


def test_a_process_is_not_started_on_faulty_settings(lienthong: Lienthong) -> None:
    refused = lienthong("worker")

    assert refused.returncode == 1
    assert "LIENTHONG_DATABASE_URL" in refused.stderr


def test_every_command_can_be_loaded(lienthong: Lienthong) -> None:
    helped = lienthong("--help")
    words = helped.stdout.split()

    assert helped.returncode == 0
    assert {"setup", "up", "down", "reset", "worker", "api", "db", "config"} <= set(words)
