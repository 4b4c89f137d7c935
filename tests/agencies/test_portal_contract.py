"""The contract with the portal: our side asks as the file says, and the portal's process answers as the file says."""

from pathlib import Path

import httpx

from agencies.portal_line import PortalLine
from tests.agencies.portal_contract import SESSION, Playing, anonymous, login, play, written
from tests.agencies.portal_courses import PERSON, Register
from tests.support.portal import Portal


async def test_our_side_says_what_the_contract_says(tmp_path: Path) -> None:
    playing = Playing(written())
    async with httpx.AsyncClient(transport=playing) as client:
        await play(PortalLine(Portal(tmp_path, 1).terms, login, client, Register()))

    assert playing.left == []


async def test_the_portal_answers_what_the_contract_says(portal_process: Portal) -> None:
    session = ""
    async with httpx.AsyncClient(trust_env=False) as client:
        for exchange in written():
            asked = {**exchange["asks"], **({"session": session} if "session" in exchange["asks"] else {})}
            answer = (await client.post(f"{portal_process.address}{exchange['path']}", json=asked)).json()
            session = answer.get("session", session)

            assert anonymous(answer) == exchange["answers"], exchange["asks"]


def test_the_contract_names_every_call_and_no_session() -> None:
    exchanges = written()
    services = {one["asks"].get("service", one["path"]) for one in exchanges}
    codes = [one["answers"]["error_code"] for one in exchanges]

    assert services == {"/mapi/login", "DongBoHoSoMC", "CapNhatTienDoHoSoMC", "TraCuuHoSo"}
    assert set(codes) == {0, 3, 4}
    assert {one["asks"].get("session", SESSION) for one in exchanges} == {SESSION}
    assert PERSON.full_name in {one["asks"]["data"][0].get("ChuHoSo") for one in exchanges if "data" in one["asks"]}
