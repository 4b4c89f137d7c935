"""How one paper of a dossier stands, wherever the dossier is shown."""

from pydantic import BaseModel, ConfigDict

from dossiers.documents import Digitisation, PaperKind


class PaperSummary(BaseModel):
    """Một giấy tờ của hồ sơ, và mức độ số hóa của nó."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    kind: PaperKind
    code: str
    title: str
    digitisation: Digitisation
