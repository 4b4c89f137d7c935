from dossiers import commands as c
from dossiers import events as e
from dossiers.bundle_commands import ReportSubDossier, ReturnWithParent, WithdrawWithParent
from dossiers.bundle_events import SubDossierOpened, SubDossierReported
from dossiers.bundles import Message, Opening, letters
from dossiers.errors import NotPermitted, TaskUnknown, WrongAct
from dossiers.evolve import fold
from dossiers.identity import sub_dossier_id
from dossiers.instants import parse_instant
from dossiers.seats import CallerKind
from dossiers.state import DossierState, DossierStatus
from dossiers.stops import StopReason
from dossiers.values import PROMISE, DossierNumber, StepId, task_key
from tests.dossiers.bundled import Bundle, outcome
from tests.support.builders import CITIZEN, Run, person, rulebook_of, text, voice
from tests.support.bundles import BIRTH, INSURANCE, RESIDENCE, member

MORNING = "2026-03-02T08:00"
BORN = {"born_on": "2026-02-28"}


def bundle(*, at_home: bool = True) -> Bundle:
    """The whole received on Monday 08:00, the birth filed as a part of it."""
    made = Bundle(MORNING, at_home=at_home, **BORN)
    made.deliver()
    return made


def test_a_part_becomes_a_dossier_of_its_own_with_what_the_whole_knows() -> None:
    made = bundle()
    opened = made.whole.last(SubDossierOpened)
    birth = made.part("birth")

    assert opened.sub_dossier == sub_dossier_id(made.whole.state.dossier or opened.sub_dossier, "birth#1")
    assert opened.facts == {"day": "2026-02-28"}
    assert birth.state.filed is not None
    assert birth.state.filed.parent == c.Parent(
        dossier=made.whole.state.dossier or opened.sub_dossier,
        number=made.whole.filing().number,
        task=task_key("birth#1"),
        facts=("book",),
    )
    assert birth.state.facts == {"day": "2026-02-28"}


def test_whoever_received_the_whole_received_its_parts() -> None:
    """Nobody receives twice: the part's promise begins with its filing, and its first task lies with its agency."""
    birth = bundle().part("birth")

    assert birth.kinds()[:4] == ["dossier.filed", "task.opened", "task.completed", "dossier.accepted"]
    assert birth.state.first_promise_at == parse_instant("2026-03-03T17:00")
    assert [task.work for task in birth.state.live_tasks()] == ["acceptance"]


def test_a_part_that_waited_for_the_engine_is_received_at_its_instant_and_worked_on_from_when_it_could_be() -> None:
    made = Bundle(MORNING, at_home=True, **BORN)
    _, opening = made.waiting[0]
    assert isinstance(opening, Opening)
    run = Run(rulebook_of(member(BIRTH)), MORNING)
    filing = run.filing(dossier=opening.to, facts=opening.facts, parent=opening.parent)
    run.act(filing, "2026-03-02T09:00", by=voice(opening.parent.dossier), recorded="2026-03-02T11:00")

    assert [one.occurred_at for one in run.records[:4]] == [parse_instant("2026-03-02T09:00")] * 4
    assert run.state.clocks[PROMISE].term.since == parse_instant("2026-03-02T09:00")
    assert run.state.live_tasks()[0].opened_at == parse_instant("2026-03-02T11:00")


def test_the_whole_waits_by_a_task_that_nobody_can_end() -> None:
    made = bundle()
    task = made.whole.task("birth")

    assert (task.seat.agency, made.whole.due("birth#1")) == ("commune_committee", parse_instant("2026-03-03T08:00"))
    made.whole.refused(WrongAct, c.Complete(task=task.key), by=person(task.seat, task.role))
    assert made.known("birth").stage == "received"
    assert made.known("birth").promise_at == parse_instant("2026-03-03T17:00")


def test_the_result_of_one_part_feeds_the_next_ones_as_typed_facts() -> None:
    made = bundle()
    made.grant("birth", "2026-03-02T10:00")

    assert made.whole.state.facts["birth_book"] == "a"
    assert made.whole.state.facts["registered"] is True
    assert sorted(run.rules.procedure.code for run in made.parts.values()) == [BIRTH, RESIDENCE, INSURANCE]
    assert made.part("residence").state.facts == {"book": "a"}
    assert made.part("insurance").state.facts == {"book": "a"}


def test_a_partial_result_is_returned_while_the_others_go_on() -> None:
    made = bundle()
    made.grant("birth", "2026-03-02T10:00")
    made.part("birth").finish("2026-03-02T11:00")
    made.deliver("2026-03-02T11:00")

    assert made.part("birth").state.status is DossierStatus.RETURNED
    assert made.known("birth").stage == "returned"
    assert made.whole.state.status is DossierStatus.PROCESSING
    assert made.whole.live() == ["residence#1", "insurance#1"]


def test_one_part_refused_holds_no_other_and_the_whole_is_granted_in_part() -> None:
    made = bundle()
    made.grant("birth", "2026-03-02T10:00")
    made.refuse("residence", "2026-03-02T11:00")
    assert made.whole.live() == ["insurance#1"]
    assert made.whole.state.facts["resides"] is False
    made.grant("insurance", "2026-03-02T14:00")

    assert (outcome(made.whole, "residence"), outcome(made.whole, "insurance")) == ("refused", "granted")
    assert made.whole.state.result == "partial"
    assert made.whole.live() == ["return#1"]


def test_a_part_that_needs_a_refused_one_is_never_filed() -> None:
    made = bundle()
    made.refuse("birth", "2026-03-02T10:00")

    assert len(made.parts) == 1
    assert [made.whole.state.run_of(StepId(step)).state for step in ("residence", "insurance")] == ["skipped"] * 2
    assert made.whole.state.result == "refused"
    assert "birth_book" not in made.whole.state.facts


def test_a_branch_waits_for_just_what_it_needs() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.6b: all are told, and who needs nobody's result begins at once."""
    made = bundle(at_home=False)
    made.grant("birth", "2026-03-02T10:00")

    assert made.whole.live() == ["insurance#1"]
    assert made.whole.state.run_of(StepId("residence")).state == "skipped"


def test_withdrawal_reaches_the_parts_that_are_not_decided_and_leaves_results_standing() -> None:
    made = bundle()
    made.grant("birth", "2026-03-02T10:00")
    made.withdraw("2026-03-02T11:00")

    assert [made.part(step).state.status for step in ("birth", "residence", "insurance")] == [
        DossierStatus.DECIDED,
        DossierStatus.WITHDRAWN,
        DossierStatus.WITHDRAWN,
    ]
    assert made.part("residence").live() == []
    assert made.refused == []


def test_a_result_that_crossed_the_withdrawal_stands() -> None:
    made = bundle()
    birth = made.part("birth")
    while birth.state.result is None:
        birth.act(birth.usual(birth.state.live_tasks()[0]), "2026-03-02T10:00")
    made.withdraw("2026-03-02T11:00")

    assert birth.state.status is DossierStatus.DECIDED
    assert sorted(made.refused) == [
        ("report_sub_dossier", "dossier-closed"),
        ("withdraw_with_parent", "dossier-decided"),
    ]


def test_the_applicant_may_take_back_one_part() -> None:
    made = bundle()
    made.grant("birth", "2026-03-02T10:00")
    made.part("insurance").act(c.Withdraw(), "2026-03-02T11:00", by=CITIZEN)
    made.deliver("2026-03-02T11:00")

    assert made.known("insurance").stage == "withdrawn"
    assert outcome(made.whole, "insurance") == "withdrawn"
    assert made.whole.live() == ["residence#1"]


def test_a_result_that_goes_out_with_the_whole_is_not_given_out_before() -> None:
    made = bundle(at_home=False)
    made.grant("birth", "2026-03-02T10:00")
    made.grant("insurance", "2026-03-02T11:00")
    insurance = made.part("insurance")
    insurance.go_to("return")
    insurance.refused(WrongAct, c.ReturnResult(task=insurance.key("return")))
    made.whole.finish("2026-03-02T14:00")
    made.deliver("2026-03-02T14:00")

    assert insurance.state.status is DossierStatus.RETURNED
    assert insurance.records[-1].actor == voice(made.whole.state.dossier or made.known("birth").dossier)


def test_a_result_still_on_its_way_to_the_counter_is_not_returned_with_the_whole() -> None:
    made = bundle(at_home=False)
    made.grant("birth", "2026-03-02T10:00")
    made.grant("insurance", "2026-03-02T11:00")
    made.whole.finish("2026-03-02T14:00")
    made.deliver("2026-03-02T14:00")

    assert ("return_with_parent", "wrong-act") in made.refused
    assert made.part("insurance").state.status is DossierStatus.DECIDED


def test_a_report_that_a_later_one_overtook_is_written_down_and_changes_nothing() -> None:
    made = Bundle(MORNING, at_home=False, **BORN)
    sender, opening = made.waiting.pop(0)
    made.hand(sender, opening)
    birth = made.part("birth")
    while birth.state.result is None:
        birth.act(birth.usual(birth.state.live_tasks()[0]), "2026-03-02T10:00")
    made.collect()
    (part, received), (_, decided) = made.waiting
    made.hand(part, decided)
    before = made.whole.state
    made.hand(part, received)

    assert [(one.stage, one.news) for one in made.whole.events(SubDossierReported)] == [
        ("decided", True),
        ("received", False),
    ]
    assert made.whole.state.sub_dossiers == before.sub_dossiers
    assert made.whole.state.tasks == before.tasks


def suspended(made: Bundle, at: str) -> None:
    made.whole.act(c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text()), at)


def test_a_part_goes_on_while_the_whole_stands_still_and_what_it_brought_counts_when_the_whole_goes_on() -> None:
    """The birth is registered meanwhile: nothing opens until the decision is lifted, and nothing is lost."""
    made = bundle()
    suspended(made, "2026-03-02T09:00")
    made.grant("birth", "2026-03-02T16:00")
    waiting = made.whole.live()
    known = made.known("birth")
    made.whole.act(c.ResumeDossier(evidence=text()), "2026-03-04T09:00")
    made.deliver()

    assert (known.stage, known.result) == ("decided", "granted")
    assert made.whole.state.facts["birth_book"] == "a"
    assert waiting == ["birth#1"]
    assert outcome(made.whole, "birth") == "granted"
    assert made.whole.live() == ["residence#1", "insurance#1"]
    assert [task.opened_at for task in made.whole.state.live_tasks()] == [parse_instant("2026-03-04T09:00")] * 2
    # Monday to Wednesday touch the stop; the five days are counted from Thursday on.
    assert made.whole.due(PROMISE) == parse_instant("2026-03-11T17:00")
    assert made.part("birth").state.first_promise_at == made.part("birth").due(PROMISE)


def test_a_part_refused_or_taken_back_while_the_whole_stands_still_is_left_behind_when_it_goes_on() -> None:
    for end in (Bundle.refuse, took_back):
        made = bundle()
        suspended(made, "2026-03-02T09:00")
        end(made, "birth", "2026-03-02T16:00")
        made.whole.act(c.ResumeDossier(evidence=text()), "2026-03-04T09:00")

        assert made.whole.live() == ["return#1"]
        assert made.whole.state.result == "refused"


def took_back(made: Bundle, step: str, at: str) -> None:
    made.part(step).act(c.Withdraw(), at, by=CITIZEN)
    made.deliver(at)


def test_a_report_without_a_result_leaves_the_part_waiting_when_the_whole_goes_on() -> None:
    made = Bundle(MORNING, at_home=True, **BORN)
    suspended(made, "2026-03-02T08:30")
    made.deliver("2026-03-02T09:00")
    made.whole.act(c.ResumeDossier(evidence=text()), "2026-03-03T09:00")
    assert made.known("birth").stage == "received"
    assert made.whole.live() == ["birth#1"]

    made.grant("birth", "2026-03-03T10:00")
    assert made.whole.live() == ["residence#1", "insurance#1"]


def test_withdrawing_a_whole_that_stands_still_reaches_its_parts() -> None:
    made = bundle()
    suspended(made, "2026-03-02T09:00")
    made.withdraw("2026-03-02T10:00")

    assert made.whole.state.status is DossierStatus.WITHDRAWN
    assert made.part("birth").state.status is DossierStatus.WITHDRAWN


def test_only_a_dossier_of_the_bundle_speaks_in_it() -> None:
    made = bundle()
    birth, known = made.part("birth"), made.known("birth")
    report = ReportSubDossier(
        task=task_key("birth#1"), stage="decided", sequence=99, number=DossierNumber("P-1"), result="granted"
    )
    parent = birth.state.filed.parent if birth.state.filed is not None else None
    stranger = voice(sub_dossier_id(known.dossier, "other"))

    for by in (CITIZEN, stranger, person(made.whole.task("birth").seat, made.whole.task("birth").role)):
        made.whole.refused(NotPermitted, report, by=by)
        birth.refused(NotPermitted, WithdrawWithParent(), by=by)
        birth.refused(NotPermitted, ReturnWithParent(), by=by)
    made.whole.refused(
        TaskUnknown, report.model_copy(update={"task": task_key("residence#1")}), by=voice(known.dossier)
    )
    made.whole.refused(NotPermitted, c.Withdraw(), by=voice(known.dossier))
    Run(birth.rules, MORNING).refused(NotPermitted, birth.filing(parent=parent), by=CITIZEN)
    Run(birth.rules, MORNING).refused(NotPermitted, birth.filing(), by=voice(known.dossier))


def test_letters_are_found_again_in_the_journal() -> None:
    """What a restored workflow says once more is word for word what the lost one said."""
    made = bundle()
    made.grant("birth", "2026-03-02T10:00")
    records = made.whole.records
    at_once = letters(DossierState(), records)
    piece_by_piece = [
        letter for position, record in enumerate(records) for letter in letters(fold(records[:position]), [record])
    ]

    assert list(at_once) == piece_by_piece
    assert [type(one) for one in at_once] == [Opening] * 3
    assert [one.command.kind for one in letters(DossierState(), made.part("birth").records) if isinstance(one, Message)]


def test_the_whole_and_its_parts_have_promises_of_their_own() -> None:
    made = bundle()
    made.grant("birth", "2026-03-02T10:00")
    promised = {step: made.known(step).promise_at for step in ("birth", "residence", "insurance")}

    assert made.whole.state.first_promise_at == parse_instant("2026-03-09T17:00")
    assert promised == {
        "birth": parse_instant("2026-03-03T17:00"),
        "residence": parse_instant("2026-03-04T17:00"),
        "insurance": parse_instant("2026-03-04T17:00"),
    }


def test_what_a_dossier_does_by_itself_for_another_is_no_officers_act() -> None:
    made = bundle()

    assert {one.actor.kind for one in made.part("birth").records if one.actor is not None} == {CallerKind.DOSSIER}
    assert not made.part("birth").events(e.RungReached)
