import stat

import pytest

from embedded.data_directory import DataDirectory, StackRecord, StackRunning

RECORD = StackRecord(pid=1, ready=True, pids={}, urls={}, environment={"LIENTHONG_DATABASE_URL": "secret"})


def test_passwords_stay_the_same_and_differ_between_roles(data: DataDirectory) -> None:
    first = data.passwords("owner", "app")

    assert first["owner"] != first["app"]
    assert DataDirectory(data.path).passwords("owner", "app", "later").items() > first.items()


def test_only_its_owner_may_read_what_holds_a_secret(data: DataDirectory) -> None:
    data.passwords("app")
    data.write_record(RECORD)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in data.path.glob("*.json")}

    assert modes == {"passwords.json": 0o600, "stack.json": 0o600}


def test_a_second_stack_is_refused_while_the_first_holds_the_lock(data: DataDirectory) -> None:
    with data.locked(), pytest.raises(StackRunning), DataDirectory(data.path).locked():
        pass


def test_a_record_counts_only_while_its_stack_holds_the_lock(data: DataDirectory) -> None:
    with data.locked():
        data.write_record(RECORD)
        while_running = data.running()
    data.write_record(RECORD)

    assert while_running == RECORD
    assert data.running() is None
