"""Plain values as YAML that reads as the same values in YAML 1.1 and 1.2 alike."""

from __future__ import annotations

from typing import Any

import yaml

from planner.source.yaml_text import LONGEST_NUMBER, plain_value

try:
    from yaml import CSafeDumper as Dumper
except ImportError:  # pragma: no cover - PyYAML without its C part
    from yaml import SafeDumper as Dumper  # type: ignore[assignment]


class _Writer(Dumper):
    """Quotes every text that is no text without its quotes, and never writes an anchor."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401 - the library's signature
        """Write a value out wherever it stands."""
        del data
        return True


def _text(writer: Any, text: str) -> yaml.Node:  # noqa: ANN401 - the library's signature
    node: yaml.Node = writer.represent_scalar("tag:yaml.org,2002:str", text, style=None if _is_text(text) else '"')
    return node


def _is_text(text: str) -> bool:
    """Whether it reads as a text when it stands without quotes, to whomever."""
    return isinstance(plain_value(text[:LONGEST_NUMBER]), str) and text == text.strip()


_Writer.add_representer(str, _text)


def dump(value: Any) -> str:  # noqa: ANN401 - whatever is to be written
    """The value as one YAML document, mappings in their own order."""
    written = yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False)
    return str(written)
