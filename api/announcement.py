"""An event of the journal as it is announced to others: a CloudEvent in JSON, with identifiers and words, no free text.

Delivered at least once; whoever gets it twice knows it by ``source`` and ``id`` together.
"""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.views import Moment, RecordedView, View
from dossiers.procedure import Procedure
from store.feed import Happened


class AnnouncedEvent(RecordedView):
    """Nội dung của sự kiện được báo; lý do và ý kiến bằng lời thì đọc ở câu chuyện của hồ sơ."""

    dossier: UUID
    number: str
    procedure: str


class Announcement(View):
    """Một sự kiện của một hồ sơ, theo CloudEvents 1.0."""

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(description="số thứ tự trong nhật ký của hồ sơ; duy nhất cùng với source", examples=["3"])
    source: str = Field(examples=["/v1/dossiers/5b6f5c2e-7d0c-5d57-9b80-0a2a5f6f7d11"])
    type: str = Field(examples=["vn.lienthong.dossier.accepted.v1"])
    subject: str = Field(description="mã số hồ sơ", examples=["H49.12.05-261125-0001"])
    time: Moment = Field(description="thời điểm sự kiện xảy ra")
    datacontenttype: Literal["application/json"] = "application/json"
    partitionkey: str = Field(description="mã định danh hồ sơ: sự kiện của một hồ sơ đến theo thứ tự")
    data: AnnouncedEvent


def announced(happened: Happened, procedure: Procedure) -> Announcement:
    """An event as others read it, in the words of the procedure that its dossier is pinned to."""
    dossier, record = happened.mark.dossier, happened.record
    told = RecordedView.told(record, procedure)
    return Announcement(
        id=str(record.sequence),
        source=f"/v1/dossiers/{dossier}",
        type=f"vn.lienthong.{record.event.kind}.v1",
        subject=happened.number,
        time=record.occurred_at,
        partitionkey=str(dossier),
        data=AnnouncedEvent(**told.model_dump(), dossier=dossier, number=happened.number, procedure=happened.procedure),
    )
