from dossiers.clocks import ClockState
from dossiers.slices import Phase, SliceKind
from dossiers.stops import StopReason
from dossiers.time_words import clock_words, kind_words, phase_words, signed_length


def test_every_state_phase_and_kind_has_words_of_its_own() -> None:
    states = {clock_words(state) for state in ClockState}
    reasons = {clock_words(ClockState.STOPPED, reason) for reason in StopReason}

    assert (len(states), len(reasons)) == (len(ClockState), len(StopReason))
    assert len({phase_words(phase) for phase in Phase}) == len(Phase)
    assert len({kind_words(kind) for kind in SliceKind}) == len(SliceKind)


def test_a_stopped_clock_says_why() -> None:
    assert clock_words(ClockState.STOPPED, StopReason.PAYMENT) == "tạm dừng: chờ thực hiện nghĩa vụ tài chính"


def test_what_is_overdrawn_is_told_as_a_length_too() -> None:
    assert (signed_length(5400), signed_length(-3600), signed_length(0)) == ("1 giờ 30 phút", "quá 1 giờ", "0 giây")
