"""What pages load: ours alone, as it was packed, small on the wire, kept for ever and never wrongly."""

import hashlib
import tomllib

from console.assets import STATIC, address_of, shipped
from tests.support.browsers import browser
from tests.support.desks import Office

VENDOR = STATIC / "vendor"
PACKAGES = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["package"]


def test_what_others_made_lies_here_as_it_was_packed_with_its_licence() -> None:
    listed = {f"{one['folder']}/{name}": digest for one in PACKAGES for name, digest in one["files"].items()}
    lying = {
        file.relative_to(VENDOR).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in VENDOR.rglob("*")
        if file.is_file() and file.name != "vendor.toml"
    }

    assert lying == listed
    assert all("LICENSE" in one["files"] and one["licence"] for one in PACKAGES)


async def test_a_stylesheet_comes_compressed_and_is_kept_for_ever(bureau: Office) -> None:
    async with browser(bureau) as person:
        answer = await person.http.get(address_of("console.css"))
        plain = await person.http.get(address_of("console.css"), headers={"Accept-Encoding": "identity"})
        older = await person.http.get("/assets/0123456789ab/console.css")

    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert "content-encoding" not in plain.headers
    assert answer.content == plain.content == older.content
    assert older.headers["cache-control"] == "no-cache"


async def test_what_is_not_shipped_is_not_served(bureau: Office) -> None:
    async with browser(bureau) as person:
        for name in ("../site.py", "vendor/vendor.toml", "%2e%2e/site.py", "missing.css"):
            assert (await person.http.get(f"/assets/x/{name}")).status_code == 404


def test_every_font_that_the_stylesheet_names_is_there() -> None:
    styles = shipped()["console.css"].plain.decode()
    fonts = {name for name in shipped() if name.endswith(".woff2")}

    assert {part.split('")')[0] for part in styles.split('url("')[1:]} == fonts
