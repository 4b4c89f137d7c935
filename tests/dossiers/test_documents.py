"""Documents come in with acts, by digest; what will not do is refused by the core alone."""

from datetime import date

import pytest

from dossiers import commands as c
from dossiers.documents import (
    VERSIONS_MAX,
    Attachment,
    Digitisation,
    DocumentsAttached,
    Source,
    Stored,
    newest,
    versions_of,
)
from dossiers.errors import DocumentUnfit, DocumentUnknown
from dossiers.instants import parse_instant
from dossiers.papers import papers
from dossiers.procedure import Procedure, StepKind
from dossiers.values import AgencyCode, DossierNumber
from dossiers.words import story
from tests.support.builders import COPY, PERMIT, Run, procedure, rulebook_of, text

MORNING = "2026-03-02T08:00"
PDF = Stored(media_type="application/pdf", size=1_000)


def attachment(paper: str, number: int = 1, **changes: object) -> Attachment:
    given = Attachment(paper=paper, digest=f"{number:064x}", stored=PDF)
    return given.model_copy(update=changes)


def source(paper: str = "birth_certificate", **changes: object) -> Source:
    given = Source(
        dossier=Run(COPY, MORNING).filing().dossier,
        number=DossierNumber("H49-260101-0001"),
        kind="result",
        paper=paper,
        agency=AgencyCode("commune_committee"),
        attached_at=parse_instant("2026-01-05T08:00"),
    )
    return given.model_copy(update=changes)


def reusing(code: str, *papers: str) -> Procedure:
    """The copy procedure, whose original may be taken from such papers."""
    given = procedure(COPY)
    changed = tuple(one.model_copy(update={"reuses": papers}) if one.code == code else one for one in given.components)
    return given.model_copy(update={"components": changed})


def digitisations(run: Run) -> dict[str, Digitisation]:
    return {one.code: one.digitisation for one in papers(run.rules.procedure, run.state)}


def test_a_filing_brings_its_documents() -> None:
    run = Run(COPY, MORNING)
    run.act(run.filing(components=("copy",), documents=(attachment("original", name=text("tên tệp")),)))

    assert run.kinds() == ["dossier.filed", "documents.attached", "task.opened"]
    assert digitisations(run) == {
        "original": Digitisation.SCANNED,
        "copy": Digitisation.PAPER,
        "certified_copy": Digitisation.ABSENT,
    }


def test_what_is_filed_without_documents_says_nothing_of_them() -> None:
    assert Run.filed(COPY, MORNING).kinds() == ["dossier.filed", "task.opened"]


def test_a_later_document_of_a_paper_is_its_next_version_and_the_earlier_stays() -> None:
    run = Run(COPY, MORNING)
    run.act(run.filing(documents=(attachment("original", 1),)))
    again = (attachment("original", 2, made="digital_original"), attachment("original", 3, made="certified_copy"))
    run.act(c.Receive(task=run.key("reception"), documents=again))
    versions = versions_of(run.state.documents, "component", "original")

    assert [(one.version, one.digest[-1]) for one in versions] == [(1, "1"), (2, "2"), (3, "3")]
    assert [one.digest[-1] for one in newest(run.state.documents)] == ["3"]
    assert digitisations(run)["original"] is Digitisation.CERTIFIED


@pytest.mark.parametrize("brought", [attachment("original", stored=None), attachment("original", is_reused=True)])
def test_what_the_store_does_not_have_is_refused(brought: Attachment) -> None:
    run = Run(COPY, MORNING)
    refused = run.refused(DocumentUnknown, run.filing(documents=(brought,)))

    assert refused.particulars["digest"] == brought.digest


def test_a_paper_that_the_procedure_does_not_name_is_refused() -> None:
    run = Run(COPY, MORNING)

    run.refused(DocumentUnfit, run.filing(documents=(attachment("drawings"),)))


def test_a_type_that_the_component_does_not_accept_is_refused() -> None:
    given = procedure(COPY)
    images = tuple(one.model_copy(update={"accepts": ("image/png",)}) for one in given.components)
    run = Run(rulebook_of(given.model_copy(update={"components": images})), MORNING)
    refused = run.refused(DocumentUnfit, run.filing(documents=(attachment("original"),)))
    run.act(run.filing(documents=(attachment("original", stored=Stored(media_type="image/png", size=9)),)))

    assert "image/png" in refused.message


def test_a_component_has_no_last_day() -> None:
    run = Run(COPY, MORNING)

    run.refused(DocumentUnfit, run.filing(documents=(attachment("original", valid_until=date(2026, 3, 2)),)))


def test_a_supplement_brings_documents_and_names_what_came_on_paper() -> None:
    run = Run.at_step("appraisal", PERMIT, MORNING, floors=3)
    run.act(c.RequestSupplement(task=run.key("appraisal"), components=("drawings",), reason=text("thiếu")))
    run.act(c.AnswerSupplement(components=("drawings",), documents=(attachment("land_right"),)))

    assert digitisations(run)["drawings"] is Digitisation.PAPER
    assert digitisations(run)["land_right"] is Digitisation.SCANNED


def test_the_result_is_attached_by_whoever_approves_with_its_last_day() -> None:
    run = Run.at_step("approval", COPY, MORNING)
    result = attachment("certified_copy", made="digital_original", valid_until=date(2026, 9, 2))
    run.act(c.Approve(task=run.key("approval"), results=(result,)))
    (held,) = run.state.documents

    assert (held.kind, held.digitisation, held.valid_until) == ("result", Digitisation.ORIGINAL, date(2026, 9, 2))
    assert held.agency == run.seat("counter").agency


def test_a_component_is_no_result() -> None:
    run = Run.at_step("approval", COPY, MORNING)

    run.refused(DocumentUnfit, c.Approve(task=run.key("approval"), results=(attachment("original"),)))


def test_work_that_does_not_go_forward_brings_no_result() -> None:
    run = Run.at_step("appraisal", COPY, MORNING)
    refusal = c.Complete(
        task=run.key("appraisal"),
        outcome="ineligible",
        opinion=text("không đủ"),
        results=(attachment("certified_copy"),),
    )

    run.refused(DocumentUnfit, refusal)


def test_a_result_is_new_and_taken_from_nowhere() -> None:
    run = Run.at_step("approval", COPY, MORNING)
    taken = attachment("certified_copy", is_reused=True, source=source("certified_copy"))

    run.refused(DocumentUnfit, c.Approve(task=run.key("approval"), results=(taken,)))


@pytest.mark.parametrize(
    ("kind", "digitisation", "code"),
    [("result", Digitisation.REUSED_RESULT, 3), ("component", Digitisation.REUSED_COMPONENT, 2)],
)
def test_an_earlier_paper_stands_for_a_component_that_names_it(
    kind: str, digitisation: Digitisation, code: int
) -> None:
    """`TrangThaiSoHoa` 2 and 3: re-used from a component, or from a result, of another dossier."""
    run = Run(rulebook_of(reusing("original", "birth_certificate")), MORNING)
    taken = attachment("original", is_reused=True, source=source(kind=kind, valid_until=date(2026, 3, 2)))
    run.act(run.filing(documents=(taken,)))
    told = next(story(one, run.rules.procedure) for one in run.records if isinstance(one.event, DocumentsAttached))

    assert digitisations(run)["original"] is digitisation
    assert digitisation.portal_code == code
    assert "H49-260101-0001" in told
    assert "có giá trị đến hết 02/03/2026" in told


@pytest.mark.parametrize(
    "taken",
    [source(valid_until=date(2026, 3, 1)), source("marriage_certificate")],
    ids=["its last day is over", "the component does not name it"],
)
def test_an_earlier_paper_that_holds_no_more_or_is_another_is_refused(taken: Source) -> None:
    run = Run(rulebook_of(reusing("original", "birth_certificate")), MORNING)

    run.refused(DocumentUnfit, run.filing(documents=(attachment("original", is_reused=True, source=taken),)))


def test_a_dossier_does_not_take_in_documents_for_ever() -> None:
    run = Run(COPY, MORNING)
    run.act(run.filing(documents=tuple(attachment("original", n) for n in range(50))))
    run.state = run.state.model_copy(update={"documents": run.state.documents * (VERSIONS_MAX // 50)})

    run.refused(DocumentUnfit, c.Receive(task=run.key("reception"), documents=(attachment("original", 99),)))


def test_every_return_of_a_result_may_bring_its_paper() -> None:
    run = Run.at_step("return", COPY, MORNING)
    run.act(c.ReturnResult(task=run.key("return"), results=(attachment("certified_copy"),)))

    assert run.state.status.is_closed
    assert run.kinds()[-3:] == ["documents.attached", "task.completed", "result.returned"]
    assert all(one.kind is not StepKind.RESULT for one in run.rules.procedure.steps)
