"""How many deadlines a second the clock finds in one process, and how many a walk through time finds.

Run it with `python -m tests.benchmarks.deadlines`: the same questions without stops go to both, instants are values,
nothing is explained, and both must agree.
"""

import sys
from collections.abc import Sequence
from time import perf_counter_ns

from dossiers.deadlines import deadline
from tests.support.clock_cases import Question, questions
from tests.support.oracle import answer

CASES = 2_000
ROUNDS = 200
GOAL = 200_000


def main() -> None:
    asked = [question for question in questions(1, CASES) if not question.stops and question.answer()[0] == "due"]
    wrong = sum(question.answer() != answer(question.as_case()) for question in asked)
    fast = max(_clock_rate(asked) for _ in range(ROUNDS))
    slow = _walk_rate(asked)
    sys.stdout.write(
        f"{len(asked)} câu hỏi, {wrong} câu trả lời khác nhau\n"
        f"đồng hồ: {fast:>10,} thời hạn/giây (mục tiêu {GOAL:,})\n"
        f"đi bộ:   {slow:>10,} thời hạn/giây\n"
    )
    sys.exit(bool(wrong) or fast < GOAL)


def _clock_rate(asked: Sequence[Question]) -> int:
    values = [(one.calendar, one.received, one.limit, one.counting, one.cutoff) for one in asked]
    began = perf_counter_ns()
    for calendar, received, limit, counting, cutoff in values:
        deadline(calendar, received, limit, counting, cutoff)
    return len(asked) * 1_000_000_000 // (perf_counter_ns() - began)


def _walk_rate(asked: Sequence[Question]) -> int:
    cases = [one.as_case() for one in asked]
    began = perf_counter_ns()
    for case in cases:
        answer(case)
    return len(asked) * 1_000_000_000 // (perf_counter_ns() - began)


if __name__ == "__main__":
    main()
