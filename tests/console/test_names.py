"""Codes read aloud: agencies and officers by name, everything else untouched."""

import pytest

from agencies.directory import load_directories
from console.names import Names

NAMES = Names(load_directories())


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        (
            "Hồ sơ rời cơ quan ha-long-centre, chuyển đến cơ quan ha-long-committee",
            "Hồ sơ rời Trung tâm Phục vụ hành chính công phường Hạ Long, chuyển đến Ủy ban nhân dân phường Hạ Long",
        ),
        (
            "Công chức Một cửa (ha-long-centre) tiếp nhận",
            "Công chức Một cửa (Trung tâm Phục vụ hành chính công phường Hạ Long) tiếp nhận",
        ),
        ("giao việc cho cán bộ ha-long-land-officer-1", "giao việc cho cán bộ Bùi Mạnh Giang"),
        ("Mở bước “thẩm định” tại cơ quan no-such-agency", "Mở bước “thẩm định” tại cơ quan no-such-agency"),
        ("nộp hồ sơ H49.101.2-261126-0001", "nộp hồ sơ H49.101.2-261126-0001"),
    ],
)
def test_a_sentence_is_read_with_names(sentence: str, read: str) -> None:
    assert NAMES.aloud(sentence) == read


def test_every_agency_and_officer_of_the_directories_can_be_read_aloud() -> None:
    for directory in load_directories():
        for agency in directory.agencies:
            assert NAMES.aloud(f"tại cơ quan {agency.code}, hạn") == f"tại {NAMES.agency(agency.code)}, hạn"
        for _, officer in directory.members():
            assert officer.id not in NAMES.aloud(f"cán bộ {officer.id}")
