import socket

from embedded.ports import LOOPBACK, free_port


def test_the_first_free_port_is_taken() -> None:
    wanted = free_port()

    assert free_port(preferred=[wanted, 1]) == wanted


def test_a_taken_port_is_passed_over() -> None:
    with socket.create_server((LOOPBACK, 0)) as stranger:
        taken = stranger.getsockname()[1]
        other = free_port()

        assert free_port(preferred=[taken, other]) == other
        assert free_port(preferred=[taken]) != taken


def test_any_port_is_one_that_temporal_can_write_down() -> None:
    assert max(free_port() for _ in range(50)) <= 2**15 - 1
