"""What goes over the wire to the portal, field for field: its own names as aliases, its instants as ``yyyyMMddHHmmss``.

Every field is sent, empty where nothing is to be said. ``personal`` names what is the applicant's own; it goes to the
portal, and to no log, no history and no digest.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dossiers.instants import local

SYNC, PROGRESS, LOOK_UP = "DongBoHoSoMC", "CapNhatTienDoHoSoMC", "TraCuuHoSo"

#: Local time of Vietnam; empty where there is none.
Stamp = Annotated[str, Field(pattern=r"^([0-9]{14})?$")]
Text = Annotated[str, Field(min_length=1)]


def stamp(instant: datetime | None) -> str:
    """An instant as the portal writes it."""
    return "" if instant is None else f"{local(instant):%Y%m%d%H%M%S}"


class Wire(BaseModel):
    """A part of a body; what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    def written(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)


class DossierSheet(Wire):
    """A dossier as the portal keeps it (``DongBoHoSoMC``)."""

    personal: ClassVar[frozenset[str]] = frozenset({"ChuHoSo", "MaDoiTuong", "Email", "Fax", "SoDienThoai"})

    number: Text = Field(alias="MaHoSo")
    procedure: Text = Field(alias="MaTTHC")
    title: Text = Field(alias="TenTTHC")
    field_code: str = Field(default="", alias="MaLinhVuc")
    field: Text = Field(alias="TenLinhVuc")
    applicant: Text = Field(alias="ChuHoSo")
    #: 1 a person, 2 a body; whoever files here is a person.
    applicant_kind: Literal["1", "2"] = Field(default="1", alias="LoaiDoiTuong")
    applicant_code: str = Field(default="", alias="MaDoiTuong")
    more: str = Field(default="", alias="ThongTinKhac")
    email: str = Field(default="", alias="Email")
    fax: str = Field(default="", alias="Fax")
    phone: str = Field(default="", alias="SoDienThoai")
    summary: str = Field(default="", alias="TrichYeuHoSo")
    received_at: Stamp = Field(default="", alias="NgayTiepNhan")
    due_at: Stamp = Field(default="", alias="NgayHenTra")
    status: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] = Field(alias="TrangThaiHoSo")
    returned_at: Stamp = Field(default="", alias="NgayTra")
    returned_how: str = Field(default="", alias="ThongTinTra")
    #: 1 where the result is returned by post.
    delivery: Literal["0", "1"] = Field(default="0", alias="HinhThuc")
    decided_at: Stamp = Field(default="", alias="NgayKetThucXuLy")
    agency: Text = Field(alias="DonViXuLy")
    note: str = Field(default="", alias="GhiChu")
    documents: tuple[Any, ...] = Field(default=(), alias="TaiLieuNop")
    fees: tuple[Any, ...] = Field(default=(), alias="DanhSachLePhi")
    attachments: tuple[Any, ...] = Field(default=(), alias="DanhSachTepDinhKemKhac")
    supplements: tuple[Any, ...] = Field(default=(), alias="DanhSachHoSoBoSung")
    results: tuple[Any, ...] = Field(default=(), alias="DanhSachGiayToKetQua")


class ProgressRow(Wire):
    """A step that was done (``CapNhatTienDoHoSoMC``)."""

    personal: ClassVar[frozenset[str]] = frozenset()

    number: Text = Field(alias="MaHoSo")
    officer: Text = Field(alias="NguoiXuLy")
    role: str = Field(default="", alias="ChucDanh")
    done_at: Annotated[str, Field(pattern=r"^[0-9]{14}$")] = Field(alias="ThoiDiemXuLy")
    unit: str = Field(default="", alias="PhongBanXuLy")
    content: Text = Field(alias="NoiDungXuLy")
    status: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] = Field(alias="TrangThai")
    begun_at: Stamp = Field(default="", alias="NgayBatDau")
    due_at: Stamp = Field(default="", alias="NgayKetThucTheoQuyDinh")


class SyncDossier(Wire):
    """The dossier appears there, or changes."""

    is_updating: Literal["True", "False"] = Field(alias="isUpdating")
    service: Literal["DongBoHoSoMC"] = "DongBoHoSoMC"
    data: tuple[DossierSheet] = Field()

    @property
    def number(self) -> str:
        return self.data[0].number

    @property
    def code(self) -> int:
        return int(self.data[0].status)


class ReportProgress(Wire):
    """A step of it was done."""

    service: Literal["CapNhatTienDoHoSoMC"] = "CapNhatTienDoHoSoMC"
    data: tuple[ProgressRow] = Field()

    @property
    def number(self) -> str:
        return self.data[0].number

    @property
    def code(self) -> int:
        return int(self.data[0].status)


Call = SyncDossier | ReportProgress


def impersonal(call: Call) -> dict[str, Any]:
    """The call without what is the applicant's own: that much may be known by its digest."""
    body = call.written()
    return {**body, "data": [_without(body["data"][0], call.data[0].personal)]}


def _without(fields: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _whole(given: object) -> object:
    """``00``, ``"0"`` and ``0`` are one answer."""
    return int(given) if isinstance(given, str) and given.lstrip("-").isdigit() else given


class Answer(BaseModel):
    """What the portal answers to anything."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    error_code: Annotated[int, BeforeValidator(_whole)]
    message: str = ""
    session: str | None = None
    result: tuple[dict[str, Any], ...] = ()


class Held(BaseModel):
    """A dossier as the portal tells of it (``TraCuuHoSo``)."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    status: str = Field(alias="TrangThaiHoSo")
    received_at: str = Field(default="", alias="NgayTiepNhan")
    due_at: str = Field(default="", alias="NgayHenTra")
    decided_at: str = Field(default="", alias="NgayKetThucXuLy")
    returned_at: str = Field(default="", alias="NgayTra")
    #: Null where the portal does not tell.
    progress: tuple[ProgressRow, ...] | None = Field(default=None, alias="QuaTrinhXuLy")

    @property
    def code(self) -> int:
        return int(self.status)

    def shows(self, call: Call) -> bool:
        """Whether what the call says is there already."""
        match call:
            case SyncDossier(data=(sheet,)):
                return course_of(self) == course_of(sheet)
            case ReportProgress(data=(row,)):
                return self.code == call.code if self.progress is None else row in self.progress


_COURSE = {
    "TrangThaiHoSo": "status",
    "NgayTiepNhan": "received_at",
    "NgayHenTra": "due_at",
    "NgayKetThucXuLy": "decided_at",
    "NgayTra": "returned_at",
}


def course_of(shown: DossierSheet | Held) -> dict[str, str]:
    """What changes while a dossier lives, by the portal's names."""
    return {name: str(getattr(shown, field)) for name, field in _COURSE.items()}
