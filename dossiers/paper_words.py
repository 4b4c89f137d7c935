"""Papers and documents in plain Vietnamese."""

from dossiers.documents import Digitisation, Document, DocumentsAttached, Source
from dossiers.phrases import instant_words
from dossiers.procedure import Procedure

_DIGITISATIONS: dict[Digitisation, str] = {
    Digitisation.ABSENT: "chưa có",
    Digitisation.PAPER: "chỉ có bản giấy",
    Digitisation.SCANNED: "bản quét",
    Digitisation.ORIGINAL: "bản điện tử gốc",
    Digitisation.CERTIFIED: "bản sao chứng thực điện tử",
    Digitisation.REUSED_COMPONENT: "dùng lại thành phần của hồ sơ khác",
    Digitisation.REUSED_RESULT: "dùng lại kết quả của hồ sơ khác",
}


def digitisation_words(digitisation: Digitisation) -> str:
    """How far a paper is electronic."""
    return _DIGITISATIONS[digitisation]


def source_words(source: Source) -> str:
    """From where a document is taken, and until when it holds."""
    until = "" if source.valid_until is None else f", có giá trị đến hết {source.valid_until:%d/%m/%Y}"
    return f"hồ sơ {source.number}, {instant_words(source.attached_at)}{until}"


def told_of_documents(event: DocumentsAttached, procedure: Procedure, who: str) -> str:
    """What came in."""
    titles = {
        **{("component", one.code): one.title for one in procedure.components},
        **{("result", one.code): one.title for one in procedure.results},
    }
    return f"{who} đính kèm {'; '.join(_told(one, titles[one.kind, one.paper]) for one in event.documents)}"


def _told(document: Document, title: str) -> str:
    version = f", lần {document.version}" if document.version > 1 else ""
    from_where = f" ({source_words(document.source)})" if document.source is not None else ""
    return f"{title}: {digitisation_words(document.digitisation)}{version}{from_where}"
