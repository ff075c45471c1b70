"""What may be on a disk after a power cut: replays a trace of disk_shim.cc up to a moment and makes the folder.

The rules are those of docs/adr/0016. In short: a write, a size or a name is safe once a sync that covers it came back;
until then any part of it may be lost, in any order.
"""

import dataclasses
import os
import random
import struct

SECTOR = 512
HEADER = struct.Struct("<cQQQQQ")


@dataclasses.dataclass
class Record:
    op: str  # C file made, T truncated, W written, F file or folder synced, S everything synced, R renamed,
    #          U unlinked, M folder made, D folder removed, A answer printed, N answer sent, X a word of the test
    a: int
    b: int
    path: str
    to: str
    data: bytes


def read_trace(path):
    content, at, records = path.read_bytes(), 0, []
    while at < len(content):
        op, a, b, *lengths = HEADER.unpack_from(content, at)
        at += HEADER.size
        texts = []
        for length in lengths:
            texts.append(content[at:at + length])
            at += length
        records.append(Record(op.decode(), a, b, texts[0].decode(), texts[1].decode(), texts[2]))
    return records


def marker(data):
    """A record of the test itself, for the end of a trace."""
    return HEADER.pack(b"X", 0, 0, 0, 0, len(data)) + data


class File:
    """A file's content: what is safe, and the changes since, in order."""

    def __init__(self):
        self.safe = bytearray()
        self.pending = []  # ("W", offset, data) or ("T", size)

    def sync(self):
        self.safe = bytearray(self.content(self.pending))
        self.pending = []

    def content(self, changes):
        content = bytearray(self.safe)
        for kind, at, *data in changes:
            if kind == "T":
                content[at:] = bytes(max(0, at - len(content)))
            else:
                content.extend(bytes(max(0, at - len(content))))
                content[at:at + len(data[0])] = data[0]
        return bytes(content)

    def after_cut(self, dice):
        """The content with a random part of the unsynced changes."""
        style = dice.choice(("none", "all", "start", "some", "torn", "torn"))
        if style in ("none", "all"):
            return self.content(self.pending if style == "all" else [])
        if style == "start":
            return self.content(self.pending[:dice.randint(0, len(self.pending))])
        keep = dice.random()
        changes = [change for change in self.pending if dice.random() < keep]
        if style == "torn":
            changes = [part for change in changes for part in torn(change, dice)]
        if changes and dice.random() < 0.3:  # the size reaches the disk before the data: what is missing is zeros
            ends = [at + len(data[0]) for _, at, *data in self.pending if data]
            changes.insert(0, ("T", max([len(self.safe), *ends])))
        return self.content(changes)


def torn(change, dice):
    """A random part of the sectors of a write."""
    if change[0] == "T":
        return [change]
    _, start, data = change
    keep, at, parts = dice.random(), start, []
    while at < start + len(data):
        end = min(start + len(data), at - at % SECTOR + SECTOR)
        if dice.random() < keep:
            parts.append(("W", at, data[at - start:end - start]))
        at = end
    return parts


class Folder:
    """A folder's entries: what is safe, and what they are for everyone while the power is on. Name -> File or Folder."""

    def __init__(self):
        self.safe = {}
        self.now = {}


@dataclasses.dataclass
class Change:
    """One step on names: all of it reaches the disk or nothing. It is safe once `folder` was synced."""
    folder: Folder
    name: str
    node: object  # what the name stands for afterwards; None: nothing
    source: Folder = None  # of a rename: where the node was
    source_name: str = ""
    swapped: object = None  # of an exchange: what goes back there

    def apply(self, entries):
        """Changes the entries; `entries(folder)` is a dict. Does nothing where the source never came to be."""
        if self.source is not None:
            if entries(self.source).get(self.source_name) is not self.node:
                return
            if self.swapped is not None and entries(self.folder).get(self.name) is not self.swapped:
                return
            entries(self.source).pop(self.source_name)
            if self.swapped is not None:
                entries(self.source)[self.source_name] = self.swapped
        if self.node is None:
            entries(self.folder).pop(self.name, None)
        else:
            entries(self.folder)[self.name] = self.node


def kept(changes, dice):
    """A random part of the unsynced changes, in their order."""
    style = dice.choice(("none", "all", "start", "by folder", "some"))
    if style in ("none", "all"):
        return changes if style == "all" else []
    if style == "start":
        return changes[:dice.randint(0, len(changes))]
    if style == "some":
        keep = dice.random()
        return [change for change in changes if dice.random() < keep]
    left = {}  # each folder is written back at a time of its own
    for change in changes:
        left[id(change.folder)] = left.get(id(change.folder), 0) + 1
    left = {folder: dice.randint(0, count) for folder, count in left.items()}
    part = []
    for change in changes:
        left[id(change.folder)] -= 1
        if left[id(change.folder)] >= 0:
            part.append(change)
    return part


class Disk:
    """A disk at one moment of a trace."""

    def __init__(self, root):
        self.path = str(root)
        self.root = Folder()
        self.pending = []  # of all folders, in order
        self.files = {}  # inode -> File; an inode may be used again after its file is gone

    def find(self, path):
        """The folder a path's last part lies in, and that part; for the root itself no part."""
        folder, parts = self.root, os.path.relpath(path, self.path).split(os.sep)
        if parts == ["."]:
            return folder, ""
        for part in parts[:-1]:
            folder = folder.now[part]
        return folder, parts[-1]

    def change(self, change):
        change.apply(lambda folder: folder.now)
        self.pending.append(change)

    def play(self, record):
        if record.op in "CTW":
            self.play_content(record)
        elif record.op in "FS":
            self.play_sync(record)
        elif record.op in "MUDR":
            self.play_name(record)

    def play_content(self, record):
        if record.op == "C":
            self.files[record.a] = File()
            self.change(Change(*self.find(record.path), self.files[record.a]))
        elif record.op == "T":
            self.files[record.a].pending.append(("T", record.b))
        else:
            self.files[record.a].pending.append(("W", record.b, record.data))

    def play_name(self, record):
        folder, name = self.find(record.path)
        if record.op == "R":
            target, new_name = self.find(record.to)
            swapped = target.now[new_name] if record.a & 2 else None
            self.change(Change(target, new_name, folder.now[name], folder, name, swapped))
        else:
            self.change(Change(folder, name, Folder() if record.op == "M" else None))

    def play_sync(self, record):
        if record.op == "S":
            self.sync_names(self.pending)
            for file in self.files.values():
                file.sync()
            return
        folder, name = self.find(record.path)
        node = folder if name == "" else folder.now.get(name, self.files.get(record.a))
        if isinstance(node, Folder):
            self.sync_names([change for change in self.pending if change.folder is node])
        else:
            node.sync()

    def sync_names(self, changes):
        for change in changes:
            change.apply(lambda folder: folder.safe)
        done = set(map(id, changes))
        self.pending = [change for change in self.pending if id(change) not in done]

    def tree(self, entries, content):
        """{path below the root: "folder" or bytes}, of the entries that a function gives for each folder."""
        found = {}

        def walk(folder, path):
            for name, node in sorted(entries(folder).items()):
                if isinstance(node, Folder):
                    found[path + name] = "folder"
                    walk(node, path + name + "/")
                else:
                    found[path + name] = content(node)

        walk(self.root, "")
        return found

    def whole(self):
        """Everything, as if no power was cut."""
        return self.tree(lambda folder: folder.now, lambda file: file.content(file.pending))

    def after_cut(self, seed):
        """What one seed finds on the disk."""
        dice, state, contents = random.Random(seed), {}, {}

        def entries(folder):
            return state.setdefault(id(folder), dict(folder.safe))

        def content(file):
            if id(file) not in contents:
                contents[id(file)] = file.after_cut(dice)
            return contents[id(file)]

        for change in kept(self.pending, dice):
            change.apply(entries)
        return self.tree(entries, content)


def make(found, folder):
    """Makes the files of a tree in a folder."""
    for path, content in sorted(found.items()):
        target = os.path.join(folder, path)
        if content == "folder":
            os.makedirs(target, exist_ok=True)
        else:
            with open(target, "wb") as file:
                file.write(content)
