"""Every statement of the store is understood by the migrated schema, and every one of them is used."""

import importlib
import re
from pathlib import Path

import asyncpg
import pytest

from store.statements import statements_of

STORE = Path(__file__).parents[2] / "store"
FILES = sorted(path for path in STORE.glob("*.sql") if path.name != "schema.sql")
STATEMENTS = [(path.stem, name) for path in FILES for name in statements_of(str(path.with_suffix(".py")))]


async def test_every_statement_is_understood_by_the_schema(pool: asyncpg.Pool) -> None:
    """One database for all of them: preparing changes nothing."""
    misunderstood: dict[str, str] = {}
    for module, name in STATEMENTS:
        statement = statements_of(str(STORE / f"{module}.py"))[name]
        async with pool.acquire() as connection:
            try:
                prepared = await connection.prepare(statement)
            except asyncpg.PostgresError as error:
                misunderstood[f"{module}.{name}"] = str(error)
                continue
            assert len(prepared.get_parameters()) == len(set(re.findall(r"\$\d+", statement)))

    assert misunderstood == {}
    assert len(STATEMENTS) > 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_statement_is_used_by_the_module_beside_it_and_every_used_one_exists(path: Path) -> None:
    importlib.import_module(f"store.{path.stem}")
    used = re.findall(r'_SQL\["([a-z_]+)"\]', path.with_suffix(".py").read_text(encoding="utf-8"))

    assert set(used) == set(statements_of(str(path)))


def test_a_statement_named_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "twice.sql").write_text("-- name: one\nSELECT 1;\n-- name: one\nSELECT 2;\n", encoding="utf-8")

    with pytest.raises(ValueError, match="names a statement twice"):
        statements_of(str(tmp_path / "twice.py"))
