"""A bundle played against the pure core: the whole and its parts, each a run of its own, and letters between them."""

from datetime import datetime
from uuid import UUID

from dossiers import commands as c
from dossiers.bundles import Message, Opening, letters
from dossiers.errors import DossierError
from dossiers.sub_dossiers import SubDossierState
from dossiers.values import DossierNumber, StepId, task_key
from tests.support.builders import CITIZEN, Run, rulebook_of, text, voice
from tests.support.bundles import WHOLE, member


class Bundle:
    """One filing, many dossiers; letters wait until they are delivered."""

    def __init__(self, at: str, **facts: bool | int | str) -> None:
        self.whole = Run(rulebook_of(member(WHOLE)), at, **facts)
        self.whole.act(self.whole.filing(facts=facts))
        self.parts: dict[UUID, Run] = {}
        self.waiting: list[tuple[UUID, Opening | Message]] = []
        #: Letters that their addressee refused, with why.
        self.refused: list[tuple[str, str]] = []
        self._read: dict[UUID, int] = {}
        self.whole.forward("reception")
        self.collect()

    def part(self, step: str) -> Run:
        return self.parts[self.known(step).dossier]

    def known(self, step: str) -> SubDossierState:
        """The part as the whole knows it."""
        return self.whole.state.sub_dossiers[task_key(f"{step}#1")]

    def run(self, dossier: UUID) -> Run:
        return self.whole if dossier == self.whole.state.dossier else self.parts[dossier]

    def collect(self) -> None:
        """What every dossier has to say since last time."""
        for run in (self.whole, *self.parts.values()):
            dossier = run.state.dossier
            assert dossier is not None
            said = self._read.get(dossier, 0)
            found = letters(Run(run.rules, "2026-01-01T00:00").state, run.records)
            self.waiting += [(dossier, letter) for letter in found if letter.sequence > said]
            self._read[dossier] = run.state.sequence

    def deliver(self, at: str | datetime | None = None) -> None:
        """Every letter, and every letter that these bring about."""
        self.collect()
        while self.waiting:
            sender, letter = self.waiting.pop(0)
            self.hand(sender, letter, at)
            self.collect()

    def hand(self, sender: UUID, letter: Opening | Message, at: str | datetime | None = None) -> None:
        match letter:
            case Opening():
                self._open(letter, at)
            case Message(to=to, command=command):
                try:
                    self.run(to).act(command, at or self.run(sender).now, by=voice(sender))
                except DossierError as error:
                    self.refused.append((command.kind, error.code))

    def _open(self, letter: Opening, at: str | datetime | None) -> None:
        given = member(letter.procedure)
        run = Run(rulebook_of(given), (at if isinstance(at, str) else None) or "2026-01-01T00:00", book="a")
        run.now = self.run(letter.parent.dossier).now
        number = DossierNumber(f"P-{len(self.parts) + 1}")
        filing = run.filing(dossier=letter.to, number=number, facts=letter.facts, parent=letter.parent)
        run.act(filing, at or self.whole.now, by=voice(letter.parent.dossier))
        self.parts[letter.to] = run

    def grant(self, step: str, at: str | datetime | None = None) -> None:
        """The usual acts on a part, until it is decided."""
        run = self.part(step)
        while run.state.result is None:
            run.act(run.usual(run.state.live_tasks()[0]), at)
        self.deliver(at)

    def refuse(self, step: str, at: str | datetime | None = None) -> None:
        """A part is found not eligible."""
        run = self.part(step)
        run.go_to("study", at)
        run.act(c.Refuse(task=run.key("study"), reason=text()), at)
        self.deliver(at)

    def withdraw(self, at: str | datetime | None = None) -> None:
        self.whole.act(c.Withdraw(), at, by=CITIZEN)
        self.deliver(at)


def outcome(run: Run, step: str) -> str | None:
    return run.state.run_of(StepId(step)).outcome
