"""`config show`: every setting, its value here, what it means; secrets masked."""

from cyclopts import App

from bootstrap import PREFIX, Settings, SettingsFaulty
from cli.report import AsJson, report, table
from cli.surroundings import joined_environment
from embedded.failures import EmbeddedFailure

app = App(name="config", help="Cấu hình.")


class ConfigurationFaulty(EmbeddedFailure):
    """The settings of this command line are missing or wrong."""

    code = SettingsFaulty.code


def settings() -> Settings:
    """As every process of the product reads them, here."""
    try:
        return Settings.from_environ(joined_environment())
    except SettingsFaulty as faulty:
        raise ConfigurationFaulty(str(faulty)) from faulty


@app.command
def show(*, json: AsJson = False) -> None:
    """Cấu hình đang có hiệu lực; mật khẩu được che."""
    masked = settings().masked()
    rows = [
        [PREFIX + name.upper(), value or "–", Settings.model_fields[name].description or ""]
        for name, value in masked.items()
    ]
    answer = {PREFIX + name.upper(): value for name, value in masked.items()}
    report(as_json=json).answer(answer, table("biến", "giá trị", "ý nghĩa", rows=rows))
