"""What every record is, and the kinds of value that records are made of.

`None` in a field means *unknown*: nobody said it. It never means "no", and never zero. A list that is not given is
unknown too; an empty list says that there are none.
"""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictFloat,
    StrictStr,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue

from planner.confidential import without_secrets
from planner.units import SIZE_PATTERN, format_size, parse_size

LARGEST = 2**63 - 1
"""The toolstack's integers have 64 bits."""


class Record(BaseModel):
    """One object of an inventory: it never changes, and knows nothing of files or rules."""

    written_as: ClassVar[str] = "a mapping"
    """How a document says it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    ignore: dict[Annotated[StrictStr, Field(min_length=1)], StrictStr] | None = None
    """Rules that are not to speak of this object, each with the reason: `until 2027-01-31: new disks come`."""

    @property
    def label(self) -> str:
        """How a person calls it among its siblings."""
        for field in ("name", "device", "host"):
            if text := getattr(self, field, None):
                return str(text)
        return type(self).__name__.lower()


def _size(value: object) -> object:
    return parse_size(value) if isinstance(value, str) else value


def _patterned(pattern: str, expected: str) -> tuple[AfterValidator, WithJsonSchema]:
    """A text that a regular expression describes, to the model and to the published schema alike."""
    compiled = re.compile(pattern)

    def match(value: str) -> str:
        if compiled.search(value) is None:
            raise ValueError(f"expected {expected}")
        return value

    return AfterValidator(match), WithJsonSchema({"type": "string", "pattern": pattern, "description": expected})


Text = Annotated[StrictStr, Field(min_length=1)]
AnyText = StrictStr
"""A text that may be empty."""
Flag = StrictBool
Count = Annotated[int, Field(strict=True, ge=0, le=LARGEST)]
Integer = Annotated[int, Field(strict=True, ge=-LARGEST - 1, le=LARGEST)]
Seconds = StrictFloat
"""A span of time, not a size: a fraction is fine here."""
Factor = Annotated[StrictFloat, Field(ge=0.0)]
SIZE_SCHEMA: JsonSchemaValue = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": SIZE_PATTERN},
    ],
    "description": 'bytes, or a number with a unit: "64 GiB"',
}
Bytes = Annotated[
    Annotated[int, Field(strict=True, ge=0)],
    BeforeValidator(_size),
    PlainSerializer(format_size, return_type=str, when_used="json"),
    WithJsonSchema(SIZE_SCHEMA),
]
Strings = Annotated[dict[StrictStr, StrictStr], AfterValidator(without_secrets)]
"""Settings, each a text; what is secret is dropped."""

_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = _OCTET + r"(\." + _OCTET + r"){3}"
_HEX_WORD = r"[0-9A-Fa-f]{1,8}"

IPv4 = Annotated[StrictStr, *_patterned(f"^{_IPV4}$", 'an IPv4 address such as "10.0.0.1"')]
IPv4WithPrefix = Annotated[
    StrictStr, *_patterned(rf"^{_IPV4}(/(3[0-2]|[12]?[0-9]))?$", 'an IPv4 address and prefix such as "10.0.0.1/24"')
]
Mac = Annotated[
    StrictStr, *_patterned(r"^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$", 'a MAC address such as "52:54:00:12:34:56"')
]
FeatureWords = Annotated[
    StrictStr,
    *_patterned(rf"^({_HEX_WORD}(-{_HEX_WORD})*)?$", 'CPU feature words such as "77dafbbf-bfebfbff-00000021-2c100800"'),
]
FeatureMask = Annotated[
    StrictStr,
    *_patterned(
        rf"^((({_HEX_WORD}-){{3}}{_HEX_WORD})|[- ]*([0-9A-Fa-f][- ]*){{32}})$",
        'a mask of four CPU feature words such as "ffffff7f-ffffffff-ffffffff-ffffffff"',
    ),
]
PciAddress = Annotated[StrictStr, *_patterned(r"^[0-9A-Fa-f:.]{5,}$", 'a PCI address such as "0000:3b:00.0"')]
