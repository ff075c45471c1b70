"""Reads a backup from outside the program, by docs/backup.md and libsodium alone."""

import ctypes
import ctypes.util
import hashlib
import hmac
import json
import pathlib
import struct

FRAME_BYTES = 64 * 1024
HEADER_BYTES, OVERHEAD_BYTES, TAG_FINAL = 24, 17, 3

SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium"))


class Unreadable(Exception):
    """The bytes are not those that were sealed."""


def open_stream(sealed, key, associated):
    """The content of a sealed stream, with its padding."""
    state = ctypes.create_string_buffer(SODIUM.crypto_secretstream_xchacha20poly1305_statebytes())
    if SODIUM.crypto_secretstream_xchacha20poly1305_init_pull(state, sealed[:HEADER_BYTES], key) != 0:
        raise Unreadable("header")
    content, tag = [], ctypes.c_ubyte(0)
    for at in range(HEADER_BYTES, len(sealed), FRAME_BYTES + OVERHEAD_BYTES):
        frame = sealed[at:at + FRAME_BYTES + OVERHEAD_BYTES]
        opened = ctypes.create_string_buffer(max(1, len(frame) - OVERHEAD_BYTES))
        failed = SODIUM.crypto_secretstream_xchacha20poly1305_pull(
            state, opened, None, ctypes.byref(tag), frame, ctypes.c_ulonglong(len(frame)), associated,
            ctypes.c_ulonglong(len(associated)))
        if failed:
            raise Unreadable(f"frame at {at}")
        content.append(opened.raw[:len(frame) - OVERHEAD_BYTES])
    if tag.value != TAG_FINAL:
        raise Unreadable("cut off")
    return b"".join(content)


class Cursor:
    """Takes numbers, texts and bytes from the front of a content."""

    def __init__(self, content):
        self.content, self.at = content, 0

    def take(self, count):
        self.at += count
        return self.content[self.at - count:self.at]

    def number(self):
        return struct.unpack("<Q", self.take(8))[0]

    def text(self):
        return self.take(struct.unpack("<I", self.take(4))[0]).decode()


class Backup:
    """A backup's folder, opened with its key file."""

    def __init__(self, folder, key_file):
        self.folder = pathlib.Path(folder)
        first, secret, _ = pathlib.Path(key_file).read_text().split("\n")
        assert first == "kensho backup key 1"
        secret = bytes.fromhex(secret)
        line, sealed = (self.folder / "manifest").read_bytes().split(b"\n", 1)
        key_id = hmac.digest(secret, b"kensho backup key id 1", "sha256")[:8].hex()
        assert line.decode() == f"kensho backup 1 key {key_id}"
        key = hmac.digest(secret, b"kensho backup manifest key 1", "sha256")
        cursor = Cursor(open_stream(sealed, key, b"kensho backup 1 manifest"))
        self.manifest = json.loads(cursor.take(cursor.number()))

    def data(self, file, place):
        sealed = (self.folder / "data" / file["name"]).read_bytes()
        assert hashlib.sha256(sealed).hexdigest() == file["sha256"] and len(sealed) == file["bytes"]
        name = f"kensho backup 1 {place} {file['generation']}"
        return open_stream(sealed, bytes.fromhex(file["key"]), name.encode())

    def chunks(self):
        """The decrypted bytes of each chunk."""
        for index, chunk in enumerate(self.manifest["chunks"]):
            yield self.data(chunk["file"], f"chunk {self.manifest['backup']} {index}")

    def files(self):
        """The registry's files: {path: content}."""
        archive = self.manifest["archive"]
        cursor = Cursor(self.data(archive["file"], f"files {self.manifest['backup']}"))
        return {file["path"]: cursor.take(file["bytes"]) for file in archive["files"]}

    def entries(self):
        """Each entry in the order of the journal's columns; None for what was erased."""
        left = self.manifest["head"]["size"]
        for content in self.chunks():
            cursor = Cursor(content)
            for _ in range(min(left, self.manifest["chunk_entries"])):
                yield self.entry(cursor)
            left -= min(left, self.manifest["chunk_entries"])
            assert not cursor.content[cursor.at:].strip(b"\0"), "something behind the last entry"

    @staticmethod
    def entry(cursor):
        erased = cursor.take(1) == b"\1"
        header = (cursor.number(), cursor.number(), cursor.text(), cursor.text(), cursor.text(),
                  cursor.take(32), cursor.take(32))
        sealed = (None,) * 4 if erased else (cursor.take(32), cursor.text(), cursor.text(), cursor.text())
        return header + sealed
