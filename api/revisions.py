"""Which revision of a task an act is meant for: the ETag that reading it gave, sent back as If-Match (RFC 9110 §13).

An act without If-Match is meant for the task however it is now. Nothing is lost by that: an act is refused unless its
task is open and in the caller's hands, its key keeps it from happening twice, and it never overwrites a field. So a
simple client needs no second request, and one that shows a task to a person sends back what the person saw: 412.
"""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from api.errors import RequestInvalid
from dossiers.errors import Violation
from store.worklist import TaskRow

_TAG = re.compile(r'"([1-9][0-9]{0,8})"')

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=40,
        description='ETag của việc khi đọc nó, ví dụ "3"; việc đã thay đổi từ lúc ấy thì trả 412, và không làm gì',
    ),
]


def revision_meant(if_match: IfMatch = None) -> int | None:
    """The revision in an If-Match header; null for none and for ``*``."""
    if if_match is None or if_match.strip() == "*":
        return None
    tag = _TAG.fullmatch(if_match.strip())
    if tag is None:
        raise RequestInvalid(violations=[Violation(pointer="If-Match", message="không phải ETag của một việc")])
    return int(tag[1])


RevisionMeant = Annotated[int | None, Depends(revision_meant)]


def tagged(response: Response, task: TaskRow) -> TaskRow:
    """The task, its revision among the headers of the answer."""
    response.headers["ETag"] = f'"{task.revision}"'
    return task
