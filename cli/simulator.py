"""`simulator agency|portal|key`: other systems as processes of their own, for acceptance and for integrators."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import httpx
import uvicorn
from cyclopts import App, Parameter
from pydantic import SecretStr

from agencies.portal_codes import SHIPPED, read_table
from agencies.portal_simulator import PortalBook, PortalFaults, PortalSystem
from agencies.signatures import drawn_key
from agencies.simulator import AgencySystem, Answer, Faults
from agencies.simulator_book import Book
from cli.report import AsJson, report
from dossiers.instants import VIETNAM

app = App(name="simulator", help="Giả lập hệ thống riêng của một cơ quan; chạy thành tiến trình riêng.")

#: Secrets come by the environment: a command line is read by every process of the machine.
SECRETS, RECEIPT_KEY, API_KEY = "SIMULATOR_SECRETS", "SIMULATOR_RECEIPT_KEY", "SIMULATOR_API_KEY"
USERNAME, PASSWORD = "SIMULATOR_USERNAME", "SIMULATOR_PASSWORD"


@app.command
def agency(  # noqa: PLR0913 - each fault is an option of its own
    *,
    port: Annotated[int, Parameter(help="Cổng lắng nghe trên 127.0.0.1.")],
    ledger: Annotated[Path, Parameter(help="Tệp ghi những gì đã nhận; còn nguyên qua lần khởi động sau.")],
    api: Annotated[str | None, Parameter(help="Địa chỉ API để tự trả lời; bỏ trống thì chỉ nhận.")] = None,
    answer: Annotated[
        tuple[str, ...], Parameter(help="Kết cục của một bước: bước=kết-cục[,thông-tin=true]; lặp lại được.")
    ] = (),
    seed: int = 0,
    slow: float = 0,
    slowness: Annotated[float, Parameter(help="Trả lời chậm là chậm bao nhiêu giây.")] = 2,
    broken: float = 0,
    silent: float = 0,
    dropped: float = 0,
    unsigned: float = 0,
    repeated: float = 0,
    reordered: float = 0,
) -> None:
    """Nhận bản tin có chữ ký, ký nhận, rồi tự làm phần việc của cơ quan qua API.

    Môi trường: SIMULATOR_SECRETS (whsec_…, cách nhau bằng dấu cách), SIMULATOR_RECEIPT_KEY (whsk_…), SIMULATOR_API_KEY.
    """
    client = None if api is None else _client(api)
    faults = Faults(
        seed=seed,
        slow=slow,
        slowness=slowness,
        broken=broken,
        silent=silent,
        dropped=dropped,
        unsigned=unsigned,
        repeated=repeated,
        reordered=reordered,
    )
    system = AgencySystem(
        secrets=tuple(SecretStr(one) for one in os.environ[SECRETS].split()),
        receipt_key=os.environ[RECEIPT_KEY],
        book=Book.opened(ledger),
        faults=faults,
        api=client,
        now=lambda: datetime.now(VIETNAM),
        answers=dict(Answer.read(one) for one in answer),
    )
    uvicorn.run(system.app(), host="127.0.0.1", port=port, log_level="critical", access_log=False)


@app.command
def portal(  # noqa: PLR0913 - each fault is an option of its own
    *,
    port: Annotated[int, Parameter(help="Cổng lắng nghe trên 127.0.0.1.")],
    ledger: Annotated[Path, Parameter(help="Tệp ghi những gì đã nhận; còn nguyên qua lần khởi động sau.")],
    table: Annotated[Path, Parameter(help="Bảng mã trạng thái và đường đi giữa các mã.")] = SHIPPED,
    seed: int = 0,
    slow: float = 0,
    slowness: float = 2,
    broken: float = 0,
    dropped: float = 0,
    busy: float = 0,
    expired: float = 0,
) -> None:
    """Giả lập Cổng Dịch vụ công quốc gia: đăng nhập, DongBoHoSoMC, CapNhatTienDoHoSoMC, TraCuuHoSo.

    Môi trường: SIMULATOR_USERNAME, SIMULATOR_PASSWORD.
    """
    system = PortalSystem(
        username=os.environ[USERNAME],
        password=os.environ[PASSWORD],
        book=PortalBook.opened(ledger, read_table(table)),
        faults=PortalFaults(
            seed=seed, slow=slow, slowness=slowness, broken=broken, dropped=dropped, busy=busy, expired=expired
        ),
    )
    uvicorn.run(system.app(), host="127.0.0.1", port=port, log_level="critical", access_log=False)


@app.command
def key(*, json: AsJson = False) -> None:
    """Tạo một cặp khóa ký biên nhận: khóa riêng cho hệ thống cơ quan, khóa công khai cho danh bạ."""
    private, public = drawn_key()
    report(as_json=json).answer({"private": private, "public": public}, f"{private}\n{public}", public)


def _client(api: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {os.environ[API_KEY]}"}
    return httpx.AsyncClient(base_url=api, headers=headers, timeout=15, trust_env=False)
