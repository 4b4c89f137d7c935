"""Identities, derived and never drawn: the same request gives the same dossier, command and notice."""

from uuid import UUID, uuid5

_LIEN_THONG = UUID("6f4d2c1e-3a7b-5d90-9a41-0c6f5e8b7d21")


def dossier_id(caller: str, idempotency_key: str) -> UUID:
    """The dossier that this caller's key stands for."""
    return uuid5(_LIEN_THONG, f"dossier/{caller}/{idempotency_key}")


def command_id(dossier: UUID, idempotency_key: str) -> UUID:
    """The inbox row that this key stands for on this dossier."""
    return uuid5(dossier, f"command/{idempotency_key}")


def sub_dossier_id(parent: UUID, leg: str) -> UUID:
    """The sub-dossier that a task of the parent stands for."""
    return uuid5(parent, f"sub-dossier/{leg}")


def task_id(dossier: UUID, key: str) -> UUID:
    """The public identity of a task."""
    return uuid5(dossier, f"task/{key}")


def kept_id(caller: str, kind: str, idempotency_key: str) -> UUID:
    """What a caller keeps beside dossiers: a view, an absence."""
    return uuid5(_LIEN_THONG, f"{kind}/{caller}/{idempotency_key}")


def notice_id(dossier: UUID, sequence: int, number: int = 0) -> UUID:
    """The notice that the event of this sequence makes; a further number is a further one."""
    return uuid5(dossier, f"notice/{sequence}.{number}" if number else f"notice/{sequence}")


def dispatch_id(dossier: UUID, line: str, sequence: int) -> UUID:
    """The message that tells a line of the event of this sequence, however often it is sent."""
    return uuid5(dossier, f"dispatch/{line}/{sequence}")
