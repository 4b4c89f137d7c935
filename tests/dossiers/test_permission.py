"""Deny is the default: every act on a task, by everybody who has nothing to do with it."""

import pytest

from dossiers import commands as c
from dossiers.errors import NotPermitted
from dossiers.instants import parse_instant
from dossiers.payment_commands import Charge, ConfirmPayment, RequestPayment, WaiveCharge
from dossiers.procedure import Role
from dossiers.seats import Actor, CallerKind, Seat
from dossiers.values import AgencyCode, OfficerId, StepId, TaskKey, UnitCode
from tests.dossiers.branching import ONE_BRANCH, branching
from tests.support.builders import CITIZEN, Run, person, rulebook_of, text

RUN = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
KEY = TaskKey(RUN.key("study"))
ELSEWHERE = Seat(agency=AgencyCode("elsewhere"), unit=UnitCode("elsewhere.unit"))
EVERY_ROLE = tuple(Role)

ACTS: list[c.TaskCommand] = [
    c.Receive(task=KEY),
    c.Refuse(task=KEY, reason=text()),
    c.HandOver(task=KEY),
    c.AcceptHandOver(task=KEY),
    c.RefuseHandOver(task=KEY, reason=text()),
    c.Recall(task=KEY),
    c.Assign(task=KEY, officer=OfficerId("a")),
    c.Reassign(task=KEY, officer=OfficerId("a")),
    c.Complete(task=KEY),
    c.Approve(task=KEY),
    c.Sign(task=KEY),
    c.ReturnResult(task=KEY),
    c.DecideOnTheSpot(task=KEY),
    c.Rework(task=KEY, to=StepId("scan"), reason=text()),
    c.RequestSupplement(task=KEY, reason=text()),
    c.Consult(task=KEY, participants=("health",), content=text(), limit="1wd"),
    c.AnswerConsultation(task=KEY, outcome="consent"),
    RequestPayment(task=KEY, charges=(Charge(code="a", amount=1),)),
    ConfirmPayment(task=KEY, charge="a"),
    WaiveCharge(task=KEY, charge="a", ground="exempted", evidence=text()),
    c.RequireAttendance(task=KEY, reason=text(), attend_at=parse_instant("2026-03-20T09:00")),
    c.Apologise(task=KEY, appointment_at=parse_instant("2026-03-20T17:00"), reason=text()),
    c.Remind(task=KEY),
]
CARRYING = [act for act in ACTS if isinstance(act, c.HandOver | c.AcceptHandOver | c.RefuseHandOver)]
SUPERVISING = [act for act in ACTS if isinstance(act, c.Reassign | c.Remind)]
WORKING = [act for act in ACTS if act not in CARRYING + SUPERVISING]


def test_every_act_on_a_task_is_listed_here() -> None:
    stopping = {"suspend", "resume", "send_stop_notice"}
    others = {
        "file",
        "answer_supplement",
        "reappoint",
        "acknowledge_notice",
        "withdraw",
        "change_calendar",
        "resume_dispatches",
    }
    on_dossiers = stopping | others
    between_dossiers = {"report_sub_dossier", "withdraw_with_parent", "return_with_parent"}

    assert {act.kind for act in ACTS} == set(c.COMMAND_KINDS) - on_dossiers - between_dossiers


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.kind)
def test_the_citizen_does_nothing_inside_an_agency(act: c.TaskCommand) -> None:
    RUN.refused(NotPermitted, act, by=CITIZEN)
    RUN.refused(NotPermitted, act, by=CITIZEN.model_copy(update={"roles": (Role.COUNTER, Role.OFFICER)}))


@pytest.mark.parametrize("act", [*WORKING, *SUPERVISING], ids=lambda act: act.kind)
def test_somebody_without_a_role_does_nothing_but_carry(act: c.TaskCommand) -> None:
    RUN.refused(NotPermitted, act, by=person(RUN.seat("office")))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.kind)
def test_all_the_roles_of_another_agency_are_worth_nothing_but_a_supervisors(act: c.TaskCommand) -> None:
    roles = tuple(role for role in EVERY_ROLE if role is not Role.SUPERVISOR or act not in SUPERVISING)

    RUN.refused(NotPermitted, act, by=person(ELSEWHERE, *roles))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.kind)
def test_another_agencys_system_does_nothing(act: c.TaskCommand) -> None:
    foreign = Actor(id=OfficerId("s"), kind=CallerKind.SYSTEM, seat=ELSEWHERE, roles=(Role.OFFICER,))

    RUN.refused(NotPermitted, act, by=foreign)


@pytest.mark.parametrize("act", WORKING, ids=lambda act: act.kind)
def test_a_supervisor_supervises_and_does_not_do_the_work(act: c.TaskCommand) -> None:
    RUN.refused(NotPermitted, act, by=person(RUN.seat("office"), Role.SUPERVISOR))
