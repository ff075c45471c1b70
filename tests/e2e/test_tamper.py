"""One changed byte, anywhere: fsck or verify says so and names the place. Put back, all is clean again.

$KENSHO_FLIPS: how many random places, besides those that are tried always (120).
"""

import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import sqlite3
import struct
import tempfile
import unittest

import support

RANDOM_FLIPS = int(os.environ.get("KENSHO_FLIPS", "120"))
SEED = int(os.environ.get("KENSHO_SEED", "20250601"))
# The database header's fields, then the first page's own b-tree header and its last byte (a checksum's).
HEADER_PLACES = [0, 15, 16, 18, 19, 20, 23, 24, 28, 32, 36, 44, 52, 56, 68, 92, 96, 99, 100, 103, 4095]


class Flipped:
    """A file with one bit changed, until the end of the block."""

    def __init__(self, path, place, bit=0):
        self.path, self.place, self.bit = path, place, bit

    def write(self, change):
        with open(self.path, "r+b") as file:
            file.seek(self.place)
            byte = file.read(1)[0]
            file.seek(self.place)
            file.write(bytes([byte ^ change]))

    def __enter__(self):
        self.write(1 << self.bit)

    def __exit__(self, *problem):
        self.write(1 << self.bit)


def with_sqlite(journal, *statements):
    """Changes the journal through SQLite itself, as an administrator with a shell could."""
    connection = sqlite3.connect(journal)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def page_checksum(page, number):
    """The checksum in a page's last eight bytes, as src/storage/sqlite/checked_vfs_page.h describes it."""
    def absorb(state, word):
        state = (state ^ word) * GOLDEN & MASK
        return state ^ state >> 32

    words = struct.unpack(f"<{len(page) // 8 - 1}Q", page[:-8])
    lanes = [number, GOLDEN, ~GOLDEN & MASK, GOLDEN << 1 & MASK]
    whole = len(words) // 4 * 4
    for place in range(0, whole, 4):
        lanes = [absorb(lane, word) for lane, word in zip(lanes, words[place:place + 4])]
    total = 0
    for word in (*words[whole:], *lanes):
        total = absorb(total, word)
    return total


def stamp_pages(path):
    """Puts the right checksum into every page."""
    content = bytearray(path.read_bytes())
    length = struct.unpack(">H", content[16:18])[0]
    for begin in range(0, len(content), length):
        page = bytes(content[begin:begin + length])
        content[begin + length - 8:begin + length] = struct.pack("<Q", page_checksum(page, begin // length + 1))
    path.write_bytes(content)


class TamperTest(support.KenshoTest):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        cls.original = support.make_example(support.EXAMPLE, pathlib.Path(holder.name) / "original")
        cls.home = pathlib.Path(shutil.copytree(cls.original, pathlib.Path(holder.name) / "home"))
        cls.site, cls.journal = cls.home / "site", cls.home / "journal.sqlite"

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)

    def restore(self):
        shutil.rmtree(self.home)
        shutil.copytree(self.original, self.home)

    def finds(self, *command, naming):
        """The check must exit 1, and one finding must name the place."""
        outcome = support.kensho(*command)
        self.assertEqual(outcome.code, 1, "not found" + self.told(outcome))
        self.assertRegex(outcome.out + outcome.err, naming, self.told(outcome))
        self.assertNotIn("ENSURE", outcome.err, self.told(outcome))
        return outcome

    def random_place(self, path):
        return self.random.randrange(path.stat().st_size)

    def is_clean(self):
        self.fsck(self.home)
        self.verify(self.site)


class Journal(TamperTest):
    def page_bytes(self):
        size = struct.unpack(">H", self.journal.read_bytes()[16:18])[0]
        return 65536 if size == 1 else size

    def flips_in(self, places):
        for place in places:
            page = place // self.page_bytes() + 1
            with self.subTest(byte=place, page=page):
                with Flipped(self.journal, place, self.random.randrange(8)):
                    self.finds("fsck", self.home, naming=rf"page {page}\b")

    def test_a_byte_of_the_header_names_page_1(self):
        self.flips_in(HEADER_PLACES)
        self.is_clean()

    def test_a_byte_of_any_page_names_the_page(self):
        length = self.page_bytes()
        pages = self.journal.stat().st_size // length
        self.assertGreater(pages, 20)
        self.flips_in(page * length + self.random.randrange(length) for page in range(pages))
        self.is_clean()

    def test_a_byte_of_the_checksums_and_free_room_of_pages_is_no_different(self):
        length = self.page_bytes()
        pages = self.journal.stat().st_size // length
        sample = self.random.sample(range(pages), 8)
        self.flips_in([page * length for page in sample] + [(page + 1) * length - 1 for page in sample])
        self.is_clean()

    def test_a_byte_anywhere(self):
        self.flips_in(self.random_place(self.journal) for _ in range(RANDOM_FLIPS))
        self.is_clean()

    def test_a_byte_of_a_free_page(self):
        with_sqlite(self.journal, "CREATE TABLE spare AS SELECT payload FROM entry", "DROP TABLE spare")
        stamp_pages(self.journal)
        self.fsck(self.home)
        trunk, count = struct.unpack(">II", self.journal.read_bytes()[32:40])
        self.assertGreater(count, 5, "no page became free")
        begin = (trunk - 1) * self.page_bytes()
        listed = struct.unpack(">II3I", self.journal.read_bytes()[begin:begin + 20])[2:]
        for page in (trunk, *listed):
            self.flips_in([(page - 1) * self.page_bytes() + place for place in (0, 2000, self.page_bytes() - 9)])
        self.restore()
        self.is_clean()

    def test_a_file_that_was_cut_or_grew(self):
        length, size = self.page_bytes(), self.journal.stat().st_size
        for what, new_size in (("one byte short", size - 1), ("one page short", size - length),
                               ("half of it", size // length // 2 * length), ("only its header", 100), ("empty", 0),
                               ("one byte long", size + 1), ("one page long", size + length)):
            with self.subTest(what):
                os.truncate(self.journal, new_size)
                naming = "journal\\.sqlite" if new_size < length else r"page \d+"
                self.finds("fsck", self.home, naming=naming)
                self.restore()
        self.is_clean()

    def test_a_journal_that_is_gone(self):
        self.journal.unlink()
        self.finds("fsck", self.home, naming="no registry")
        self.restore()
        self.is_clean()


class Forgery(TamperTest):
    """Changes that leave a database SQLite finds nothing wrong with."""

    def forge(self, *statements):
        """Changes the journal behind valid page checksums: the forger knows everything but the signing key."""
        with_sqlite(self.journal, *statements)
        stamp_pages(self.journal)

    CHANGES = [
        ("a payload", "UPDATE entry SET payload = replace(payload, '\"age_years\":\"', '\"age_years\":\"1') "
                      "WHERE seq = 20", r"entry 20\b"),
        ("an actor", "UPDATE entry SET actor = 'someone' WHERE seq = 20", r"entry 20\b"),
        ("a time", "UPDATE entry SET time_us = time_us - 1 WHERE seq = 20", r"entry 20\b"),
        ("a kind", "UPDATE entry SET kind = 'other' WHERE seq = 20", r"entry 20\b"),
        ("a subject", "UPDATE entry SET subject = 'other' WHERE seq = 20", r"entry 20\b"),
        ("a commitment", "UPDATE entry SET commitment = zeroblob(32) WHERE seq = 20", r"entry 20\b"),
        ("a leaf", "UPDATE entry SET leaf = zeroblob(32) WHERE seq = 20", r"entry 20\b"),
        ("the key of a commitment", "UPDATE entry SET secret = zeroblob(32) WHERE seq = 20", r"entry 20\b"),
        ("the reason", "UPDATE entry SET reason = 'because' WHERE seq = 20", r"entry 20\b"),
        ("one entry deleted", "DELETE FROM entry WHERE seq = 20", r"entry 20\b.*missing"),
        ("the last entry deleted", "DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)", r"missing"),
        ("an entry added", "INSERT INTO entry SELECT seq + 1, time_us, actor, organisation, kind, commitment, leaf, "
                           "secret, subject, reason, payload FROM entry WHERE seq = (SELECT max(seq) FROM entry)",
         r"entry|entries"),
        ("the size in the head", "UPDATE head SET size = size - 1", r"checkpoint|root|log"),
        ("the checkpoint in the head", "UPDATE head SET checkpoint = replace(checkpoint, 'a', 'b')", "checkpoint"),
        ("the tree's edge in the head", "UPDATE head SET frontier = zeroblob(length(frontier))", "frontier|edge|tree"),
        ("a view", "UPDATE participant SET treated = 0", "participant"),
        ("a view's row deleted", "DELETE FROM participant WHERE participant = 'bmt-007'", "participant"),
        ("an import forgotten", "DELETE FROM import_file", "import"),
    ]

    def test_a_change_through_sqlite_breaks_page_checksums(self):
        for what, statement, _ in self.CHANGES[:3]:
            with self.subTest(what):
                with_sqlite(self.journal, statement)
                self.finds("fsck", self.home, naming=r"page \d+")
                self.restore()
        self.is_clean()

    def test_a_change_behind_right_page_checksums_is_found_by_what_it_says(self):
        for what, statement, naming in self.CHANGES:
            with self.subTest(what):
                self.forge(statement)
                outcome = self.finds("fsck", self.home, naming=naming)
                self.assertNotIn("does not fit its checksum", outcome.out, "the test's own checksums are wrong")
                self.restore()
        self.is_clean()

    def test_stamping_alone_changes_nothing(self):
        before = self.journal.read_bytes()
        stamp_pages(self.journal)
        self.assertEqual(self.journal.read_bytes(), before)

    def test_an_older_copy_of_the_journal_under_a_newer_log_is_found(self):
        self.must("publish", self.home)
        shutil.copy(self.original / "journal.sqlite", self.journal)
        self.finds("fsck", self.home, naming="entries were lost")
        outcome = support.kensho("publish", self.home)
        self.assertEqual(outcome.code, 1, "writes on over lost entries" + self.told(outcome))
        self.restore()
        self.is_clean()

    def test_another_key_is_not_the_log_s(self):
        key = self.home / "keys" / "log.key"
        name, seed = key.read_text().split("\n")[:2]
        key.write_text(f"{name}\n{hashlib.sha256(seed.encode()).hexdigest()}\n")
        self.finds("fsck", self.home, naming="checkpoint")
        self.restore()
        self.is_clean()


class Log(TamperTest):
    def test_a_byte_of_any_file_of_the_log_names_the_file(self):
        files = support.files_below(self.home / "log")
        self.assertGreaterEqual(len(files), 3)
        for path in files:
            size = path.stat().st_size
            places = {0, size // 2, size - 1} | {self.random_place(path) for _ in range(6)}
            for place in sorted(places):
                with self.subTest(file=path.name, byte=place):
                    with Flipped(path, place, self.random.randrange(7)):
                        self.finds("fsck", self.home, naming=re.escape(str(path.relative_to(self.home))))
        self.is_clean()

    def test_files_of_the_log_that_are_gone_cut_or_foreign(self):
        for path in support.files_below(self.home / "log"):
            name = str(path.relative_to(self.home))
            for what, change in (("gone", path.unlink), ("cut", lambda: os.truncate(path, path.stat().st_size - 1)),
                                 ("empty", lambda: os.truncate(path, 0))):
                with self.subTest(file=name, what=what):
                    change()
                    self.finds("fsck", self.home, naming=re.escape(name))
                    self.restore()
        self.is_clean()


class Site(TamperTest):
    SEAL = ("manifest.json", "manifest.entry.json", "manifest.tlog-proof")

    def test_a_byte_of_any_file_of_the_site_names_the_file(self):
        for path in support.files_below(self.site):
            name = str(path.relative_to(self.site))
            many = 10 if name in self.SEAL else 3
            for place in sorted({0, path.stat().st_size - 1} | {self.random_place(path) for _ in range(many)}):
                with self.subTest(file=name, byte=place):
                    with Flipped(path, place):
                        naming = "manifest" if name in self.SEAL else re.escape(name)
                        self.finds("verify", self.site, naming=naming)
        self.is_clean()

    def test_the_place_of_a_change_in_the_seal_is_told_apart(self):
        for name, naming in (("manifest.entry.json", "manifest.entry.json"),
                             ("manifest.tlog-proof", "manifest.tlog-proof")):
            path = self.site / name
            at = path.read_bytes().index(b'"time_us": 1') + 12 if name.endswith("json") else path.stat().st_size - 5
            with self.subTest(name), Flipped(path, at):
                self.finds("verify", self.site, naming=re.escape(naming))
        self.is_clean()

    def test_pages_that_are_gone_or_foreign_are_named(self):
        for path in support.files_below(self.site):
            name = str(path.relative_to(self.site))
            with self.subTest("gone", file=name):
                path.unlink()
                self.finds("verify", self.site, naming=re.escape(name))
                self.restore()
        for name in ("en/extra.html", "extra.js", "deep/er/page.html", ".hidden", "manifest.json.bak"):
            with self.subTest("foreign", file=name):
                path = self.site / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("not of this site")
                self.finds("verify", self.site, naming=re.escape(name) + ".*not published")
                self.restore()
        self.is_clean()

    def test_links_in_place_of_pages_are_found(self):
        page = self.site / "en" / "index.html"
        page.unlink()
        page.symlink_to(self.original / "site" / "ja" / "index.html")
        self.finds("verify", self.site, naming="en/index.html")
        self.restore()
        (self.site / "linked").symlink_to(self.original / "site" / "en")
        self.finds("verify", self.site, naming="linked")
        self.restore()
        self.is_clean()

    def test_a_page_changed_together_with_the_manifest_is_found(self):
        page, manifest = self.site / "en" / "index.html", self.site / "manifest.json"
        old = hashlib.sha256(page.read_bytes()).hexdigest()
        page.write_bytes(page.read_bytes() + b"<!-- -->")
        manifest.write_text(manifest.read_text().replace(old, hashlib.sha256(page.read_bytes()).hexdigest()))
        self.finds("verify", self.site, naming="manifest.json: is not the manifest that the journal sealed")
        self.restore()
        self.is_clean()

    def test_the_seal_of_another_publication_does_not_fit(self):
        self.must("publish", self.home)
        for name in self.SEAL:
            with self.subTest(name):
                shutil.copy(self.original / "site" / name, self.site / name)
                self.finds("verify", self.site, naming="manifest")
                self.must("publish", self.home)
        self.restore()
        self.is_clean()

    def test_a_key_known_from_elsewhere_must_be_the_one_that_signed(self):
        key = json.loads((self.site / "manifest.json").read_text())["key"]
        other = self.folder / "other"
        self.must("init", other, "--config", support.EXAMPLE / "registry.toml")
        self.must("publish", other)
        foreign = json.loads((other / "site" / "manifest.json").read_text())["key"]
        self.assertNotEqual(key, foreign)
        self.finds("verify", self.site, "--key", foreign, naming="manifest.tlog-proof")
        self.must("verify", self.site, "--key", key)
        for wrong in ("", "nonsense", key[:-4], key.replace("+", "-")):
            with self.subTest(key=wrong):
                outcome = support.kensho("verify", self.site, f"--key={wrong}")
                self.assertIn(outcome.code, (1, 2), self.told(outcome))


if __name__ == "__main__":
    unittest.main()
