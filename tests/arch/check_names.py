#!/usr/bin/env python3
"""Fail if two files define a type of one name, or a function of one signature, in one namespace.

No compiler and no linker sees that of types and of inline functions: the program then uses one of the two wherever it
likes. What only one .cc file needs belongs in its anonymous namespace.
"""
import collections, json, subprocess, tree


def definitions(root, paths):
    """(full name, path, line) of every class, struct, enum and free function outside anonymous namespaces."""
    command = ["ctags", "--languages=C++", "--langmap=C++:.h.cc", "--kinds-C++=csgf", "--fields=+nsSKZ",
               "--output-format=json", "-L", "-", "-f", "-"]
    out = subprocess.run(command, cwd=root, input="\n".join(paths), text=True, capture_output=True, check=True).stdout
    for tag in map(json.loads, out.splitlines()):
        scope = tag.get("scope", "")
        free = tag["kind"] != "function" or tag.get("scopeKind") == "namespace"
        if free and "__anon" not in scope and "__anon" not in tag["name"]:
            yield f"{scope}::{tag['name']}{tag.get('signature', '')}", tag["path"], tag["line"]


def main():
    root = tree.root_from_arguments()
    paths = [path for path in tree.files(root) if path.startswith("src/") and path.endswith((".h", ".cc"))]
    places = collections.defaultdict(dict)
    for name, path, line in definitions(root, paths):
        places[name].setdefault(path, line)
    errors = []
    for name, where in sorted(places.items()):
        if len(where) > 1:
            others = ", ".join(f"{path}:{line}" for path, line in sorted(where.items()))
            errors.append(f"{name} is defined more than once: {others}; rename one, or use the one there is")
    tree.finish(errors, f"names: {len(places)} types and functions, each defined once")


main()
