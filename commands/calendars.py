"""Publishing calendars: what comes with the product, and what is decided while dossiers are under way."""

from agencies.calendars import CalendarFile, StateCalendarAmendment, calendar_of
from agencies.roster import Directory
from commands import directories
from commands.pinning import UNIT_TIMES, Catalogue, VersionCalendars
from dossiers.errors import Violation
from dossiers.seats import Actor
from store.calendars import (
    CalendarSource,
    order_change,
    publish_calendar,
    publish_directory_calendar,
    read_directory_calendar,
)
from store.database import Transaction
from store.errors import AlreadyPublished


async def publish(tx: Transaction, lineage: tuple[CalendarFile, ...]) -> bool:
    """Publish the last of a lineage; whether it is new. Raises `AlreadyPublished` if it has other content."""
    return await publish_calendar(tx, calendar_of(lineage), source_of(lineage[-1]))


def source_of(file: CalendarFile) -> CalendarSource:
    """A version as it is kept."""
    extends = file.extends if isinstance(file, StateCalendarAmendment) else None
    return CalendarSource(version=file.version, extends=extends, source=file.model_dump_json())


async def publish_directory(tx: Transaction, directory: Directory) -> bool:
    """The directory, and what it says about working time; whether it is new. Raises `AlreadyPublished`."""
    is_new = await directories.publish(tx, directory)
    await publish_unit_times(tx, directory)
    return is_new


async def publish_unit_times(tx: Transaction, directory: Directory) -> None:
    """Keep what the directory says about working time. Raises `AlreadyPublished` if this version said otherwise."""
    said = directory.working_times()
    if await publish_directory_calendar(tx, directory.version, UNIT_TIMES.dump_json(said).decode()):
        return
    there = await read_directory_calendar(tx, directory.version)
    if there is None or UNIT_TIMES.validate_json(there) != said:
        raise AlreadyPublished(directory=directory.version)


async def violations(catalogue: Catalogue, amendment: StateCalendarAmendment) -> tuple[Violation, ...]:
    """What stands against publishing an amendment, all at once; nothing against one that is published already."""
    newest = await catalogue.newest_calendar()
    if amendment.version == newest:
        return ()
    if amendment.extends != newest:
        message = f"phiên bản mới nhất là {newest}, nên chỉ sửa được phiên bản ấy."
        return (Violation(pointer="/extends", message=message),)
    before = await catalogue.calendar(newest)
    known = await catalogue.directories.all()
    places = {place for directory in known for said in directory.working_times().values() for place in said.places}
    faults = [
        Violation(pointer=f"/places/{place}", message="danh bạ không có cơ quan hay đơn vị này.")
        for place in amendment.places
        if place not in places
    ]
    last = amendment.last or before.last
    if last < before.last:
        faults.append(Violation(pointer="/last", message=f"lịch đã có đến {before.last}, không được ngắn lại."))
    beyond = [day for layer in (amendment, *amendment.places.values()) for day in layer.days_touched() if day > last]
    faults += [Violation(pointer="/last", message=f"lịch chỉ có đến {last}, không có ngày {day}.") for day in beyond]
    return tuple(faults)


async def amended(catalogue: Catalogue, amendment: StateCalendarAmendment) -> VersionCalendars:
    """What an amendment makes of the version it names; not published yet, so nobody keeps it."""
    return VersionCalendars([*(await catalogue.calendars(amendment.extends)).lineage, amendment])


async def publish_and_order(
    catalogue: Catalogue, tx: Transaction, amendment: StateCalendarAmendment, by: Actor
) -> bool:
    """Publish it and let open dossiers count by it; whether that was ordered only now."""
    await publish(tx, (await amended(catalogue, amendment)).lineage)
    return await order_change(tx, amendment.version, amendment.decision, by)
