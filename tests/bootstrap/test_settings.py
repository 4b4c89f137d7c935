from pathlib import Path

import pytest

from bootstrap import Settings, SettingsFaulty

GIVEN = {
    "LIENTHONG_DATABASE_URL": "postgres://lienthong_app:bí-mật@127.0.0.1:54329/lienthong",
    "LIENTHONG_TEMPORAL_ADDRESS": "127.0.0.1:7233",
}


def test_all_faults_are_told_at_once() -> None:
    environ = {
        "LIENTHONG_TEMPORAL_ADDRESS": "nowhere",
        "LIENTHONG_API_PORT": "99999",
        "LIENTHONG_LOG_LEVEL": "loud",
        "LIENTHONG_TASK_QEUE": "x",
    }

    with pytest.raises(SettingsFaulty) as refused:
        Settings.from_environ(environ)

    assert sorted(fault.split(":")[0] for fault in refused.value.faults) == [
        "LIENTHONG_API_PORT",
        "LIENTHONG_DATABASE_URL",
        "LIENTHONG_LOG_LEVEL",
        "LIENTHONG_TASK_QEUE",
        "LIENTHONG_TEMPORAL_ADDRESS",
    ]


def test_a_misspelt_name_is_told_the_right_one() -> None:
    with pytest.raises(SettingsFaulty, match="có phải LIENTHONG_TASK_QUEUE"):
        Settings.from_environ({**GIVEN, "LIENTHONG_TASK_QEUE": "x"})


def test_no_fault_and_no_text_shows_a_password() -> None:
    faulty = {**GIVEN, "LIENTHONG_OWNER_DATABASE_URL": "mysql://owner:bí-mật@db/x"}
    with pytest.raises(SettingsFaulty) as refused:
        Settings.from_environ(faulty)
    settings = Settings.from_environ(GIVEN)

    assert "bí-mật" not in str(refused.value)
    assert "bí-mật" not in repr(settings)
    assert "bí-mật" not in str(settings.masked())


def test_a_masked_address_still_says_where_and_as_whom() -> None:
    masked = Settings.from_environ(GIVEN).masked()

    assert masked["database_url"] == "postgres://lienthong_app:***@127.0.0.1:54329/lienthong"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_environ({**GIVEN, "LIENTHONG_TASK_QUEUE": ""}).task_queue == "lienthong"


def test_what_others_keep_in_the_environment_is_no_fault() -> None:
    settings = Settings.from_environ({**GIVEN, "PATH": "/bin", "LIENTHONG_DATA_DIR": "/srv/x"})

    assert settings.data_dir == Path("/srv/x")
