"""The names behind the codes of the directory: agencies, units, officers, each by the newest version that knows it."""

import re
from collections.abc import Sequence

from agencies.roster import Directory
from commands.directories import Directories
from dossiers.procedure import Participant
from dossiers.seats import Seat
from dossiers.values import AgencyCode, OfficerId, UnitCode

#: As the story names an agency or an officer; codes have a hyphen, and no word of Vietnamese has.
_CODE = re.compile(r"(?:cơ quan )?(?<![\w.-])(?P<code>[a-z0-9]+(?:-[a-z0-9]+)+)(?![\w-])")


class Names:
    """Reads codes aloud; a code that nobody knows is its own name."""

    def __init__(self, directories: Sequence[Directory]) -> None:
        self._newest_first = tuple(reversed(directories))

    def agency(self, code: str | None) -> str:
        known = next((one for one in self._newest_first if code and one.has_agency(AgencyCode(code))), None)
        return code or "–" if known is None else known.agency(AgencyCode(code or "")).name

    def unit(self, code: str | None) -> str:
        known = next((one for one in self._newest_first if code and one.has_unit(UnitCode(code))), None)
        return code or "–" if known is None else known.unit(UnitCode(code or "")).name

    def officer(self, code: str | None) -> str:
        known = next((one for one in self._newest_first if code and one.has_officer(OfficerId(code))), None)
        return code or "–" if known is None else known.officer(OfficerId(code or "")).name

    def aloud(self, sentence: str) -> str:
        """A sentence of the story with names in the place of codes; what no directory knows stays as it is."""
        return _CODE.sub(lambda found: self._named(found["code"]) or found[0], sentence)

    def _named(self, code: str) -> str | None:
        for known in self._newest_first:
            if known.has_agency(AgencyCode(code)):
                return known.agency(AgencyCode(code)).name
            if known.has_officer(OfficerId(code)):
                return known.officer(OfficerId(code)).name
        return None

    def part(self, part: Participant) -> str:
        """Who takes a part, whichever real agency fills it: “Địa chính – xây dựng, Ủy ban nhân dân cấp xã”."""
        return f"{self.unit_kind(part.unit)}, {self.agency_kind(part.agency)}"

    def agency_kind(self, code: str) -> str:
        return next((one.name for known in self._newest_first for one in known.agency_kinds if one.code == code), code)

    def unit_kind(self, code: str) -> str:
        return next((one.name for known in self._newest_first for one in known.unit_kinds if one.code == code), code)

    def above(self, agency: str) -> str:
        """The agency over it; its own name where it has none."""
        known = next((one for one in self._newest_first if one.has_agency(AgencyCode(agency))), None)
        parent = None if known is None else known.agency(AgencyCode(agency)).parent
        return self.agency(parent or agency)

    def place(self, agency: str) -> str:
        """The territory that it serves first."""
        known = next((one for one in self._newest_first if one.has_agency(AgencyCode(agency))), None)
        if known is None:
            return "–"
        served = known.agency(AgencyCode(agency)).serves[0]
        return next((one.name for one in known.territories if one.code == served), served)

    def seat(self, seat: Seat) -> str:
        """“Phòng Kinh tế, UBND phường Hạ Long”."""
        return f"{self.unit(seat.unit)}, {self.agency(seat.agency)}"


async def names_of(directories: Directories) -> Names:
    return Names(await directories.all())
