#!/usr/bin/env python3
"""Plants one fault after another in a small checkout and expects the check to name it."""
import pathlib, subprocess, sys, tempfile, unittest

HERE = pathlib.Path(__file__).resolve().parent
LAYERS = "base:\nstats: base\nstorage: base\nlink SQLite::SQLite3 = storage\nonly <sqlite3.h> = storage\n"
CLEAN = {
    "README.md": "See [the layers](src/layers.txt) and `src/base/ids.h`, `examples/NAME/make`.\n",
    "src/layers.txt": LAYERS,
    "src/base/ids.h": "#pragma once\n#include <string>\ninline std::string name(int a, int b) { return {}; }\n",
    "src/base/ids.cc": '#include "base/ids.h"\n',
    "src/stats/mean.cc": '#include "base/ids.h"\n',
    "tests/arch/words_not_in_src.txt": "# diseases\nknee\nsf-36\n",
    "catalog/i18n/en.toml": '[page]\ntitle = "Results of {name}"\n',
    "catalog/i18n/ja.toml": '[page]\ntitle = "{name} の結果"\n',
}


class PlantedFault(unittest.TestCase):
    def check(self, name, faults, argument="."):
        """Exit status and output of a check on the clean tree with the given files put into it."""
        with tempfile.TemporaryDirectory() as folder:
            for path, content in {**CLEAN, **faults}.items():
                file = pathlib.Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content if isinstance(content, bytes) else content.encode())
                file.chmod(0o755 if path.endswith("+x") or content[:2] == "#!" else 0o644)
            done = subprocess.run([sys.executable, HERE / f"check_{name}.py", argument], cwd=folder,
                                  text=True, capture_output=True)
        return done.returncode, done.stdout + done.stderr

    def finds(self, name, faults, message, argument="."):
        status, out = self.check(name, faults, argument)
        self.assertIn(message, out)
        self.assertEqual(status, 1, out)

    def passes(self, name, files=None, argument="."):
        status, out = self.check(name, files or {}, argument)
        self.assertEqual(status, 0, out)


class Layers(PlantedFault):
    def finds(self, faults, message):
        super().finds("layers", faults, message, "src")

    def test_clean(self):
        self.passes("layers", argument="src")

    def test_upward_include(self):
        self.finds({"src/base/up.cc": '#include "stats/mean.h"\n'}, "base/up.cc:1: base may not include stats")

    def test_a_test_may_include_upward(self):
        self.passes("layers", {"src/base/up_test.cc": '#include "stats/mean.h"\n'}, "src")

    def test_cycle(self):
        self.finds({"src/layers.txt": "base: stats\nstats: base\n"}, "cycle base -> stats -> base")

    def test_unknown_module_in_the_list(self):
        self.finds({"src/layers.txt": LAYERS + "app: nowhere\n"}, "unknown module nowhere after app")

    def test_folder_outside_the_list(self):
        self.finds({"src/extra/a.cc": "\n"}, "extra/a.cc: folder is not in layers.txt")

    def test_token_away_from_home(self):
        self.finds({"src/stats/db.cc": "#include <sqlite3.h>\n"}, "<sqlite3.h> belongs to storage only")


class Size(PlantedFault):
    LONG = "int long_one() {\n" + "  ;\n" * 70 + "  return 1;\n}\n"  # 73 lines

    def finds(self, faults, message):
        super().finds("size", faults, message)

    def test_clean(self):
        self.passes("size")

    def test_long_file(self):
        self.finds({"src/base/big.cc": "\n" * 601}, "src/base/big.cc: 601 lines, the budget is 600")

    def test_a_test_may_be_longer(self):
        self.passes("size", {"src/base/big_test.cc": "\n" * 900})
        self.finds({"src/base/big_test.cc": "\n" * 901}, "901 lines, the budget is 900")

    def test_warning_does_not_fail(self):
        status, out = self.check("size", {"src/base/big.cc": "\n" * 401})
        self.assertIn("warning: 401 lines", out)
        self.assertEqual(status, 0)

    def test_long_function(self):
        self.finds({"src/base/f.cc": self.LONG}, "src/base/f.cc:1: long_one: 73 lines, the budget is 70")

    def test_many_parameters(self):
        self.finds({"src/base/f.cc": "int f(int a, int b, int c, int d, int e, int g, int h) { return 0; }\n"},
                   "f has 7 parameters")

    def test_commas_inside_a_type_are_no_parameters(self):
        self.passes("size", {"src/base/f.cc": "int f(A<1, 2, 3, 4> a, int b = g(1, 2, 3, 4)) { return 0; }\n"})

    def test_ratchet_holds(self):
        oversize = "tests/arch/oversize.txt"
        self.passes("size", {"src/base/f.cc": self.LONG, oversize: "# old\nsrc/base/f.cc:long_one 73\n"})
        self.finds({"src/base/f.cc": self.LONG, oversize: "src/base/f.cc:long_one 72\n"}, "it may only shrink")
        self.finds({"src/base/f.cc": self.LONG, oversize: "src/base/f.cc:long_one 80\n"}, "shrank to 73 lines")
        self.finds({oversize: "src/base/ids.cc 700\n"}, "now fits its budget")
        self.finds({oversize: "src/base/gone.cc 700\n"}, "src/base/gone.cc does not exist")


class Names(PlantedFault):
    def test_clean(self):
        self.passes("names")

    def test_two_types_of_one_name(self):
        self.finds("names", {"src/stats/a.h": "#pragma once\nnamespace kensho { struct Fit { int a; }; }\n",
                             "src/stats/b.cc": "namespace kensho {\nenum class Fit { one };\n}\n"},
                   "kensho::Fit is defined more than once: src/stats/a.h:2, src/stats/b.cc:2")

    def test_two_inline_functions_of_one_signature(self):
        self.finds("names", {f"src/stats/{name}.h": f"namespace kensho {{\ninline int f(int x) {{ return x; }}\n}}\n"
                             for name in "ab"}, "kensho::f(int x) is defined more than once")

    def test_what_only_one_file_sees_may_have_any_name(self):
        self.passes("names", {f"src/stats/{name}.cc": "namespace kensho {\nnamespace {\nstruct Fit {};\n}\n}\n"
                              for name in "ab"})


class Tidy(PlantedFault):
    def finds(self, faults, message):
        super().finds("tidy", faults, message)

    def test_clean(self):
        self.passes("tidy")

    def test_banned_tokens(self):
        for line, advice in [("std::expected<int, E> f();", "use Result"),
                             ("for (int i : std::views::iota(1)) {}", "write the loop"),
                             ("assert(a);", "use ENSURE"),
                             ("std::printf(x);", "use fmt::format"),
                             ("snprintf(x);", "use fmt::format"),
                             ("std::getenv(x);", "take the value as a parameter"),
                             ('auto q = "select" "SELECT * FROM t";', "name the columns"),
                             ('auto s = "\u03b2";', "keep statements ASCII"),
                             ("// FIX" "ME", "finish it"),
                             ('open("/t' 'mp/x");', "no path of one machine")]:
            with self.subTest(line):
                self.finds({"src/stats/a.cc": line + "\n"}, advice)

    def test_near_misses(self):
        self.passes("tidy", {"src/base/b.cc": 'int a;  // \u6cbb\u7642\nauto s = U"\u3001";\n// Knee 1999, J. X. 1:2\n',
                             "src/base/a.cc": "static_assert(true); my_assert(1); int printful(); // a/tmp/b\n",
                             "src/stats/a_test.cc": 'auto s = "\u03b2";\n',
                             "src/stats/testing/a.h": 'auto s = "\u03b2";\n', "tests/reference/a.json": '["/t' 'mp/x"]\n',
                             "src/cli/a.cc": "std::printf(x); getenv(y);\n"})

    def test_knowledge_in_source(self):
        for line in ("struct KneeScore {};", "int knee_score();", "// Knee", "int the_knee;"):
            with self.subTest(line):
                self.finds({"src/stats/a.cc": line + "\n"}, "src/stats/a.cc:1: knee: countries, diseases")
        self.finds({"src/stats/a.cc": '"SF-36"\n'}, "sf-36: countries")
        self.passes("tidy", {"src/stats/a_test.cc": "// knee\n", "src/stats/a.cc": "int kneel();\n"})

    def test_test_nobody_builds(self):
        self.finds({"src/lost/a_test.cc": "\n"}, "src/lost/a_test.cc: no module of src/layers.txt holds this test")
        self.passes("tidy", {"src/stats/deep/a_test.cc": "\n"})

    def test_dead_links(self):
        self.finds({"docs/a.md": "[b](b.md)\n"}, "docs/a.md: docs/b.md does not exist")
        self.finds({"docs/a.md": "see `src/base/gone.h`\n"}, "docs/a.md: src/base/gone.h does not exist")
        self.passes("tidy", {"docs/a.md": "[w](https://example.org/x) [t](../README.md#top) `src/base/ids`\n```\n[b](b.md)\n```\n"})

    def test_executable_bits(self):
        self.finds({"src/base/tool+x": "text\n"}, "is executable but is no script")

    def test_large_blob(self):
        blob = b"\0" * (256 * 1024 + 1)
        self.finds({"docs/a.bin": blob}, "docs/a.bin: 262145 bytes")
        self.passes("tidy", {"catalog/a.bin": blob})

    def test_decision_records(self):
        record = {"docs/adr/0001-one.md": "# 0001 One\n"}
        self.passes("tidy", record)
        self.finds({**record, "docs/adr/0001-two.md": "# 0001 Two\n"}, "number 0001 is taken by docs/adr/0001-one.md")
        self.finds({"docs/adr/two.md": "# 0002 Two\n"}, "a decision record is called")
        self.finds({"docs/adr/0002-two.md": "# Two\n"}, "the first line must carry the number 0002")

    def test_ignored_files_are_not_read(self):
        self.passes("tidy", {".gitignore": "build/\n", "build/src/a.cc": "// FIX" "ME\n"})


class Languages(PlantedFault):
    def finds(self, japanese, message):
        super().finds("i18n", {"catalog/i18n/ja.toml": japanese}, message)

    def test_clean(self):
        self.passes("i18n")

    def test_missing_key(self):
        self.finds("[page]\n", "ja.toml: page.title is missing")

    def test_additional_key(self):
        self.finds('[page]\ntitle = "{name}"\nmore = "x"\n', "en.toml: page.more is missing")

    def test_other_placeholder(self):
        self.finds('[page]\ntitle = "{nome}"\n', "page.title has placeholders ['{nome}']")

    def test_empty_text(self):
        self.finds('[page]\ntitle = " "\n', "page.title must be a text that is not empty")

    def test_broken_file(self):
        self.finds("[page\n", "catalog/i18n/ja.toml: ")


class Headers(PlantedFault):
    def test_clean(self):
        self.passes("headers")

    def test_header_that_leans_on_others(self):
        self.finds("headers", {"src/base/lean.h": "#pragma once\nstd::string f();\n"},
                   "src/base/lean.h: does not compile alone")

    def test_a_neighbour_that_includes_it_later_proves_nothing(self):
        self.finds("headers", {"src/base/lean.h": "#pragma once\nstd::string f();\n",
                               "src/base/lean.cc": '#include <string>\n#include "base/lean.h"\n'},
                   "src/base/lean.h: does not compile alone")


unittest.main()
