"""Settings, logging and connections: what every composition root builds first.

Settings are a pure function of an environment: all faults are reported at once, a misspelt name is one, and
no secret is ever printed. Nothing here runs at import time.
"""

import difflib
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, NoReturn, Self
from urllib.parse import urlsplit

import structlog
import uvloop
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from temporalio.client import Client, GrpcCompression
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from agencies.signatures import SharedSecret
from store.database import Database

PREFIX = "LIENTHONG_"
CHECKOUT = Path(__file__).resolve().parent

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _postgres_address(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        message = "phải có dạng postgres://người:mật-khẩu@máy:cổng/cơ-sở-dữ-liệu"
        raise ValueError(message)
    return value


def _host_and_port(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isascii() or not port.isdigit():
        message = "phải có dạng máy:cổng"
        raise ValueError(message)
    return value


PostgresAddress = Annotated[SecretStr, AfterValidator(_postgres_address)]
HostAndPort = Annotated[str, AfterValidator(_host_and_port)]


class SettingsFaulty(Exception):
    """Some settings are missing or wrong; the message names every one of them."""

    code = "settings-faulty"

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("Cấu hình có lỗi:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


class Settings(BaseModel):
    """Each field is read from the environment as ``LIENTHONG_`` and its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database_url: PostgresAddress = Field(description="PostgreSQL, với vai trò lienthong_app")
    temporal_address: HostAndPort = Field(description="máy chủ Temporal, máy:cổng")
    owner_database_url: PostgresAddress | None = Field(
        default=None, description="PostgreSQL, với vai trò lienthong_owner; chỉ để cập nhật lược đồ"
    )
    temporal_namespace: str = Field(default="default", min_length=1, description="không gian tên của Temporal")
    temporal_ui_url: str | None = Field(default=None, description="trang web của Temporal, để dẫn liên kết tới")
    task_queue: str = Field(default="lienthong", min_length=1, description="hàng đợi của worker")
    worker_role: Literal["all", "workflows", "activities"] = Field(
        default="all", description="việc của worker: cả hai, chỉ quy trình, hay chỉ tác vụ"
    )
    worker_metrics: HostAndPort | None = Field(
        default=None, description="nơi worker cho đọc số đo (Prometheus, /metrics), máy:cổng"
    )
    database_pool: int = Field(default=10, ge=2, le=200, description="số kết nối PostgreSQL của mỗi tiến trình")
    api_host: str = Field(default="127.0.0.1", description="địa chỉ API lắng nghe")
    api_port: int = Field(default=8080, ge=1, le=65535, description="cổng API lắng nghe")
    api_drain: float = Field(
        default=0, ge=0, le=60, description="số giây API báo chưa sẵn sàng mà vẫn phục vụ, trước khi dừng (SIGTERM)"
    )
    api_url: str | None = Field(default=None, description="địa chỉ API mà các lệnh khác gọi tới")
    api_key: SecretStr | None = Field(default=None, description="khóa API của cán bộ, cho lệnh `task`")
    data_dir: Path = Field(default=CHECKOUT / ".data", description="nơi các dịch vụ nhúng giữ dữ liệu")
    documents_url: str | None = Field(
        default=None,
        description="kho tài liệu: file:///thư-mục hoặc s3://thùng/tiền-tố; mặc định `documents` trong data_dir",
    )
    document_max_bytes: int = Field(
        default=20_000_000, ge=1_000, le=1_000_000_000, description="tài liệu lớn nhất được nhận, tính bằng byte"
    )
    line_secrets: Path | None = Field(
        default=None, description="tệp JSON bí mật dùng chung với hệ thống của các cơ quan"
    )
    retry_scale: float = Field(default=1, ge=1, description="chia ngắn thời gian chờ gửi lại; chỉ để trình diễn")
    fast_clock_allowed: bool = Field(default=False, description="cho phép đồng hồ nhanh; chỉ để trình diễn")
    payment_secret: SharedSecret | None = Field(
        default=None, description="bí mật dùng chung với cổng thanh toán mô phỏng, whsec_…; chỉ để trình diễn"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="mức nhật ký")

    @property
    def documents_address(self) -> str:
        """Where the bytes of documents lie."""
        return self.documents_url or (self.data_dir / "documents").absolute().as_uri()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX) and value
        }
        try:
            return cls.model_validate(given)
        except ValidationError as refused:
            raise SettingsFaulty(tuple(_fault(error) for error in refused.errors())) from None

    def masked(self) -> dict[str, str | None]:
        """For people: what is set, with every password hidden."""
        return {name: _masked(value) for name, value in self}


def _fault(error: ErrorDetails) -> str:
    field = str(error["loc"][0])
    name = PREFIX + field.upper()
    if field in Settings.model_fields:
        what = "chưa đặt" if error["type"] == "missing" else error["msg"].removeprefix("Value error, ")
        return f"{name}: {what} ({Settings.model_fields[field].description})"
    known = [PREFIX + known.upper() for known in Settings.model_fields]
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name}: không có cấu hình này" + (f"; có phải {near[0]}?" if near else "")


def _masked(value: object) -> str | None:
    if isinstance(value, SecretStr):
        parts = urlsplit(value.get_secret_value())
        if not parts.netloc:
            return "***"
        return parts._replace(netloc=f"{parts.username}:***@{parts.hostname}:{parts.port or 5432}").geturl()
    return None if value is None else str(value)


def configure_logging(level: str = "info") -> None:
    """One JSON object a line; what is bound (dossier, task, agency) is an identifier, never personal data."""
    numeric = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        # Without local variables: an applicant's form may be one.
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
    ]
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # Libraries log the standard way; their records leave in the same form.
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(numeric, logging.WARNING), force=True)


_CONVERTERS = tuple(PydanticPayloadConverter().converters.values())


class SharedPydanticConverter(CompositePayloadConverter):
    """Temporal makes a converter per activation; these share one set, whose type adapters stay warm."""

    def __init__(self) -> None:
        super().__init__(*_CONVERTERS)


DATA_CONVERTER = DataConverter(payload_converter_class=SharedPydanticConverter)


def run(serve: Callable[[Settings], Coroutine[None, None, None]]) -> NoReturn:
    """A process of the product, from its environment to its last line."""
    try:
        settings = Settings.from_environ(os.environ)
    except SettingsFaulty as faulty:
        sys.exit(str(faulty))
    configure_logging(settings.log_level)
    uvloop.run(serve(settings))
    sys.stdout.flush()
    # The interpreter's own exit may abort under the SDK's threads; everything is already closed.
    os._exit(0)


async def connect_temporal(settings: Settings, *, metrics: str | None = None) -> Client:
    """To the namespace of the settings; what this process's workers count is shown at ``metrics``, if anywhere."""
    host = settings.temporal_address.rpartition(":")[0]
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=DATA_CONVERTER,
        # Compressing what never leaves the machine costs a tenth of its processor time.
        grpc_compression=GrpcCompression.NONE if host in _LOOPBACK else GrpcCompression.GZIP,
        connect_timeout=timedelta(seconds=10),
        runtime=_showing(metrics) if metrics else None,
    )


def _showing(address: str) -> Runtime:
    return Runtime(telemetry=TelemetryConfig(metrics=PrometheusConfig(bind_address=address)))


async def open_database(settings: Settings, *, application: str) -> Database:
    """The store in the role of the application; close it at the end."""
    url = settings.database_url.get_secret_value()
    return await Database.connect(url, application=application, connections=settings.database_pool)
