#!/usr/bin/env python3
"""Fail if the languages under catalog/i18n differ in keys or placeholders, or leave a text empty."""
import re, tomllib, tree


def flatten(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def read_language(path, name, errors):
    try:
        texts = dict(flatten(tomllib.loads(path.read_text())))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        errors.append(f"{name}: {error}")
        return {}
    for key, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            errors.append(f"{name}: {key} must be a text that is not empty")
    return texts


def placeholders(text):
    return sorted(re.findall(r"\{[^{}]*\}", str(text)))


def compare(first, second, texts, errors):
    """Both ways for keys; placeholders where both have the key."""
    for one, other in ((first, second), (second, first)):
        errors += [f"{other}: {key} is missing; {one} has it" for key in texts[one] if key not in texts[other]]
    for key in texts[first].keys() & texts[second].keys():
        wanted, found = placeholders(texts[first][key]), placeholders(texts[second][key])
        if wanted != found:
            errors.append(f"{second}: {key} has placeholders {found}, {first} has {wanted}")


def main():
    root, errors = tree.root_from_arguments(), []
    names = [p for p in tree.files(root) if re.fullmatch(r"catalog/i18n/[^/]+\.toml", p)]
    texts = {name: read_language(root / name, name, errors) for name in names}
    if not errors:
        for other in names[1:]:
            compare(names[0], other, texts, errors)
    keys = len(texts[names[0]]) if names else 0
    tree.finish(errors, f"i18n: {len(names)} languages, {keys} texts, same keys and placeholders")


main()
