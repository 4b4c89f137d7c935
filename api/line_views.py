"""What callers read of the lines to systems of others."""

from uuid import UUID

from pydantic import Field

from api.views import Moment, View
from dossiers.drift import DriftKind
from store.rendered import DispatchState


class LineView(View):
    """Một đường truyền đang ra sao."""

    line: str
    waiting: int = Field(description="bản tin chưa tới nơi, còn tự gửi")
    oldest_waiting_at: Moment | None = Field(description="bản tin chờ lâu nhất phát sinh lúc nào")
    parked: int = Field(description="bản tin đã thôi tự gửi, chờ người xử lý")
    received: int
    last_arrival_at: Moment | None
    last_failure_at: Moment | None
    last_failure: str | None = Field(examples=["partner-unreachable"])
    drifting: int = Field(description="hồ sơ mà bên kia đang giữ khác, theo lần đối chiếu gần nhất")
    compared_at: Moment | None = Field(description="đối chiếu xong gần nhất lúc nào")


class DispatchView(View):
    """Một bản tin gửi tới hệ thống của một cơ quan."""

    id: UUID
    line: str
    dossier: UUID
    number: str
    event: int
    kind: str = Field(examples=["task.opened"])
    state: DispatchState = Field(description="theo nhật ký của hồ sơ")
    problem: str | None
    queued_at: Moment
    settled_at: Moment | None
    attempts: int
    attempted_at: Moment | None
    failure: str | None = Field(description="lỗi của lần gửi gần nhất", examples=["receipt-missing"])
    arrived_at: Moment | None = Field(description="lúc bên nhận ký nhận")
    is_closed: bool = Field(description="hồ sơ đã kết thúc")


class DispatchPage(View):
    """Một trang bản tin."""

    items: tuple[DispatchView, ...]
    next: str | None


class DriftView(View):
    """Một hồ sơ mà hệ thống bên kia đang giữ khác."""

    line: str
    dossier: UUID
    number: str
    kind: DriftKind = Field(description="missing: bên kia không có; behind: thiếu bản tin; different: khác hẳn")
    has: int = Field(description="bên kia đã có bao nhiêu bản tin")
    told: int = Field(description="trong bao nhiêu bản tin của hồ sơ")
    ours: dict[str, str] = Field(description="điều khác nhau, theo ta", examples=[{"TrangThaiHoSo": "9"}])
    theirs: dict[str, str] = Field(description="điều khác nhau, theo bên kia", examples=[{"TrangThaiHoSo": "4"}])
    first_found_at: Moment
    last_found_at: Moment


class DriftPage(View):
    """Một trang hồ sơ lệch."""

    items: tuple[DriftView, ...]
    next: str | None
