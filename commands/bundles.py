"""Whether the dossiers of a bundle agree: every part was filed, was heard, and ended with a whole that was withdrawn.

Each difference is something that was not said, so the remedy restores whoever had to say it: a restored workflow says
everything once more, and whoever heard it knows it again.
"""

from collections.abc import Iterator
from uuid import UUID

from commands.finding import Finding
from dossiers.state import DossierState, DossierStatus
from store.database import Transaction
from store.register import DossierRow, read_dossier, read_state, read_sub_dossiers

#: Neither decided nor ended.
_UNDECIDED = (
    DossierStatus.NEW,
    DossierStatus.FILED,
    DossierStatus.ACCEPTED,
    DossierStatus.PROCESSING,
    DossierStatus.AWAITING_SUPPLEMENT,
    DossierStatus.AWAITING_PAYMENT,
    DossierStatus.AWAITING_ATTENDANCE,
    DossierStatus.SUSPENDED,
)


async def in_bundle(tx: Transaction, state: DossierState) -> tuple[Finding, ...]:
    """What one dossier and those it belongs with do not agree on; nothing for a dossier that stands alone."""
    if state.filed is None:
        return ()
    found: list[Finding] = []
    if state.sub_dossiers:
        rows = {row.id: row for row in await read_sub_dossiers(tx, state.filed.dossier)}
        found += _among_parts(state, rows)
    if state.filed.parent is not None:
        found += await _above(tx, state)
    return tuple(found)


def _among_parts(state: DossierState, rows: dict[UUID, DossierRow]) -> Iterator[Finding]:
    assert state.filed is not None, "a part belongs to a dossier that was filed"
    whole = state.filed.dossier
    for key, part in state.sub_dossiers.items():
        row = rows.get(part.dossier)
        say_again = f"lienthong dossier rehydrate --force {whole}"
        if row is None:
            detail = f"Hồ sơ con của “{key}” chưa được lập."
            yield Finding(code="sub-dossier-missing", dossier=whole, detail=detail, remedy=say_again)
        elif state.status is DossierStatus.WITHDRAWN and row.status in _UNDECIDED:
            detail = f"Đã rút hồ sơ, nhưng hồ sơ con {row.number} chưa được rút theo."
            yield Finding(code="withdrawal-unheard", dossier=whole, detail=detail, remedy=say_again)
        elif not state.status.is_closed and row.status not in _UNDECIDED and not part.is_settled:
            detail = f"Hồ sơ con {row.number} đã có kết quả hoặc đã kết thúc, hồ sơ này chưa biết."
            remedy = f"lienthong dossier rehydrate --force {row.id}"
            yield Finding(code="report-unheard", dossier=whole, detail=detail, remedy=remedy)


async def _above(tx: Transaction, state: DossierState) -> tuple[Finding, ...]:
    """A part that its whole does not know: its opening was lost after the part had been filed."""
    assert state.filed is not None, "who has a parent was filed"
    assert state.filed.parent is not None, "asked of a part only"
    parent = state.filed.parent
    row = await read_dossier(tx, parent.dossier)
    known = (await read_state(tx, parent.dossier)).sub_dossiers if row is not None else {}
    if any(part.dossier == state.filed.dossier for part in known.values()):
        return ()
    detail = f"Hồ sơ {parent.number} không biết hồ sơ con này."
    remedy = "Giữ nguyên dữ liệu và báo nhóm phát triển: hồ sơ con chỉ được lập sau khi nhật ký đã ghi."
    return (Finding(code="sub-dossier-unknown", dossier=state.filed.dossier, detail=detail, remedy=remedy),)
