"""What the worker serves is written out by name; nothing that exists may be missing from its lists."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import cast
from uuid import UUID

import pytest
from temporalio import activity, workflow
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

import activities
import dossiers
import workflows
from activities.dispatching import Exchange
from activities.letters import Courier
from agencies.retries import RetryTable
from dossiers.commands import COMMAND_KINDS
from store.database import Database
from worker import PASSED_THROUGH, WORKFLOWS, activities_of, line_activities_of, sandboxed_runner
from workflows.addresses import activity_queue, dossier_of, dossier_workflow_id

#: Registration only binds it; no test here performs an effect.
NOWHERE = cast("Database", None)
NOBODY = cast("Courier", None)
NO_LINES = cast("Exchange", None)
REGISTERED = (*activities_of(NOWHERE, NOBODY), *line_activities_of(NOWHERE, NO_LINES, RetryTable()))


def test_every_workflow_is_registered() -> None:
    written = [
        member
        for module in modules_of(workflows)
        for member in vars(module).values()
        if isinstance(member, type) and workflow._Definition.from_class(member) is not None
    ]

    assert written
    assert set(written) == set(WORKFLOWS)


def test_every_activity_is_registered() -> None:
    written = [name for module in modules_of(activities) for name in activity_names(module)]
    registered = [activity._Definition.must_from_callable(one).name for one in REGISTERED]

    assert written
    assert sorted(registered, key=str) == sorted(written)


def test_every_workflow_and_activity_has_a_name_of_its_own_on_the_wire() -> None:
    """A class may be renamed while dossiers run."""
    definitions = [workflow._Definition.must_from_class(one) for one in WORKFLOWS]

    assert [definition.name for definition in definitions] == ["Dossier"]
    assert [activity._Definition.must_from_callable(one).name for one in REGISTERED] == [
        "record_events",
        "send_letter",
        "dispatch",
        "compare",
    ]


def test_the_sandbox_lets_through_exactly_what_workflows_may_import() -> None:
    """Less, and a class would exist twice; more, and the sandbox would watch nothing."""
    runner = sandboxed_runner()

    assert isinstance(runner, SandboxedWorkflowRunner)
    assert (dossiers.__name__, activities.__name__) == PASSED_THROUGH
    assert set(PASSED_THROUGH) <= runner.restrictions.passthrough_modules
    assert workflows.__name__ not in runner.restrictions.passthrough_modules


def test_every_kind_of_act_is_named_once() -> None:
    """That each has a handler is asked of a running dossier, in tests/workflows."""
    assert len(set(COMMAND_KINDS)) == len(COMMAND_KINDS)


def test_a_dossier_and_its_workflow_name_each_other() -> None:
    dossier = UUID("750a4c35-88c6-5497-ba4e-e515d92eaad8")

    assert dossier_workflow_id(dossier) == "dossier:750a4c35-88c6-5497-ba4e-e515d92eaad8"
    assert dossier_of(dossier_workflow_id(dossier)) == dossier
    assert activity_queue("lienthong") != "lienthong"


@pytest.mark.parametrize("other", ["bundle:750a4c35-88c6-5497-ba4e-e515d92eaad8", "dossier:", "dossier:7"])
def test_no_other_workflow_carries_a_dossier(other: str) -> None:
    with pytest.raises(ValueError, match=r"dossier|UUID"):
        dossier_of(other)


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def activity_names(module: ModuleType) -> Iterator[str]:
    """Activities written in the module, free or as methods."""
    for member in vars(module).values():
        if getattr(member, "__module__", None) != module.__name__:
            continue
        for one in vars(member).values() if isinstance(member, type) else (member,):
            definition = activity._Definition.from_callable(one) if callable(one) else None
            if definition is not None and definition.name is not None:
                yield definition.name
