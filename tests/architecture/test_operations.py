"""What operators read about settings is what the processes read."""

import re
from pathlib import Path

from pydantic_core import PydanticUndefined

from bootstrap import PREFIX, Settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_table_with_its_default_and_its_meaning() -> None:
    rows = re.findall(rf"^\| `({PREFIX}\w+)` \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)

    assert rows == [expected(name) for name in Settings.model_fields]


def expected(name: str) -> tuple[str, str, str]:
    field = Settings.model_fields[name]
    default = field.get_default()
    if default is PydanticUndefined:
        told = "bắt buộc"
    elif default is None:
        told = "–"
    elif name == "data_dir":
        told = "`.data` trong checkout"
    else:
        told = f"`{str(default).lower() if isinstance(default, bool) else default}`"
    return f"{PREFIX}{name.upper()}", told, str(field.description)
