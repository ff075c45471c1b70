"""Wrong input: a clear message, exit 1 (wrong use: 2), and a journal in which nothing changed."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import support

REGISTRY = support.EXAMPLE / "registry.toml"
PROTOCOL = support.EXAMPLE / "protocol.toml"

MAPPING = """\
format = 1

[therapy]
value = "allogeneic-bmt"

[institution]
value = "osu"

[participant]
column = "id"
registers = true

[treatment]
date = { column = "treated_on" }

[[baseline]]
variable = "age_years"
column = "age"
type = "integer"
min = 0
max = 120

[[baseline]]
variable = "sex"
column = "sex"
codes = { M = "male", F = "female" }

[[baseline]]
variable = "note"
column = "note"
required = false
"""
HEADER = "id,treated_on,age,sex,note\n"
GOOD = HEADER + "p1,2026-01-31,40,M,\np2,2026-02-28,50,F,well\n"
EMPTY_REGISTRY_ENTRIES = 10
LONG_LINE_BYTES = 1_000_000_000
MEMORY_MIB_MAX = 100


def rows(*lines):
    """A file of the usual header and these lines."""
    return HEADER + "".join(line + "\n" for line in lines)


# (what, the file, what the message must say)
REFUSED_FILES = [
    ("a column has another name", GOOD.replace("age", "years"),
     ["cases.csv", "line 1", "'age'", "the file does not have"]),
    ("a column is missing", "id,treated_on,age,note\np1,2026-01-31,40,\n",
     ["cases.csv", "line 1", "'sex'", "the file does not have"]),
    ("a column nobody mapped", HEADER.replace("\n", ",phone\n") + "p1,2026-01-31,40,M,,090\n",
     ["cases.csv", "line 1", "column 'phone' is not in the mapping", "ignore"]),
    ("two columns of one name", "id,treated_on,age,sex,sex\np1,2026-01-31,40,M,M\n",
     ["cases.csv", "columns 4 and 5 have the same name", "rename"]),
    ("a column without a name", "id,treated_on,age,sex,\np1,2026-01-31,40,M,\n",
     ["cases.csv", "column 5 has no name"]),
    ("a day that is none", rows("p1,2026-02-30,40,M,"),
     ["line 2", "column 'treated_on'", "value '2026-02-30'", "no such day"]),
    ("a date in an unclear order", rows("p1,03/04/2026,40,M,"),
     ["line 2", "'treated_on'", "year first", "YYYY-MM-DD"]),
    ("a year of two digits", rows("p1,26-01-31,40,M,"), ["line 2", "'treated_on'", "four digits"]),
    ("no date", rows("p1,,40,M,"), ["line 2", "'treated_on'", "must not be missing"]),
    ("a day before its era", rows("p1,2026-01-31,40,M,", "p2,令和元年4月30日,40,M,"),
     ["line 3", "'treated_on'", "令和元年4月30日", "the era does not have this day",
      "平成31年4月30日", "2019-04-30"]),
    ("an era that is not known", rows("p1,霊和元年5月1日,40,M,"), ["line 2", "'treated_on'", "era is not known"]),
    ("a negative age", rows("p1,2026-01-31,-1,M,"), ["line 2", "column 'age'", "'-1'", "must not be below 0"]),
    ("an age beyond the range", rows("p1,2026-01-31,121,M,"), ["line 2", "'age'", "must not be above 120"]),
    ("an age that is no number", rows("p1,2026-01-31,forty,M,"), ["line 2", "'age'", "whole number"]),
    ("an age with a fraction", rows("p1,2026-01-31,40.5,M,"), ["line 2", "'age'", "whole number"]),
    ("an age in hexadecimal", rows("p1,2026-01-31,0x28,M,"), ["line 2", "'age'", "whole number"]),
    ("a number beyond all numbers", rows("p1,2026-01-31,1e999,M,"), ["line 2", "'age'", "whole number"]),
    ("a code nobody knows", rows("p1,2026-01-31,40,X,"), ["line 2", "column 'sex'", "not a known code", "F, M"]),
    ("a name where an id belongs", rows("山田 太郎,2026-01-31,40,M,"), ["line 2", "column 'id'", "never a name"]),
    ("one id twice in a file", rows("p1,2026-01-31,40,M,", "p2,2026-01-31,40,M,", "p1,2026-02-01,41,M,"),
     ["line 4", "'p1'", "registered already"]),
    ("too few fields", rows("p1,2026-01-31,40"), ["line 2", "5 fields", "3"]),
    ("too many fields", rows("p1,2026-01-31,40,M,a,b"), ["line 2", "5 fields", "6"]),
    ("every problem, not only the first", rows("p1,2026-02-30,-1,X,", "p2,2026-01-31,40,M,", "p3,x,40,M,"),
     ["line 2", "'treated_on'", "'age'", "'sex'", "line 4", "4 problems in 3 rows", "nothing was imported"]),
    ("a quote never closed", rows('p1,2026-01-31,40,M,"open'), ["line 2", "'note'", "never closed"]),
    ("an empty file", "", ["cases.csv", "empty"]),
    ("a header and nothing else", HEADER, ["cases.csv", "no row below the header", "nothing was imported"]),
    ("blank lines and nothing else", HEADER + "\n\n", ["cases.csv", "no row below the header"]),
    ("bytes that are not UTF-8", rows("p1,2026-01-31,40,M,well").encode() + b"p2,2026-01-31,40,M,\xff\xfe\n",
     ["line 3", "UTF-8"]),
    ("Shift_JIS read as UTF-8", rows("p1,2026-01-31,40,M,良好").encode("cp932"), ["line 2", "UTF-8", "Shift_JIS"]),
    ("UTF-16", GOOD.encode("utf-16"), ["UTF-16", "CSV UTF-8"]),
    ("a zero byte", rows("p1,2026-01-31,40,M,a\0b"), ["line 2", "'note'", "control character"]),
    ("a zero byte in an id", rows("p1\0,2026-01-31,40,M,"), ["line 2", "'id'", "control character"]),
    ("a carriage return in a line", rows("p1,2026-01-31,40,M,a\rb"), ["line 2", "carriage return"]),
    ("a field of two megabytes", rows("p1,2026-01-31,40,M," + "x" * 2_000_000), ["line 2", "longer than"]),
]

# (what, the file, the mapping)
ACCEPTED_FILES = [
    ("a date in the Japanese calendar", rows("p1,令和8年1月31日,40,M,", "p2,R8.2.28,50,F,"), MAPPING),
    ("the first day of an era, and the last of the one before",
     rows("p1,令和元年5月1日,40,M,", "p2,平成31年4月30日,50,F,"), MAPPING),
    ("a line end inside quotes", rows('p1,2026-01-31,40,M,"two\nlines"', "p2,2026-01-31,50,F,"), MAPPING),
    ("UTF-8 with its mark", b"\xef\xbb\xbf" + GOOD.encode(), MAPPING),
    ("line ends of Windows", GOOD.replace("\n", "\r\n"), MAPPING),
    ("no line end at the end", GOOD.rstrip("\n"), MAPPING),
    ("full-width digits", rows("p1,２０２６-０１-３１,４０,M,", "p2,2026-02-28,50,F,"), MAPPING),
    ("Shift_JIS, said so", rows("p1,2026-01-31,40,M,良好", "p2,令和8年2月1日,50,F,表示").encode("cp932"),
     MAPPING.replace("format = 1\n", 'format = 1\n[file]\nencoding = "shift_jis"\n')),
]

# (what, the mapping, what the message must say)
REFUSED_MAPPINGS = [
    ("a misspelt key", MAPPING.replace("registers = true", "register = true"),
     ["mapping.toml line 11", "'register'", "not known here", "registers"]),
    ("a misspelt table", MAPPING.replace("[treatment]", "[treatments]"),
     ["mapping.toml line 13", "'treatments'", "not known here"]),
    ("no such type", MAPPING.replace('type = "integer"', 'type = "int"'),
     ["mapping.toml line 19", "'type'", "must be text"]),
    ("not TOML", MAPPING.replace("format = 1", "format = "), ["mapping.toml", "line 1"]),
    ("another format", MAPPING.replace("format = 1", "format = 9"), ["mapping.toml line 1", "'format'", "must be 1"]),
    ("neither column nor value", MAPPING.replace('value = "osu"', ""), ["mapping.toml", "'column'", "'value'"]),
    ("a therapy nobody registered", MAPPING.replace("allogeneic-bmt", "magic"),
     ["line 2", "'magic'", "register the offer first"]),
    ("an institution nobody registered", MAPPING.replace('"osu"', '"nowhere"'),
     ["line 2", "'nowhere'", "register the offer first"]),
]

# (what, the protocol, what the message must say)
REFUSED_PROTOCOLS = [
    ("a misspelt key", lambda text: text.replace("smallest_group", "smalest_group"),
     ["protocol.toml line 9", "'smalest_group'", "not known here", "smallest_group"]),
    ("a therapy nobody registered", lambda text: text.replace('therapy = "allogeneic-bmt"', 'therapy = "magic"'),
     ["'therapy'", "'magic'", "not registered"]),
    ("a method that does not exist", lambda text: text.replace('"kaplan_meier"', '"kaplan_mayer"'),
     ["protocol.toml line", "kaplan_mayer"]),
    ("an endpoint nobody defined", lambda text: text.replace('endpoint = "first-failure"', 'endpoint = "none"'),
     ["protocol.toml line 123", "'endpoint'", "not the id of an endpoint"]),
    ("two analyses of one id", lambda text: text.replace('id = "os"', 'id = "dfs"'), ["protocol.toml", "dfs"]),
    ("no question", lambda text: text.replace("[question]", "[questions]"), ["protocol.toml line", "'questions'"]),
    ("a share above one", lambda text: text.replace("bound = 0.9", "bound = 1.9"), ["protocol.toml line", "'bound'"]),
    ("not TOML", lambda text: text + "\n[[[", ["protocol.toml", "line"]),
    ("an empty file", lambda text: "", ["protocol.toml"]),
]

COMMANDS = [[], ["init"], ["register"], ["import"], ["study"], ["study", "check"], ["study", "seal"],
            ["study", "run"], ["classify"], ["publish"], ["serve"], ["verify"], ["receipt"], ["fsck"], ["simulate"],
            ["stat"], ["key"], ["cosign"], ["compare"], ["witness"], ["witness", "init"], ["witness", "add-log"],
            ["witness", "serve"], ["witness", "evidence"], ["witness", "resume"]]

# Wrong use: the command line itself makes no sense.
WRONG_USES = [
    [], ["frobnicate"], ["--unknown"], ["init"], ["init", "HOME"], ["import", "HOME"],
    ["import", "HOME", "FILE"], ["study"], ["study", "frobnicate"], ["study", "run"], ["fsck"], ["verify"],
    ["receipt"], ["receipt", "HOME"], ["receipt", "HOME", "x"],
    ["study", "run", "HOME", "a", "--post-hoc", "FILE"], ["study", "run", "HOME", "a", "--threads", "0"],
    ["study", "run", "HOME", "a", "--threads", "x"], ["study", "run", "HOME", "a", "--checkpoint", "-1"],
    ["serve", "HOME", "--port", "65536"], ["fsck", "HOME", "more"], ["simulate", "EXAMPLE"],
    ["cosign", "HOME"], ["compare", "A", "B"], ["witness"], ["witness", "init", "DIR"], ["witness", "add-log", "DIR"],
    ["witness", "serve", "DIR", "--port", "x"], ["witness", "resume", "DIR"],
]


class RegistryTest(support.KenshoTest):
    """Each test starts from its own copy of one opened registry."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        cls.opened = pathlib.Path(holder.name) / "home"
        made = support.kensho("init", cls.opened, "--config", REGISTRY)
        assert made.code == 0, made.err

    def setUp(self):
        super().setUp()
        self.home = self.fresh_home("home")

    def fresh_home(self, name):
        return pathlib.Path(shutil.copytree(self.opened, self.folder / name))

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def import_command(self, cases=GOOD, mapping=MAPPING, home=None):
        return ["import", home or self.home, self.write("cases.csv", cases),
                "--mapping", self.write("mapping.toml", mapping)]

    def refuses(self, *command, saying, code=1, **options):
        """The program must refuse, say why, and leave journal and log as they were."""
        before = support.journal_digest(self.home), support.tree_digest(self.home / "log")
        outcome = self.exits(code, *command, **options)
        self.says(outcome, *saying)
        self.assertNotIn("ENSURE", outcome.err, self.told(outcome))
        after = support.journal_digest(self.home), support.tree_digest(self.home / "log")
        self.assertEqual(after, before, "the journal changed" + self.told(outcome))
        return outcome


class Imports(RegistryTest):
    def test_a_wrong_file_is_refused_and_changes_nothing(self):
        for what, cases, saying in REFUSED_FILES:
            with self.subTest(what):
                self.refuses(*self.import_command(cases), saying=saying)
        self.assertEqual(self.fsck(self.home), EMPTY_REGISTRY_ENTRIES)

    def test_a_file_that_only_looks_odd_is_accepted(self):
        for place, (what, cases, mapping) in enumerate(ACCEPTED_FILES):
            with self.subTest(what):
                home = self.fresh_home(f"home{place}")
                self.must(*self.import_command(cases, mapping, home))
                self.assertEqual(self.fsck(home), EMPTY_REGISTRY_ENTRIES + 3)

    def test_a_wrong_mapping_is_refused_and_changes_nothing(self):
        for what, mapping, saying in REFUSED_MAPPINGS:
            with self.subTest(what):
                self.refuses(*self.import_command(mapping=mapping), saying=saying)

    def test_files_that_do_not_exist_are_named(self):
        cases, mapping = self.write("cases.csv", GOOD), self.write("mapping.toml", MAPPING)
        none = self.folder / "none"
        self.refuses("import", self.home, cases, "--mapping", none, saying=["none", "no such file"])
        self.refuses("import", self.home, none, "--mapping", mapping, saying=["none", "no such file"])
        self.refuses("import", self.home, self.folder, "--mapping", mapping, saying=[self.folder.name])
        self.refuses("import", none, cases, "--mapping", mapping, saying=["no registry", "kensho init"])
        self.assertFalse(none.exists())

    def test_one_id_in_two_files_is_refused(self):
        self.must(*self.import_command())
        self.refuses(*self.import_command(rows("p9,2026-01-31,40,M,", "p2,2026-03-01,51,F,")),
                     saying=["line 3", "'p2'", "registered already"])

    def test_a_report_about_someone_unknown_is_refused(self):
        mapping = MAPPING.replace("registers = true", "registers = false")
        self.refuses(*self.import_command(mapping=mapping), saying=["line 2", "'p1'", "not registered"])

    def test_a_line_of_a_gigabyte_is_refused_in_little_memory(self):
        cases = self.write("cases.csv", HEADER + "p1,2026-01-31,40,M,")
        block = b"x" * 1_000_000
        with open(cases, "ab") as file:
            for _ in range(LONG_LINE_BYTES // len(block)):
                file.write(block)
        mapping = self.write("mapping.toml", MAPPING)
        self.check_flat(self.refuses("import", self.home, cases, "--mapping", mapping,
                                     saying=["line 2", "longer than"]))

    def test_a_gigabyte_without_any_delimiter_is_refused_in_little_memory(self):
        cases = self.write("cases.csv", "")
        os.truncate(cases, LONG_LINE_BYTES)  # zero bytes that take no space
        mapping = self.write("mapping.toml", MAPPING)
        self.check_flat(self.refuses("import", self.home, cases, "--mapping", mapping, saying=["cases.csv"]))

    def check_flat(self, outcome):
        if support.is_sanitized():
            return
        self.assertLess(outcome.rss_mib, MEMORY_MIB_MAX, self.told(outcome))


class Protocols(RegistryTest):
    def test_a_wrong_protocol_is_refused_and_changes_nothing(self):
        for what, change, saying in REFUSED_PROTOCOLS:
            with self.subTest(what):
                text = change(PROTOCOL.read_text(encoding="utf-8"))
                protocol = self.write("protocol.toml", text)
                self.refuses("study", "seal", self.home, protocol, saying=saying)
                if "not registered" not in saying:
                    self.refuses("study", "check", protocol, saying=saying)

    def test_a_protocol_after_the_first_treatment_is_refused(self):
        self.must(*self.import_command(rows("p1,2026-03-31,40,M,", "p2,2026-01-15,50,F,")))
        self.refuses("study", "seal", self.home, PROTOCOL,
                     saying=["transplant-outcomes", "2 treatments", "2026-01-15", "post hoc"])

    def test_a_protocol_is_sealed_once_and_amended_by_version(self):
        self.must("study", "seal", self.home, PROTOCOL)
        self.refuses("study", "seal", self.home, PROTOCOL, saying=["sealed already", "entry 10"])
        text = PROTOCOL.read_text(encoding="utf-8")
        other = self.write("protocol.toml", text.replace("smallest_group = 10", "smallest_group = 11"))
        self.refuses("study", "seal", self.home, other, saying=["version 1 is sealed in entry 10", "version 2"])
        amended = self.write("protocol.toml", text.replace("\nversion = 1", "\nversion = 2"))
        self.must("study", "seal", self.home, amended)
        self.fsck(self.home)

    def test_studies_that_cannot_run_say_why(self):
        for command, saying in [
            (["study", "run", self.home, "nothing"], ["no protocol 'nothing' is sealed"]),
            (["study", "run", self.home, "nothing", "--record"], ["no protocol 'nothing' is sealed"]),
            (["study", "run", self.home, "x", "--checkpoint", "999"], ["999"]),
            (["study", "run", self.home, "--post-hoc", self.folder / "none"], ["none", "no such file"]),
            (["study", "run", self.folder / "none", "x"], ["no registry"]),
        ]:
            with self.subTest(command=command):
                self.refuses(*command, saying=saying)
        self.says(self.exits(2, "study", "run", self.home), "--post-hoc")


class Commands(RegistryTest):
    def test_every_command_explains_itself(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                outcome = self.must(*command, "--help")
                self.says(outcome, "Usage" if "Usage" in outcome.out else "OPTIONS")
                self.assertEqual(outcome.err, "")
        self.assertRegex(self.must("--version").out, r"^kensho \d+\.\d+")

    def test_wrong_use_is_told_apart_from_failure(self):
        for command in WRONG_USES + [[*command, "--frobnicate"] for command in COMMANDS]:
            with self.subTest(command=command):
                outcome = self.exits(2, *command)
                self.assertTrue(outcome.err.strip(), "says nothing")

    def test_a_registry_is_never_made_over_another(self):
        self.refuses("init", self.home, "--config", REGISTRY, saying=["home", "a registry is there already"])
        key = (self.opened / "keys" / "log.key").read_bytes()
        self.assertEqual((self.home / "keys" / "log.key").read_bytes(), key)

    def test_a_wrong_configuration_makes_no_registry(self):
        text = REGISTRY.read_text(encoding="utf-8")
        for what, wrong, saying in [
            ("not TOML", text.replace("[registry]", "[registry", 1), ["registry.toml", "line 2"]),
            ("no id", text.replace('id = "transplant-example"', ""), ["registry.toml", "'id'"]),
            ("a misspelt key", text.replace("utc_offset_minutes", "utc_offset_minute"),
             ["registry.toml", "utc_offset_minute"]),
            ("an offer of nothing", text.replace('institution = "osu"', 'institution = "none"'),
             ["registry.toml", "none"]),
        ]:
            with self.subTest(what):
                home = self.folder / "new"
                shutil.rmtree(home, ignore_errors=True)
                self.says(self.exits(1, "init", home, "--config", self.write("registry.toml", wrong)), *saying)
                # What is wrong must be mended and tried again in the same place.
                self.must("init", home, "--config", REGISTRY)
                self.assertEqual(self.fsck(home), EMPTY_REGISTRY_ENTRIES)

    def test_reading_what_is_not_there_fails(self):
        none = self.folder / "none"
        for command in (["fsck", none], ["classify", none], ["publish", none], ["verify", none], ["serve", none],
                        ["register", none, REGISTRY], ["study", "seal", none, PROTOCOL]):
            with self.subTest(command=command):
                self.says(self.exits(1, *command), "none")
                self.assertFalse(none.exists())
        self.refuses("classify", self.home, "--on", "2026-02-30", saying=["--on", "date"])
        self.refuses("serve", self.home, saying=["kensho publish"])
        self.refuses("verify", self.home, saying=["manifest.json"])
        self.refuses("register", self.home, none, saying=["none", "no such file"])
        self.refuses("simulate", none, self.folder / "new", saying=["none"])

    def test_two_cannot_write_at_once_but_reading_goes_on(self):
        with open(self.home / "lock", "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for command in (self.import_command(), ["publish", self.home], ["study", "seal", self.home, PROTOCOL],
                            ["register", self.home, REGISTRY], ["fsck", self.home, "--rebuild-views"]):
                with self.subTest(command=command[0]):
                    outcome = self.refuses(*command, saying=["another process is writing"])
                    self.assertLess(outcome.seconds, 5)
            self.fsck(self.home)
        self.must(*self.import_command())

    def test_a_reader_of_a_registry_it_may_not_write_to_works(self):
        if os.geteuid() == 0:
            self.skipTest("as root every file can be written")
        self.must(*self.import_command())
        for path in [self.home, *self.home.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.addCleanup(lambda: [path.chmod(0o755) for path in [self.home, *self.home.rglob("*")]])
        self.fsck(self.home)


class FullDisk(RegistryTest):
    """A registry on a file system with next to no room."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("mounting a small file system needs root")
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        if not self.mount("size=640k"):
            self.skipTest("a small file system cannot be mounted here")
        self.addCleanup(lambda: subprocess.run(["umount", str(self.disk)], check=False))
        self.home = pathlib.Path(shutil.copytree(self.opened, self.disk / "home"))
        lines = (f"p{place},2026-01-31,{place % 90},M,{'long note ' * 10}" for place in range(4000))
        self.command = self.import_command(rows(*lines))

    def mount(self, options):
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.disk)],
                              stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0

    def test_an_import_that_does_not_fit_changes_nothing_and_works_when_there_is_room(self):
        self.refuses(*self.command, saying=["full"])
        self.assertEqual(self.fsck(self.home), EMPTY_REGISTRY_ENTRIES)
        self.assertTrue(self.mount("remount,size=64m"))
        self.must(*self.command)
        self.assertEqual(self.fsck(self.home), EMPTY_REGISTRY_ENTRIES + 4001)

    def test_whatever_little_room_there_is_every_command_succeeds_or_changes_nothing(self):
        # From no room to plenty: the room ends in the database, its log, the tiles, the checkpoint.
        for free_kib in (0, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384):
            with self.subTest(free_kib=free_kib):
                shutil.rmtree(self.home)
                shutil.copytree(self.opened, self.home)
                self.assertTrue(self.mount("remount,size=8m"))
                used = self.used_kib()
                self.assertTrue(self.mount(f"remount,size={used + free_kib}k"))
                command = self.import_command(rows(*(f"p{place},2026-01-31,40,M," for place in range(300))))
                outcome = support.kensho(*command)
                self.assertTrue(self.mount("remount,size=8m"))
                self.must(*command)  # imports now, or heals what the first one left undone
                self.assertEqual(self.fsck(self.home), EMPTY_REGISTRY_ENTRIES + 301, self.told(outcome))
                self.assertIn(outcome.code, (0, 1), self.told(outcome))
                if outcome.code == 1:
                    self.says(outcome, "kensho: ")

    def used_kib(self):
        state = os.statvfs(self.disk)
        return (state.f_blocks - state.f_bfree) * state.f_frsize // 1024

    def test_publishing_without_room_keeps_the_old_site(self):
        self.assertTrue(self.mount("remount,size=8m"))
        self.must("publish", self.home)
        before = support.tree_digest(self.home / "site")
        self.assertTrue(self.mount(f"remount,size={self.used_kib() + 60}k"))
        self.exits(1, "publish", self.home)
        self.assertEqual(support.tree_digest(self.home / "site"), before)
        self.verify(self.home / "site")
        self.assertTrue(self.mount("remount,size=8m"))
        self.must("publish", self.home)
        self.verify(self.home / "site")
        self.fsck(self.home)


if __name__ == "__main__":
    unittest.main()
