"""Reads a YAML file so that every value remembers the line it was written on.

Only the harmless part of YAML is taken: mappings with text keys, lists, text, whole numbers, yes or no, null.
Numbers with a point, dates and times stay text, so ``2.000815`` is the code that was written and nothing is
ever a float. Anchors, aliases, tags, directives, duplicate keys and tabs are faults, reported together.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from datafiles.faults import Fault, Faulty, Place, written

#: What is written by hand is never longer or deeper.
LARGEST = 512 * 1024
DEEPEST = 24

_TAG = "tag:yaml.org,2002:"
#: Anything else that YAML calls a whole number (``007``, ``0x1F``) is a code, and stays as it was written.
_COUNT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Document:
    """Plain data and where each part of it stands."""

    file: str
    data: dict[str, Any]
    lines: dict[Place, int]

    def line_of(self, place: Place) -> int:
        """The line of a place, or of the nearest part around it that was written."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1

    def fault(self, place: Place, rule: str, message: str, hint: str = "") -> Fault:
        """A fault at a place of this document."""
        return Fault(self.file, self.line_of(place), written(place), rule, message, hint)


def read_document(path: Path) -> Document:
    """The file's document; Faulty with every fault of its form."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message, hint = "tệp không phải UTF-8", "lưu lại tệp với mã UTF-8"
        raise Faulty([Fault(str(path), line, "", "yaml-encoding", message, hint)]) from error
    return parse_document(text, str(path))


def parse_document(text: str, file: str) -> Document:
    """The document that the text holds; Faulty with every fault of its form."""
    traps = tuple(_traps(text, file))
    if traps:
        raise Faulty(traps)
    root = _loader().compose(text)
    if not isinstance(root, MappingNode):
        message = "tệp phải là một bảng khóa: giá trị"
        raise Faulty([Fault(file, 1, "", "yaml-root", message, "bắt đầu bằng “code: …”")])
    reading = _Reading(file)
    data = reading.mapping(root, ())
    if reading.faults:
        raise Faulty(reading.faults)
    return Document(file, data, reading.lines)


def _loader() -> YAML:
    return YAML(typ="safe", pure=True)


def _traps(text: str, file: str) -> Iterator[Fault]:
    """What makes a text unsafe to compose: its size, its syntax, whatever repeats or hides data."""
    if len(text) > LARGEST:
        yield Fault(file, 1, "", "yaml-size", f"tệp dài hơn {LARGEST} ký tự", "chia nhỏ tệp")
        return
    tabs = [number for number, line in enumerate(text.splitlines(), 1) if "\t" in line[: _indent(line)]]
    if tabs:
        for number in tabs:
            yield Fault(file, number, "", "yaml-tab", "thụt đầu dòng bằng ký tự tab", "dùng dấu cách")
        return
    try:
        yield from _forbidden(_loader().parse(text), file)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        yield Fault(file, line, "", "yaml-syntax", f"không đọc được YAML: {error.problem}", _SYNTAX_HINT)
    except YAMLError as error:
        message = f"không đọc được YAML: {str(error).splitlines()[0]}"
        yield Fault(file, 1, "", "yaml-syntax", message, _SYNTAX_HINT)


_SYNTAX_HINT = "xem lại thụt dòng, dấu hai chấm và dấu nháy quanh dòng này"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _forbidden(events: Iterable[Event], file: str) -> Iterator[Fault]:
    depth, documents = 0, 0
    for event in events:
        line = event.start_mark.line + 1
        match event:
            case DocumentStartEvent():
                documents += 1
                if documents > 1:
                    yield Fault(file, line, "", "yaml-documents", "tệp chứa nhiều tài liệu", "bỏ dòng “---”")
                if event.version or event.tags:
                    yield Fault(file, line, "", "yaml-directive", "không dùng chỉ thị “%…”", "bỏ dòng đó")
            case CollectionStartEvent():
                depth += 1
                if depth > DEEPEST:
                    message = f"lồng nhau quá {DEEPEST} tầng"
                    yield Fault(file, line, "", "yaml-depth", message, "bỏ bớt tầng lồng nhau")
                    return
            case CollectionEndEvent():
                depth -= 1
            case _:
                pass
        yield from _alias_or_tag(event, file, line)


def _alias_or_tag(event: Event, file: str, line: int) -> Iterator[Fault]:
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
        message = f"không dùng neo và bí danh (“{event.anchor}”)"
        yield Fault(file, line, "", "yaml-anchor", message, "viết lại nội dung tại chỗ")
    elif getattr(event, "tag", None):
        yield Fault(file, line, "", "yaml-tag", "không dùng nhãn kiểu “!…”", "bỏ nhãn, kiểu do mô hình quy định")


@dataclass
class _Reading:
    """Turns nodes into data while it notes lines and faults."""

    file: str
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def value(self, node: Node, place: Place) -> object:
        match node:
            case MappingNode():
                return self.mapping(node, place)
            case SequenceNode():
                return [self._item(item, (*place, position)) for position, item in enumerate(node.value)]
            case ScalarNode():
                return _scalar(node)
            case _:
                raise AssertionError(node)

    def mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode) or key.tag != f"{_TAG}str":
                self._fault(line, place, "yaml-key", "khóa phải là chữ", "đặt khóa trong dấu nháy")
                continue
            if key.value in data:
                first = self.lines[*place, key.value]
                message = f"khóa “{key.value}” viết hai lần (lần đầu ở dòng {first})"
                self._fault(line, place, "yaml-duplicate-key", message, "giữ một lần")
                continue
            self.lines[*place, key.value] = line
            data[key.value] = self.value(value, (*place, key.value))
        return data

    def _item(self, node: Node, place: Place) -> object:
        self.lines[place] = node.start_mark.line + 1
        return self.value(node, place)

    def _fault(self, line: int, place: Place, rule: str, message: str, hint: str) -> None:
        self.faults.append(Fault(self.file, line, written(place), rule, message, hint))


def _scalar(node: ScalarNode) -> object:
    match node.tag:
        case "tag:yaml.org,2002:null":
            return None
        case "tag:yaml.org,2002:bool":
            return node.value.lower() == "true"
        case "tag:yaml.org,2002:int" if _COUNT.fullmatch(node.value):
            return int(node.value)
        case _:
            return node.value
