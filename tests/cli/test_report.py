import pytest

from cli.report import report

SENTENCE = "Temporal: http://127.0.0.1:8233/namespaces/default/workflows/dossier:" + "0123456789" * 8


@pytest.mark.parametrize("as_json", [False, True], ids=["people", "programs"])
def test_a_sentence_is_never_broken_in_two(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001
    told = report(as_json=as_json)

    told.say(SENTENCE)

    assert capsys.readouterr().err == SENTENCE + "\n"


def test_an_answer_to_people_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    report(as_json=False).answer({}, SENTENCE)

    assert capsys.readouterr().out == SENTENCE + "\n"
