"""The description of the API is valid, complete and stable."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from fastapi.routing import APIRoute
from openapi_spec_validator import validate

from api.app import ROUTERS, create_app
from api.openapi import describe
from api.problems import KINDS, MEDIA_TYPE
from dossiers.bundle_commands import BundleCommand
from dossiers.commands import COMMAND_KINDS
from tests.support.desks import Office

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def document(bureau: Office) -> dict[str, Any]:
    return describe(create_app(bureau.parts))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def test_the_document_keeps_to_the_specification(document: dict[str, Any]) -> None:
    validate(document)

    assert document["openapi"].startswith("3.1")


def test_every_operation_has_a_name_of_its_own_and_words(document: dict[str, Any]) -> None:
    names = [one["operationId"] for _, _, one in operations(document)]

    assert len(set(names)) == len(names)
    assert all(one["summary"] for _, _, one in operations(document))


def test_the_names_that_clients_are_generated_from_stay(document: dict[str, Any]) -> None:
    assert {one["operationId"] for _, _, one in operations(document)} == {
        *("fileDossier", "findDossier", "showDossier", "dossierTimeline", "dossierHistory"),
        *("dossierClocks", "dossierLedger", "explainDeadline", "dossierSummary", "countDeadline", "countDeadlines"),
        *("listCalendars", "showCalendar", "previewCalendar", "publishCalendar"),
        *("receive", "refuse", "handOver", "acceptHandOver", "refuseHandOver", "recall", "assign", "reassign"),
        *("complete", "approve", "sign", "returnResult", "decideOnTheSpot", "rework", "requestSupplement", "consult"),
        *("answerConsultation", "requestPayment", "confirmPayment", "waiveCharge", "remind", "apologise"),
        "dossierApology",
        *("requireAttendance", "suspendDossier", "resumeDossier", "sendStopNotice"),
        *("listRefusedActs", "listViolations", "listUnsentStopNotices"),
        *("answerSupplement", "withdraw", "reappoint", "acknowledgeNotice"),
        *("listTasks", "countTasks", "showTask", "getNextTask", "claimTask", "releaseTask", "transferTask"),
        *("claimTasks", "handOverTasks", "acceptHandOvers", "refuseHandOvers", "completeTasks"),
        *("saveView", "listViews", "listViewTasks", "deleteView"),
        *("registerAbsence", "listAbsences", "endAbsence"),
        *("listEscalations", "listNotices", "listAlarms", "showStatistics", "showCommand", "showCaller"),
        *("keepDocument", "listDocuments", "readDocument"),
        *("listReusableDocuments", "findReusableDocuments"),
        *("listHandOvers", "showHandOverSheet", "showTransferSlip", "listForms", "printForm"),
        *("listLines", "listDispatches", "resumeDispatches", "listDrift"),
        *("listenToEvents", "listProcedures", "showProcedure", "showDirectory", "healthz", "readyz"),
    }


def test_every_act_of_the_core_can_be_asked_for(document: dict[str, Any]) -> None:
    acts = [one for _, method, one in operations(document) if method == "post" and "202" in one["responses"]]

    # A dossier counts by a later calendar when that is published, and dossiers speak to each other, unasked.
    assert len(acts) == len(set(COMMAND_KINDS) - {"change_calendar"}) - len(get_args(BundleCommand))


def test_every_act_shows_an_example_that_its_own_schema_accepts(document: dict[str, Any]) -> None:
    routes = [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]
    bodies = {one.operation_id: one.body_field for one in routes}
    for _, _, one in operations(document):
        field = bodies[one["operationId"]]
        # The clock reads its questions itself; `test_deadlines` asks what is shown.
        if "requestBody" in one and field is not None:
            example = one["requestBody"]["content"]["application/json"]["example"]
            _, errors = field.validate(example, {}, loc=())

            assert not errors, one["operationId"]


def test_every_operation_under_v1_names_its_problems_and_its_key(document: dict[str, Any]) -> None:
    for path, _, one in operations(document):
        if path.startswith("/v1/"):
            assert one["security"] == [{"apiKey": []}], path
            assert {"401", "404", "422"} <= set(one["responses"]), path


def test_every_problem_shown_is_one_of_ours(document: dict[str, Any]) -> None:
    for path, _, one in operations(document):
        for status, answer in one["responses"].items():
            for code, example in answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {}).items():
                assert (str(int(KINDS[code][0])), example["value"]["code"]) == (status, code), path
                assert "schema" in answer["content"][MEDIA_TYPE]
