"""`doctor`: what runs, what is wrong, what to do; and whether all that should be one truth is one."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated

from cyclopts import Parameter
from temporalio.service import RPCError

from cli import symptoms
from cli.operation import NoAnswer, NothingRuns, Product, joined, joined_settings
from cli.report import AsJson, Report, report, table
from cli.surroundings import data_directory, joined_environment, running_stack
from cli.symptoms import Part, Sign, Symptom
from commands.finding import Finding
from commands.reconciliation import Reconciliation
from embedded.stack import Stack
from store.errors import StoreError

_TOLD_EVERY = 200


async def doctor(
    *,
    reconcile: Annotated[
        bool,
        Parameter(negative="", help="So trạng thái quy trình, nhật ký và sổ sách của mọi hồ sơ; tự chạy những gì cần."),
    ] = False,
    json: AsJson = False,
) -> int:
    """Cái gì đang chạy, cái gì hỏng, phải làm gì.

    Mã thoát: 0 khi không có gì sai (và mọi hồ sơ khớp), 1 khi có điều phải xử lý.
    """
    told = report(as_json=json)
    if not reconcile:
        signs = await _signs(joined_environment())
        return _tell(told, signs, ())
    async with _environment(told) as environment:
        signs = await _signs(environment)
        async with joined(environment) as product:
            findings = await _reconciled(product, told)
    return _tell(told, signs, findings)


@asynccontextmanager
async def _environment(told: Report) -> AsyncIterator[Mapping[str, str]]:
    """What runs already; else a stack of our own for as long as the look lasts."""
    environment = joined_environment()
    try:
        joined_settings(environment)
    except NothingRuns:
        told.say("Chưa có gì chạy: khởi động để đối chiếu, xong sẽ dừng.")
        async with Stack.start(data_directory().path, say=told.say) as stack:
            yield {**environment, **stack.environment}
    else:
        yield environment


async def _signs(environment: Mapping[str, str]) -> tuple[Sign, ...]:
    looks = [
        symptoms.signs_of_machine(data_directory().path),
        symptoms.signs_of_processes(running_stack()),
        *_looks_at_services(environment),
    ]
    found = await asyncio.gather(*(_collected(look) for look in looks))
    return tuple(sign for signs in found for sign in signs)


def _looks_at_services(environment: Mapping[str, str]) -> tuple[AsyncIterator[Sign], ...]:
    try:
        settings = joined_settings(environment)
    except NothingRuns as nothing:
        return (_nothing_runs(nothing),)
    owner = settings.owner_database_url
    return (
        symptoms.signs_of_api(settings.api_url),
        symptoms.signs_of_schema(None if owner is None else owner.get_secret_value()),
        _signs_of_services(environment),
    )


async def _nothing_runs(nothing: NothingRuns) -> AsyncIterator[Sign]:
    detail = "Không có hệ thống nào đang chạy ở đây, và cấu hình không nêu hệ thống nào."
    yield Symptom(code=nothing.code, detail=detail, remedy="lienthong up")


async def _signs_of_services(environment: Mapping[str, str]) -> AsyncIterator[Sign]:
    try:
        async with joined(environment) as product:
            for look in (
                symptoms.signs_of_database(product.database),
                symptoms.signs_of_temporal(product.client, product.settings.temporal_address),
                symptoms.signs_of_workers(product.client, product.settings.task_queue),
            ):
                for sign in await _collected(look):
                    yield sign
    except NoAnswer as silent:
        remedy = "Xem .data/logs và `lienthong up`; dịch vụ ngoài: kiểm tra địa chỉ và mạng."
        yield Symptom(code=silent.code, detail=str(silent), remedy=remedy)


async def _collected(look: AsyncIterator[Sign]) -> list[Sign]:
    signs: list[Sign] = []
    try:
        async for sign in look:
            signs.append(sign)  # noqa: PERF401  (what was seen before a failure counts)
    except (RPCError, StoreError, OSError, TimeoutError) as error:
        signs.append(
            Symptom(code="look-failed", detail=f"{type(error).__name__}: {error}", remedy="Thử lại; xem nhật ký.")
        )
    return signs


async def _reconciled(product: Product, told: Report) -> tuple[Finding, ...]:
    reconciliation = Reconciliation(product.database, product.client)
    total = await reconciliation.count()
    told.say(f"Đối chiếu {total} hồ sơ…")
    findings: list[Finding] = []
    done = 0
    async for look in reconciliation.run():
        done += 1
        findings += look.findings
        if done % _TOLD_EVERY == 0:
            told.say(f"{done}/{total} hồ sơ, {len(findings)} điều không khớp.")
    told.say(f"Đã đối chiếu {done} hồ sơ.")
    return tuple(findings)


def _tell(told: Report, signs: tuple[Sign, ...], findings: tuple[Finding, ...]) -> int:
    parts = [sign for sign in signs if isinstance(sign, Part)]
    wrong = [sign for sign in signs if isinstance(sign, Symptom)]
    answer = {
        "running": [part.model_dump(mode="json") for part in parts],
        "wrong": [symptom.model_dump(mode="json") for symptom in wrong],
        "differences": [finding.model_dump(mode="json") for finding in findings],
    }
    running = table("phần", "tình trạng", "phiên bản", "địa chỉ", "từ lúc", rows=[_cells(part) for part in parts])
    rows = [[one.code, one.detail, one.remedy] for one in wrong]
    rows += [[one.code, f"{one.number}: {one.detail}", one.remedy] for one in findings]
    verdict = table("sai", "chi tiết", "phải làm", rows=rows) if rows else "Không có gì sai."
    told.answer(answer, running, "", verdict)
    return 1 if rows else 0


def _cells(part: Part) -> list[str]:
    since = f"{part.since:%H:%M:%S %d/%m/%Y}" if part.since else ""
    state = part.state if part.pid is None else f"{part.state} {part.pid}"
    return [part.name, state, part.version or "", part.address or "", since]
