"""How long a procedure usually takes, as the register knows it."""

from datetime import timedelta

from dossiers.values import ProcedureCode
from store.database import Database as Store
from store.register import read_usual_time


async def test_half_and_nine_in_ten_are_of_the_procedure_and_of_what_was_decided(store: Store) -> None:
    async with store.transaction() as tx:
        nothing = await read_usual_time(tx, ProcedureCode("1"))
        await tx.run(
            """INSERT INTO dossier (id, number, procedure, procedure_version, channel, counter_agency, counter_unit,
                lead_agency, lead_unit, filed_by, opened_at, snapshot, received_at, decided_at)
            SELECT gen_random_uuid(), procedure || '-' || day, procedure, 1, 'online', 'a', 'u', 'a', 'u', 'c', now(),
                '{}'::json, now(), CASE WHEN day <= 10 THEN now() + day * interval '1 day' * factor END
            FROM generate_series(1, 12) AS day, (VALUES ('1', 1), ('2', 100)) AS other (procedure, factor)"""
        )
        usual = await read_usual_time(tx, ProcedureCode("1"))

    assert (nothing.dossiers, nothing.half) == (0, None)
    assert (usual.dossiers, usual.half, usual.nine_in_ten) == (10, timedelta(days=5), timedelta(days=9))
