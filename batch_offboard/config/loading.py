"""config.yaml from disk to `Config`, with a sentence for each possible error."""

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from batch_offboard.config.models import Config
from batch_offboard.errors import UsageError

DEFAULT_NAME = "config.yaml"
_MISNAMED = ("config.yaml", "config.yml", "config.yaml.txt", "config.yml.txt", "config.yaml.yaml")
"""Names, in any case, that editors and habit give to a config.yaml."""
_CREDENTIALS = ("client_id", "clientid", "domain", "region", "environment", "token")


def load_config(path: Path | None, working_folder: Path) -> Config:
    """The configuration from `path`, else from the working folder's config.yaml, else defaults.

    Raises UsageError, naming the key and what is allowed, when the file cannot be used, or naming
    a file of settings that only its name keeps from being used.
    """
    file = path if path is not None else working_folder / DEFAULT_NAME
    if path is None and not file.exists():
        _refuse_misnamed(working_folder)
        return Config()
    config = _config_of(_read(file), file.name)
    return _with_ca_file(config, file.name, working_folder)


def settings_beside(path: Path | None, working_folder: Path, beside: Path) -> Path | None:
    """The config.yaml beside a list that is not used, though the working folder has none."""
    file = beside.parent / DEFAULT_NAME
    is_used = path is not None or (working_folder / DEFAULT_NAME).exists()
    return None if is_used or not _holds_settings(file) else file


def _refuse_misnamed(folder: Path) -> None:
    """Raises UsageError for settings under another name: limits and protected people count."""
    names = sorted(each.name for each in folder.glob("*") if each.name.casefold() in _MISNAMED)
    for name in names:
        if _holds_settings(folder / name):
            raise UsageError(
                f"The settings in {name} are not used. Rename it to {DEFAULT_NAME}, without "
                "another ending."
            )


def _holds_settings(file: Path) -> bool:
    """Whether half of the keys of a file, which may be another program's, are ours."""
    try:
        content = _read(file)
    except UsageError:
        return False
    if not isinstance(content, dict):
        return False
    ours = Config.model_fields.keys() & content.keys()
    return bool(ours) and 2 * len(ours) >= len(content)


def known_keys() -> tuple[str, ...]:
    """Every key of config.yaml with the sections before it, such as `rate.per_minute`."""
    return tuple(_keys_of(Config, ""))


def _keys_of(model: type[BaseModel], before: str) -> Iterator[str]:
    for name in model.model_fields:
        yield before + name
        if name in _sections(model):
            yield from _keys_of(_sections(model)[name], f"{before}{name}.")


def _sections(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The keys of `model` that hold a section of keys, with what they hold."""
    kinds = {name: field.annotation for name, field in model.model_fields.items()}
    return {
        name: kind
        for name, kind in kinds.items()
        if isinstance(kind, type) and issubclass(kind, BaseModel)
    }


def _read(file: Path) -> object:
    """What the settings file holds. Raises UsageError if it is not YAML."""
    try:
        return yaml.load(file.read_text(encoding="utf-8-sig"), _UniqueKeys)
    except OSError as error:
        raise UsageError(
            f"The settings file {file} could not be read: {error.strerror}."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name} is not UTF-8 text. Save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark else ""
        if mark and _begins_with_tab(mark):
            message = f"{file.name}{where} begins with a tab. Indent it with spaces."
            raise UsageError(message) from error
        raise UsageError(f"{file.name}{where}: {error.problem or error.context}.") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{file.name} is not YAML: {error}.") from error
    except (ValueError, LookupError, ArithmeticError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{file.name} has a value that cannot be read, or too many levels."
        ) from error


def _begins_with_tab(mark: yaml.Mark) -> bool:
    """Whether the line of a mark is indented with a tab, at which the mark stands."""
    if not isinstance(mark.buffer, str):
        return False
    before = mark.buffer[: mark.pointer + 1].rpartition("\n")[2]
    return "\t" in before and not before.strip()


class _UniqueKeys(yaml.SafeLoader):
    """YAML's plain values only; a key given twice is an error, not "the last one wins"."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A section of the settings; the same key twice is an error."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if isinstance(key, str) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key} appears twice", key_node.start_mark
                )
            seen.add(key if isinstance(key, str) else id(key_node))
        return super().construct_mapping(node, deep)


def _whole_number(loader: _UniqueKeys, node: yaml.ScalarNode) -> int | str:
    """A whole number; `0500` and `12:30`, for YAML 1.1 the numbers 320 and 750, stay texts."""
    text = loader.construct_scalar(node)
    is_plain = ":" not in text and (not text.lstrip("+-").startswith("0") or text == "0")
    return loader.construct_yaml_int(node) if is_plain else text


_UniqueKeys.add_constructor("tag:yaml.org,2002:int", _whole_number)


def _config_of(content: object, name: str) -> Config:
    """The settings in the content of a file. Raises UsageError for what is not allowed."""
    if content is None:
        return Config()
    if not isinstance(content, dict):
        raise UsageError(f"{name} must hold keys such as `rate:`, one below the other.")
    try:
        return Config.model_validate(_without_empty_sections(content, Config))
    except ValidationError as error:
        lines = [f"{name}: {_sentence(detail)}" for detail in error.errors()]
        raise UsageError("\n".join(lines)) from error


def _without_empty_sections(content: dict[Any, Any], model: type[BaseModel]) -> dict[Any, Any]:
    """The settings without empty sections (all lines commented out), which mean the defaults."""
    sections = _sections(model)
    return {
        str(key): _without_empty_sections(value, sections[key])
        if key in sections and isinstance(value, dict)
        else value
        for key, value in content.items()
        if value is not None or key not in sections
    }


def _sentence(detail: ErrorDetails) -> str:
    """One error in the file, in words: the key, its value, and what is allowed."""
    key = _dotted(detail["loc"])
    if detail["type"] == "extra_forbidden":
        if _is_secret(key):
            return f"{key} does not belong here, but in .env, which `setup` writes."
        return f"unknown key {key}. The nearest known key is {_nearest(key)}."
    if detail["type"] == "value_error":
        return f"{key} {detail['ctx']['error']}."
    shown = json.dumps(detail["input"], ensure_ascii=False, default=str)
    return f"{key} is {shown}; {_allowed(detail)}."


def _dotted(loc: tuple[int | str, ...]) -> str:
    """`rate.per_minute`; `steps, entry 2` for what stands in a list."""
    key = ".".join(part for part in loc if isinstance(part, str))
    entry = next((f", entry {part + 1}" for part in loc if isinstance(part, int)), "")
    return key + entry or "a key"


def _is_secret(key: str) -> bool:
    """Whether an unknown key is one of the credentials, as `client_secret` or GENESYS_DOMAIN."""
    own = key.rpartition(".")[2].casefold().replace("-", "_").removeprefix("genesys_")
    return own in _CREDENTIALS or "secret" in own or "password" in own


def _nearest(key: str) -> str:
    """The known key nearest to `key`: by its own name first, then by the sections before it."""

    def likeness(known: str) -> tuple[float, float]:
        return (
            SequenceMatcher(None, key.rpartition(".")[2].lower(), known.rpartition(".")[2]).ratio(),
            SequenceMatcher(None, key.lower(), known).ratio(),
        )

    return max(known_keys(), key=likeness)


def _allowed(detail: ErrorDetails) -> str:
    """What a value must be, in words: the range, if its key has one."""
    field = _field(detail["loc"])
    bounds = _bounds(field)
    kinds = {
        "bool_type": "true or false",
        "string_type": "text",
        "tuple_type": "a list",
        "model_type": "a section with keys below it",
    }
    if detail["type"] == "literal_error":
        return f"allowed are {detail['ctx']['expected'].replace(' or ', ', ')}"
    is_whole = field is not None and field.annotation in (int, int | None)
    number = "a whole number" if is_whole else "a number"
    kind = kinds.get(detail["type"], number)
    return f"allowed is {kind}" + (f" from {bounds[0]} to {bounds[1]}" if bounds else "")


def _field(loc: tuple[int | str, ...]) -> FieldInfo | None:
    """The setting at `loc`."""
    model: type[BaseModel] = Config
    for part in loc[:-1]:
        model = _sections(model).get(str(part), BaseModel)
    return model.model_fields.get(str(loc[-1]))


def _bounds(field: FieldInfo | None) -> tuple[float, float] | None:
    """The lowest and highest value of a setting, where it has a range."""
    found = {
        end: getattr(rule, end)
        for rule in (field.metadata if field else ())
        for end in ("ge", "le")
        if hasattr(rule, end)
    }
    return (found["ge"], found["le"]) if len(found) == 2 else None


def _with_ca_file(config: Config, name: str, working_folder: Path) -> Config:
    """The configuration with `ca_file` as a full path (from the working folder), if it is there."""
    if config.genesys.ca_file is None:
        return config
    ca_file = working_folder / config.genesys.ca_file
    if not ca_file.is_file():
        raise UsageError(f"{name}: genesys.ca_file names {ca_file}, which is not a file.")
    genesys = config.genesys.model_copy(update={"ca_file": str(ca_file)})
    return config.model_copy(update={"genesys": genesys})
