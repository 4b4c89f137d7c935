"""Who may read what: an agency sees the dossiers it takes part in, the portal those it filed, supervision all.

What a caller may not see does not exist for him: the answer is the same as for an id that was never given.
"""

from uuid import UUID

from agencies.roster import Tier
from api.errors import NotForThisCaller
from commands.directories import Directories
from dossiers.procedure import Role
from dossiers.seats import CallerKind
from dossiers.values import AgencyCode
from store.callers import Caller
from store.database import Reading
from store.errors import DossierUnknown, TaskMissing
from store.register import Participation, read_participation
from store.worklist import TaskRow, read_task


def sees_all(directories: Directories, caller: Caller) -> bool:
    """Supervisors, and the heads of the province's own one-stop shop."""
    if caller.kind is CallerKind.CITIZEN:
        return False
    if Role.SUPERVISOR in caller.roles:
        return True
    return Role.ONE_STOP_HEAD in caller.roles and directories.tier(caller.agency) is Tier.PROVINCE


def may_see(directories: Directories, caller: Caller, participation: Participation) -> bool:
    if caller.kind is CallerKind.CITIZEN:
        return participation.filed_by == caller.id
    return sees_all(directories, caller) or caller.agency in participation.agencies


async def require_visible(tx: Reading, directories: Directories, caller: Caller, dossier: UUID) -> None:
    """Raise `DossierUnknown` unless the caller may see the dossier."""
    participation = await read_participation(tx, dossier)
    if participation is None or not may_see(directories, caller, participation):
        raise DossierUnknown(dossier=str(dossier))


async def visible_task(tx: Reading, directories: Directories, caller: Caller, task: UUID) -> TaskRow:
    """The task, or `TaskMissing` unless the caller may see its dossier."""
    row = await read_task(tx, task)
    if row is not None:
        participation = await read_participation(tx, row.dossier)
        if participation is not None and may_see(directories, caller, participation):
            return row
    raise TaskMissing(task=str(task))


def may_ask_by_name(caller: Caller) -> bool:
    """Officers look for people; software that could would be a register of who filed what (NĐ 61/2018 Đ5.1d)."""
    return caller.kind is CallerKind.OFFICER


def require_officer(caller: Caller) -> None:
    """Officers and agencies' systems work; the citizens' portal files and follows."""
    if caller.kind is CallerKind.CITIZEN:
        raise NotForThisCaller


def agency_in_sight(directories: Directories, caller: Caller, asked: str | None) -> AgencyCode | None:
    """The agency to which a list is limited: what was asked for, or the caller's own where he sees no other."""
    require_officer(caller)
    if sees_all(directories, caller):
        return AgencyCode(asked) if asked is not None else None
    if caller.agency is None or asked not in {None, caller.agency}:
        raise NotForThisCaller
    return caller.agency
