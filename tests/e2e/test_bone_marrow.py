"""The bone marrow example from its raw file to its numbers: those of R's survival and cmprsk packages."""

import json
import pathlib
import tempfile
import unittest

import support

REFERENCE = json.loads(
    (support.ROOT / "tests" / "reference" / "survival" / "bone_marrow_transplant.json").read_text())
GROUPS = {"all": 0, "aml-low-risk": 1, "aml-high-risk": 2}  # the file's groups 1, 2, 3
RELATIVE_ERROR_MAX = 1e-10


class BoneMarrow(support.KenshoTest):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(cls.holder.cleanup)
        cls.home = support.make_example(support.EXAMPLE, pathlib.Path(cls.holder.name) / "home")
        cls.result_text = (cls.home / "result.json").read_bytes()
        cls.result = json.loads(cls.result_text)

    def analysis(self, name):
        found = [item for item in self.result["analyses"] if item["id"] == name]
        self.assertEqual(len(found), 1, f"analysis '{name}'")
        return found[0]["result"]

    def groups(self, name):
        """An analysis by group, each with R's group."""
        groups = {group["level"]: group for group in self.analysis(name)["groups"]}
        self.assertEqual(set(groups), set(GROUPS))
        return [(groups[level], REFERENCE["groups"][place], level) for level, place in GROUPS.items()]

    def close(self, ours, reference, what):
        if reference is None or ours is None:
            self.assertEqual(ours, reference, what)
            return
        bound = RELATIVE_ERROR_MAX * abs(reference)
        self.assertLessEqual(abs(ours - reference), bound, f"{what}: {ours!r}, R says {reference!r}")

    def check_survival(self, name, part):
        for ours, group, level in self.groups(name):
            reference = group[part]
            self.assertEqual(ours["participants"], group["n"], level)
            self.assertEqual(ours["events"], reference["events"], level)
            self.assertEqual([row["time"] for row in ours["at_times"]], REFERENCE["times"])
            for place, row in enumerate(ours["at_times"]):
                for key in ("at_risk", "survival", "std_error", "lower", "upper"):
                    self.close(row[key], reference[key][place], f"{name} {level} day {row['time']} {key}")
            for key in ("estimate", "lower", "upper"):
                self.close(ours["median"][key], reference["median"][key], f"{name} {level} median {key}")

    def test_disease_free_survival_is_that_of_R(self):
        self.check_survival("dfs", "disease_free")

    def test_overall_survival_is_that_of_R(self):
        self.check_survival("os", "overall")

    def test_log_rank_test_is_that_of_R(self):
        ours, reference = self.analysis("dfs-test"), REFERENCE["log_rank_disease_free"]
        self.assertEqual(ours["degrees_of_freedom"], reference["degrees_of_freedom"])
        for key in ("chi_square", "p_value"):
            self.close(ours[key], reference[key], key)
        for group, _, level in self.groups("dfs-test"):
            for key in ("observed", "expected"):
                self.close(group[key], reference[key][GROUPS[level]], f"{level} {key}")

    def test_cumulative_incidence_and_its_variance_are_those_of_R(self):
        causes = self.analysis("failure")["causes"]
        self.assertEqual(causes, ["relapse", "death_in_remission"])
        keys = {"incidence": "incidence", "std_error": "aalen_std_error",
                "lower": "aalen_lower", "upper": "aalen_upper"}
        for ours, group, level in self.groups("failure"):
            self.assertEqual([row["time"] for row in ours["at_times"]], REFERENCE["times"])
            for place, row in enumerate(ours["at_times"]):
                for cause, numbers in zip(causes, row["causes"]):
                    for key, theirs in keys.items():
                        self.close(numbers[key], group[cause][theirs][place],
                                   f"{cause} {level} day {row['time']} {key}")
                    self.close(numbers["std_error"] ** 2, group[cause]["aalen_std_error"][place] ** 2,
                               f"{cause} {level} day {row['time']} variance")

    def test_everyone_of_the_file_is_counted_and_the_gate_passed(self):
        self.assertEqual(self.result["dataset"]["registered"], 137)
        self.assertEqual(self.result["dataset"]["treated"], 137)
        self.assertTrue(self.result["as_sealed"])
        self.assertFalse(self.result["blinded"])
        self.assertTrue(all(bar["passed"] for bar in self.result["gate"]))

    def test_a_run_is_the_same_bytes_on_any_number_of_threads_and_as_recorded(self):
        for threads in (1, 2, 7):
            out = self.folder / f"{threads}.json"
            self.must("study", "run", self.home, "transplant-outcomes", "--threads", threads, "--out", out)
            self.assertEqual(out.read_bytes(), self.result_text, f"{threads} threads")
        printed = self.must("study", "run", self.home, "transplant-outcomes")
        self.assertEqual(printed.out.encode(), self.result_text, "printed")
        size = self.result["checkpoint"]["size"]
        again = self.must("study", "run", self.home, "transplant-outcomes", "--checkpoint", size)
        self.assertEqual(again.out.encode(), self.result_text, "at its checkpoint")

    def test_reports_are_written_in_both_languages(self):
        self.must("study", "run", self.home, "transplant-outcomes", "--out", self.folder / "r.json",
                  "--html", self.folder / "r")
        for language in ("en", "ja"):
            page = (self.folder / f"r.{language}.html").read_text(encoding="utf-8")
            self.assertIn(f'lang="{language}"', page)
            self.assertEqual(page.count("<h1"), 1)

    def test_a_result_is_recorded_once(self):
        before = self.fsck(self.home)
        again = self.must("study", "run", self.home, "transplant-outcomes", "--record",
                          "--out", self.folder / "again.json")
        self.says(again, "is recorded in the journal already")
        self.assertEqual(self.fsck(self.home), before)
        post_hoc = ["study", "run", self.home, "--post-hoc", support.EXAMPLE / "protocol.toml", "--record",
                    "--out", self.folder / "post_hoc.json"]
        first = self.must(*post_hoc)
        self.assertNotIn("already", first.err)
        self.assertEqual(self.fsck(self.home), before + 1)
        self.says(self.must(*post_hoc), "is recorded in the journal already")
        self.assertEqual(self.fsck(self.home), before + 1)
        self.assertFalse(json.loads((self.folder / "post_hoc.json").read_text())["as_sealed"])

    def test_importing_the_file_again_adds_nothing_and_says_so(self):
        before = support.journal_digest(self.home)
        arguments = ["import", self.home, support.EXAMPLE / "patients.csv",
                     "--mapping", support.EXAMPLE / "mapping.toml"]
        self.says(self.must(*arguments), "imported before", "137 rows", "nothing was added")
        report = json.loads(self.must(*arguments, "--json").out)
        self.assertEqual((report["known_before"], report["rows"]), (True, 137))
        self.assertEqual(support.journal_digest(self.home), before)

    def test_the_class_is_told_with_every_criterion(self):
        offers = json.loads(self.must("classify", self.home, "--json").out)
        self.assertEqual(sorted(offer["institution"] for offer in offers),
                         ["alfred", "hahnemann", "osu", "st-vincents"])
        for offer in offers:
            self.assertEqual(offer["therapy"], "allogeneic-bmt")
            self.assertEqual(offer["class"], "outside_scope")
            self.assertRegex(offer["on"], r"^\d{4}-\d\d-\d\d$")
            self.assertTrue(offer["rule_set"])
            self.assertIs(offer["verification_in_progress"], False)
            for criterion in offer["criteria"]:
                self.assertIn(criterion["answer"], ("met", "not met", "unknown"))
                self.assertTrue(criterion["id"] and criterion["reason"])
                self.assertIsInstance(criterion["entries"], list)
        self.says(self.must("classify", self.home), "allogeneic-bmt at osu: outside_scope")

    def test_registry_and_site_are_clean(self):
        self.fsck(self.home)
        report = self.verify(self.home / "site")
        self.assertGreater(report["files"], 1)
        key = json.loads((self.home / "site" / "manifest.json").read_text())["key"]
        self.must("verify", self.home / "site", "--key", key)
        self.assertFalse(list(self.home.glob("site.*")), "leftovers of publishing")

    def test_views_rebuilt_from_the_journal_are_the_same(self):
        before = support.journal_digest(self.home)
        self.must("fsck", self.home, "--rebuild-views")
        self.fsck(self.home)
        self.assertEqual(support.journal_digest(self.home), before)


if __name__ == "__main__":
    unittest.main()
