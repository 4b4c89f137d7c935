"""`deadline`: ask the legal clock, one question by options or many by lines of JSON.

A batch answers every line in order, a refused one by its code, and ends with 0 when every line was answered.
It asks nobody: the same question has the same answer on every machine, with or without a stack. So it knows the shipped
calendars; a version published on a stack is known to that stack's ``/v1/deadlines``, which takes the same questions.
"""

import json as json_text
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO

from cyclopts import Parameter

from agencies.calendars import calendar_versions, load_calendar
from cli.report import AsJson
from dossiers.deadline_errors import BadRequest, DeadlineError, UnknownCalendar
from dossiers.deadline_questions import DeadlineQuestion, answered, explained
from dossiers.explanation import Explanation
from dossiers.explanation_text import in_words
from dossiers.instants import format_instant

_Flag = Parameter(negative="")


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """The question as options."""

    calendar: Annotated[str | None, Parameter(help="Phiên bản lịch đi kèm: vn-2026.2.")] = None
    received: Annotated[str | None, Parameter(help="Lúc tiếp nhận: 2026-04-28T10:00.")] = None
    limit: Annotated[str | None, Parameter(help="Thời hạn: 5wd, 0.25wd, 4wh, 36h, 30d.")] = None
    counting: Annotated[str, Parameter(help="Cách tính: promise hoặc elapsed.")] = "promise"
    cutoff: Annotated[str | None, Parameter(help="Tiếp nhận sau giờ này thì tính từ hôm sau: 15:00.")] = None
    stop: Annotated[tuple[str, ...], Parameter(help="Lần dừng: TỪ/ĐẾN/resume; còn dừng: TỪ//restart.")] = ()

    def question(self) -> DeadlineQuestion:
        return DeadlineQuestion.of(
            calendar=self.calendar,
            received=self.received,
            limit=self.limit,
            counting=self.counting,
            cutoff=self.cutoff,
            stops=[_stop(written) for written in self.stop],
        )


def deadline(
    *,
    asked: Asked = Asked(),
    explain: Annotated[bool, _Flag, Parameter(help="Nói rõ cách tính.")] = False,
    batch: Annotated[bool, _Flag, Parameter(help="Đọc mỗi dòng một câu hỏi JSON, trả lời mỗi dòng.")] = False,
    json: AsJson = False,
) -> None:
    """Thời hạn kết thúc khi nào, và vì sao.

    Không hỏi máy chủ nào: chỉ biết các lịch đi kèm. Lịch công bố sau: POST /v1/deadlines, cùng câu hỏi.
    """
    if batch:
        answer_lines(sys.stdin.buffer, sys.stdout.buffer)
        return
    try:
        explanation = explained(asked.question(), load_calendar)
    except DeadlineError as refused:
        if json:
            sys.stdout.write(json_text.dumps({"error": refused.code}) + "\n")
        else:
            sys.stderr.write(f"{refused.code}: {refused}{_hint(refused)}\n")
        sys.exit(1)
    if json:
        sys.stdout.write(json_text.dumps(answered(explanation), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join([_short(explanation), *(in_words(explanation) if explain else ())]) + "\n")


def _hint(refused: DeadlineError) -> str:
    if not isinstance(refused, UnknownCalendar):
        return ""
    return f" Lịch đi kèm: {', '.join(calendar_versions())}; lịch công bố sau: POST /v1/deadlines."


def answer_lines(questions: Iterable[bytes], answers: BinaryIO) -> None:
    """Answer each line before the next one is read, so that whoever asks may wait for it."""
    for line in questions:
        answer = json_text.dumps(_answer(line), ensure_ascii=False, separators=(",", ":"))
        answers.write(answer.encode() + b"\n")
        answers.flush()


def _answer(line: bytes) -> dict[str, Any]:
    try:
        return answered(explained(DeadlineQuestion.read(line), load_calendar))
    except DeadlineError as refused:
        return {"error": refused.code}


def _stop(written: str) -> dict[str, str | None]:
    """A stop of the command line, FROM/TO/POLICY; FROM//POLICY is still open."""
    match written.split("/"):
        case [start, end, policy]:
            return {"from": start, "to": end or None, "policy": policy}
        case _:
            raise BadRequest(written)


def _short(explanation: Explanation) -> str:
    if explanation.due is not None:
        return format_instant(explanation.due)
    assert explanation.remaining is not None, "a deadline without a due instant has something left"
    return f"đang dừng, còn lại {explanation.remaining.value} {explanation.remaining.unit}"
