"""The `deadline` command, run as people and programs run it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
QUESTION = {"calendar": "vn-2026.2", "received": "2026-04-28T10:00", "limit": "5wd"}

_COMMAND = "from cli.app import main; main()"


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", _COMMAND, "deadline", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )


def batch(*lines: object) -> list[dict[str, Any]]:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    ended = run("--batch", stdin=text.encode())
    assert ended.returncode == 0, ended.stderr.decode()
    return [json.loads(line) for line in ended.stdout.decode().splitlines()]


def test_one_question_is_answered_by_its_due_instant() -> None:
    ended = run("--calendar", "vn-2026.2", "--received", "2026-04-28T10:00", "--limit", "5wd")

    assert (ended.returncode, ended.stdout) == (0, b"2026-05-07T17:00:00+07:00\n")


def test_every_option_of_the_question_counts() -> None:
    ended = run(
        *("--calendar", "vn-2026.2", "--received", "2026-03-02T15:00:01", "--limit", "2wd", "--counting", "promise"),
        *("--cutoff", "15:00", "--stop", "2026-03-04T09:00/2026-03-05T09:00/resume"),
        *("--stop", "2026-03-06T09:00//extend(1wd)", "--json"),
    )

    assert json.loads(ended.stdout)["due"] == "2026-03-10T17:00:00+07:00"


def test_the_explanation_says_which_days_were_off() -> None:
    ended = run("--calendar", "vn-2026.2", "--received", "2026-04-28T10:00", "--limit", "5wd", "--explain")

    assert ended.stdout.decode().startswith("2026-05-07T17:00:00+07:00\nTiếp nhận lúc 10:00 thứ Ba 28/4/2026")
    assert "thứ Năm 30/4/2026 (Ngày Chiến thắng)" in ended.stdout.decode()


def test_a_calendar_it_does_not_know_is_answered_by_those_it_knows_and_where_the_others_are() -> None:
    ended = run("--calendar", "vn-2026.3", "--received", "2026-04-28T10:00", "--limit", "5wd")

    assert (ended.returncode, ended.stdout) == (1, b"")
    assert "unknown-calendar" in ended.stderr.decode()
    assert "vn-2026.1, vn-2026.2; lịch công bố sau: POST /v1/deadlines" in ended.stderr.decode()


def test_an_open_stop_is_answered_by_what_remains() -> None:
    ended = run(
        *("--calendar", "vn-2026.2", "--received", "2026-03-02T09:00", "--limit", "10wd"),
        *("--stop", "2026-03-06T17:00//resume"),
    )

    assert ended.stdout.decode() == "đang dừng, còn lại 6 wd\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--calendar", "vn-2026.2", "--received", "2026-04-28", "--limit", "5wd"), "bad-instant"),
        (("--calendar", "vn-2026.2", "--limit", "5wd"), "bad-request"),
        (
            ("--calendar", "vn-2026.2", "--received", "2026-04-28T10:00", "--limit", "5wd", "--stop", "x"),
            "bad-request",
        ),
    ],
)
def test_a_refused_question_ends_with_its_code(arguments: tuple[str, ...], code: str) -> None:
    ended = run(*arguments)
    machine = run(*arguments, "--json")

    assert (ended.returncode, machine.returncode) == (1, 1)
    assert ended.stderr.decode().startswith(f"{code}: ")
    assert json.loads(machine.stdout) == {"error": code}


def test_a_batch_answers_every_line_in_order() -> None:
    answers = batch(
        QUESTION,
        {**QUESTION, "limit": "4wh", "counting": "elapsed"},
        {**QUESTION, "stops": [{"from": "2026-04-29T17:00", "to": None, "policy": "resume"}]},
        {**QUESTION, "stops": [{"from": "2026-04-29T17:00", "policy": "restart"}]},
        {**QUESTION, "counting": "elapsed", "limit": "0.25wd", "cutoff": None, "stops": []},
    )

    assert [answer["due"] for answer in answers] == [
        "2026-05-07T17:00:00+07:00",
        "2026-04-28T15:30:00+07:00",
        None,
        None,
        "2026-04-28T13:30:00+07:00",
    ]
    assert [answer["remaining"] for answer in answers[2:4]] == [{"unit": "wd", "value": 4}, {"unit": "wd", "value": 5}]
    assert all(sorted(answer) == ["due", "explain", "remaining"] for answer in answers)
    assert "30/4/2026 (Ngày Chiến thắng)" in answers[0]["explain"]["text"]


def stopped(start: object, end: object, policy: object) -> dict[str, object]:
    return {**QUESTION, "stops": [{"from": start, "to": end, "policy": policy}]}


REFUSED = [
    ({**QUESTION, "calendar": "vn-1900.1"}, "unknown-calendar"),
    ({**QUESTION, "received": "2026-04-28"}, "bad-instant"),
    (stopped("2026-04-29", None, "resume"), "bad-instant"),
    (stopped("2026-04-29T10:00", "2026-04-30", "resume"), "bad-instant"),
    ({**QUESTION, "limit": "0d"}, "bad-limit"),
    ({**QUESTION, "limit": "0d", "counting": "elapsed"}, "bad-limit"),
    ({**QUESTION, "limit": "1.234wd"}, "bad-limit"),
    ({**QUESTION, "limit": "five"}, "bad-limit"),
    ({**QUESTION, "limit": "4wh"}, "unit-not-allowed"),
    ({**QUESTION, "limit": "0.5wd"}, "unit-not-allowed"),
    ({**QUESTION, "limit": "3d", "counting": "elapsed"}, "unit-not-allowed"),
    (stopped("2026-04-29T10:00", "2026-04-29T09:00", "resume"), "bad-stop"),
    (stopped("2026-04-29T10:00", None, "extend(3d)"), "bad-stop"),
    (stopped("2026-04-29T10:00", None, "RESUME"), "bad-stop"),
    ({**QUESTION, "received": "2027-12-30T10:00"}, "beyond-calendar"),
    ({**QUESTION, "received": "2016-12-30T10:00"}, "beyond-calendar"),
    ({**QUESTION, "limit": "999999999999999h", "counting": "elapsed"}, "beyond-calendar"),
    ({**QUESTION, "counting": "guess"}, "bad-request"),
    ({**QUESTION, "cutoff": "25:00"}, "bad-request"),
    ({**QUESTION, "cutoff": "3 giờ"}, "bad-request"),
    ({**QUESTION, "received": 20260428}, "bad-request"),
    ({**QUESTION, "cutof": "15:00"}, "bad-request"),
    ({"calendar": "vn-2026.2", "limit": "5wd"}, "bad-request"),
    (stopped(None, None, "resume"), "bad-request"),
    ([QUESTION], "bad-request"),
    ("", "bad-request"),
    ("{", "bad-request"),
    ("[" * 5000, "bad-request"),
    ('{"calendar": "\\ud800"}', "bad-request"),
]


def test_a_refused_line_is_answered_by_its_code_and_the_next_one_is_read() -> None:
    answers = batch(*(line for line, _ in REFUSED), QUESTION)

    assert [answer.get("error") for answer in answers] == [*(code for _, code in REFUSED), None]


def test_bytes_that_are_no_text_are_a_bad_request() -> None:
    ended = run("--batch", stdin=b"\xff\xfe\n" + json.dumps(QUESTION).encode())

    assert [sorted(json.loads(line)) for line in ended.stdout.splitlines()] == [
        ["error"],
        ["due", "explain", "remaining"],
    ]


def test_an_answer_comes_before_the_next_question_is_asked() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "deadline", "--batch"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as asked:
        assert asked.stdin is not None
        assert asked.stdout is not None
        for _ in range(2):
            asked.stdin.write(json.dumps(QUESTION).encode() + b"\n")
            asked.stdin.flush()
            assert json.loads(asked.stdout.readline())["due"] == "2026-05-07T17:00:00+07:00"
        asked.stdin.close()
        assert asked.wait(timeout=30) == 0
