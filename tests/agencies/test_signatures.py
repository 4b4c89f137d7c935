"""Signatures by the letter of Standard Webhooks, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from agencies.signatures import (
    SIGNATURE,
    SignatureInvalid,
    digest_of,
    drawn_key,
    receipt_signed,
    signed,
    verify,
    verify_receipt,
)

#: The example of the specification's reference libraries.
SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
IDENTITY = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1_614_265_330, UTC)
EXPECTED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
NEW = SecretStr("whsec_" + "A" * 40)


def test_the_example_of_the_specification_is_signed_as_it_says() -> None:
    assert signed((SECRET,), IDENTITY, AT, BODY)[SIGNATURE] == EXPECTED


def test_during_a_rotation_either_secret_is_enough() -> None:
    headers = signed((NEW, SECRET), IDENTITY, AT, BODY)

    verify((SECRET,), headers, BODY, now=AT)
    verify((NEW,), headers, BODY, now=AT)
    with pytest.raises(SignatureInvalid):
        verify((NEW,), signed((SECRET,), IDENTITY, AT, BODY), BODY, now=AT)


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_a_signature_from_another_time_is_worth_nothing(late: timedelta) -> None:
    with pytest.raises(SignatureInvalid):
        verify((SECRET,), signed((SECRET,), IDENTITY, AT, BODY), BODY, now=AT + late)


def test_a_receipt_is_signed_by_the_partner_over_every_byte() -> None:
    private, public = drawn_key()
    _, stranger = drawn_key()
    headers = receipt_signed(private, IDENTITY, AT, BODY)

    verify_receipt((stranger, public), headers, BODY, now=AT)
    for keys, content in (((stranger,), BODY), ((public,), BODY + b" ")):
        with pytest.raises(SignatureInvalid):
            verify_receipt(keys, headers, content, now=AT)
    with pytest.raises(SignatureInvalid):
        verify_receipt((public,), {**headers, SIGNATURE: EXPECTED}, BODY, now=AT)


def test_a_digest_is_written_as_http_writes_it() -> None:
    assert digest_of(b"") == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
