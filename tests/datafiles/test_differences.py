"""Two versions of one thing are compared by what their parts are called."""

from datafiles.differences import Difference, differences


def test_entries_are_compared_under_their_name_wherever_they_stand() -> None:
    before = {"steps": [{"id": "a", "limit": "1wd"}, {"id": "b", "limit": "2wd"}]}
    after = {"steps": [{"id": "new", "limit": "1wh"}, {"id": "b", "limit": "3wd"}, {"id": "a", "limit": "1wd"}]}

    assert differences(before, after) == (
        Difference("steps.new", None, {"id": "new", "limit": "1wh"}),
        Difference("steps.b.limit", "2wd", "3wd"),
    )


def test_what_is_gone_is_told_after_what_stayed() -> None:
    before = {"fees": [{"code": "page", "amount": 2000}, {"code": "copy", "amount": 500}]}
    after = {"fees": [{"code": "copy", "amount": 600}]}

    assert differences(before, after) == (
        Difference("fees.copy.amount", 500, 600),
        Difference("fees.page", {"code": "page", "amount": 2000}, None),
    )


def test_a_list_without_names_is_one_value() -> None:
    assert differences({"after": ["a"]}, {"after": ["a", "b"]}) == (Difference("after", ["a"], ["a", "b"]),)
    twice = [{"name": "x"}, {"name": "x"}]
    assert differences({"l": twice}, {"l": twice[:1]}) == (Difference("l", twice, twice[:1]),)


def test_parts_inside_parts_are_named_by_the_way_to_them() -> None:
    before = {"agencies": [{"code": "a", "units": [{"code": "u", "officers": [{"id": "o", "roles": ["counter"]}]}]}]}
    after = {"agencies": [{"code": "a", "units": [{"code": "u", "officers": [{"id": "o", "roles": ["officer"]}]}]}]}

    assert differences(before, after) == (Difference("agencies.a.units.u.officers.o.roles", ["counter"], ["officer"]),)


def test_the_same_makes_no_difference() -> None:
    assert differences({"a": [{"id": "x", "n": 1}]}, {"a": [{"id": "x", "n": 1}]}) == ()
