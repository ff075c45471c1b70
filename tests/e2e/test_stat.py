"""`kensho stat`: any method of the menu on a CSV file, beside what R says of the same file."""

import hashlib
import json
import pathlib
import unittest

import support

REFERENCE = support.ROOT / "tests" / "reference" / "r"
LUNG = REFERENCE / "data" / "lung.csv"
LOG_RANK = ["stat", "log_rank", "--time", "time", "--event", "dead", "--indicator", "dead=status:2", "--group", "sex"]
SMALL = "time,dead,arm,site\n5,1,a,1\n6,0,b,1\n7,1,b,2\n8,1,a,2\n9,1,b,1\n3,1,a,1\n"
SMALL_LOG_RANK = ["stat", "log_rank", "--time", "time", "--event", "dead", "--group", "arm"]


def reference(topic, case):
    cases = json.loads((REFERENCE / f"{topic}.json").read_text(encoding="utf-8"))["cases"]
    return next(found["expected"] for found in cases if found["id"] == f"O-{topic}-{case}")


class Stat(support.KenshoTest):
    def write(self, content, name="small.csv"):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def document(self, *arguments):
        return json.loads(self.must(*arguments, "--json").out)

    def refused(self, code, *arguments, saying):
        outcome = self.exits(code, *arguments)
        self.says(outcome, *saying)
        self.assertEqual(outcome.out, "")

    def test_the_menu_is_listed_and_every_method_explains_itself(self):
        methods = json.loads(self.must("stat", "--list", "--json").out)
        listed = self.must("stat", "--list").out
        self.assertIn("log_rank", [method["name"] for method in methods])
        for method in methods:
            with self.subTest(method["name"]):
                self.assertIn(f"  {method['name']}", listed)
                self.assertTrue((support.ROOT / method["card"]).is_file(), method["card"])
                told = self.must("stat", method["name"], "--help").out
                for option in method["options"]:
                    self.assertIn(f"--{option['name']} ", told)
                self.refused(2, "stat", method["name"], "--data", LUNG, "--frobnicate", "1", saying=["--frobnicate"])
        self.assertIn("Usage", self.must("stat", "--help").out)

    def test_a_result_equals_the_one_of_r(self):
        expected = reference("01_survival", "logrank-stratified-lung")
        document = self.document(*LOG_RANK, "--strata", "ph.ecog", "--data", LUNG)
        result = document["result"]
        self.assertAlmostEqual(result["chi_square"], expected["chisq"], delta=1e-11)
        self.assertAlmostEqual(result["p_value"], expected["p_value"], delta=1e-13)
        self.assertEqual(result["df"], expected["df"])
        for place, group in enumerate(result["groups"]):
            self.assertEqual(group["subjects"], expected["n"][place])
            self.assertEqual(group["observed"], expected["observed"][place])
            self.assertAlmostEqual(group["expected"], expected["expected"][place], delta=1e-10)

    def test_a_document_says_what_it_was_made_of(self):
        document = self.document(*LOG_RANK, "--data", LUNG)
        self.assertEqual(document["method"], "log_rank")
        self.assertGreaterEqual(document["version"], 1)
        self.assertEqual(document["engine"], self.must("--version").out.strip())
        data = document["data"]
        self.assertEqual(data["file"], "lung.csv")
        self.assertEqual(data["sha256"], hashlib.sha256(LUNG.read_bytes()).hexdigest())
        self.assertEqual((data["rows_in_file"], data["rows"], data["warnings"]), (228, 228, []))
        self.assertEqual(data["read_with"]["indicator"], [{"name": "dead", "column": "status", "values": ["2"]}])
        self.assertEqual(document["options"]["time"], "time")

    def test_the_same_request_gives_the_same_bytes_for_any_number_of_threads(self):
        outputs = {self.must(*LOG_RANK, "--data", LUNG, "--json", "--threads", count).out for count in (1, 2, 8)}
        self.assertEqual(len(outputs), 1)

    def test_the_text_shows_the_same_numbers_rounded(self):
        told = self.must(*LOG_RANK, "--data", LUNG).out
        document = self.document(*LOG_RANK, "--data", LUNG)
        self.assertIn(f"{document['result']['chi_square']:.6g}", told)
        self.assertIn("observed", told)
        with self.assertRaises(ValueError):
            json.loads(told)

    def test_rows_levels_and_words_are_as_asked_for(self):
        file = self.write(SMALL)
        document = self.document(*SMALL_LOG_RANK, "--data", file, "--levels", "arm=b,a", "--where", "site=1")
        self.assertEqual([group["group"] for group in document["result"]["groups"]], ["b", "a"])
        self.assertEqual((document["data"]["rows_in_file"], document["data"]["rows"]), (6, 4))
        kanji = SMALL.replace(",a,", ",対照,").encode("cp932")
        command = [*SMALL_LOG_RANK, "--data", self.write(kanji)]
        document = self.document(*command, "--encoding", "shift_jis")
        self.assertEqual([group["group"] for group in document["result"]["groups"]], ["b", "対照"])
        self.refused(1, *command, saying=["line 2", "UTF-8", "Shift_JIS"])

    def test_a_column_of_numbers_with_a_stray_word_is_warned_of(self):
        stray = SMALL.replace("arm,site", "site,arm").replace(",a,1", ",1,1").replace(",b,2", ",2,x")
        command = [*SMALL_LOG_RANK, "--data", self.write(stray)]
        warnings = self.document(*command)["data"]["warnings"]
        self.assertEqual(len(warnings), 1)
        for part in ("'arm'", "line 4", "'x'", "--factor arm"):
            self.assertIn(part, warnings[0])
        self.assertIn("\nwarning: column 'arm'", self.must(*command).out)
        self.assertEqual(self.document(*command, "--factor", "arm")["data"]["warnings"], [])

    def test_wrong_use_ends_with_2(self):
        file = self.write(SMALL)
        for arguments, saying in [
            (["stat"], ["name a method", "--list"]),
            (["stat", "log_rnk", "--data", file], ["no method 'log_rnk'", "--list"]),
            (["stat", "log_rank"], ["--data is missing"]),
            (["stat", "log_rank", "--data", file], ["--time is missing", "follow-up"]),
            ([*SMALL_LOG_RANK, "--data", file, "--group", "site"], ["--group is given twice"]),
            ([*SMALL_LOG_RANK, "--data", file, "--grp", "site"], ["--grp is no option", "--group"]),
            ([*SMALL_LOG_RANK, "--data"], ["--data needs a value"]),
            ([*SMALL_LOG_RANK, "--data", file, "--threads", "0"], ["--threads '0'", "from 1"]),
            ([*SMALL_LOG_RANK, "--data", file, "--where", "site"], ["--where 'site'", "COLUMN=VALUE"]),
            ([*SMALL_LOG_RANK, "--data", file, "--encoding", "utf-16"], ["--encoding 'utf-16'", "shift_jis"]),
        ]:
            with self.subTest(arguments=arguments):
                self.refused(2, *arguments, saying=saying)

    def test_a_file_that_cannot_bear_it_ends_with_1(self):
        late = SMALL.replace("7,1,b", "late,1,b")
        for what, content, arguments, saying in [
            ("an empty file", "", [], ["small.csv", "empty"]),
            ("a header and nothing else", SMALL.split("\n", maxsplit=1)[0] + "\n", [], ["no row below the header"]),
            ("a column that is not there", SMALL, ["--strata", "clinic"], ["--strata", "no column 'clinic'", "site"]),
            ("a word among numbers", late, [], ["small.csv", "line 4", "column 'time'", "'late'", "not a number"]),
            ("a value no row has", SMALL, ["--where", "site=9"], ["small.csv", "--where", "'9'", "column 'site'"]),
            ("a value that is no level", SMALL, ["--levels", "arm=a,c"],
             ["line 3", "column 'arm'", "value 'b'", "a, c", "--levels"]),
            ("a row too short", SMALL + "1,1\n", [], ["small.csv", "line 8", "4 fields"]),
            ("an event that is none", SMALL.replace("5,1,a", "5,7,a"), [], ["code in row 1 is 7"]),
        ]:
            with self.subTest(what):
                self.refused(1, *SMALL_LOG_RANK, "--data", self.write(content), *arguments, saying=saying)
        self.refused(1, *SMALL_LOG_RANK, "--data", self.folder / "none.csv", saying=["none.csv", "no such file"])
        self.refused(1, *SMALL_LOG_RANK, "--data", self.folder, saying=[pathlib.Path(self.folder).name])


if __name__ == "__main__":
    unittest.main()
