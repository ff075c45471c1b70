"""Witnesses as processes of their own: cosigned checkpoints, one that is down, killed, and a log with two histories."""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import ed25519
import support
from test_crash import MAPPING

REGISTRY = support.EXAMPLE / "registry.toml"
KILLS = 6 if os.environ.get("KENSHO_QUICK") else 20
LOG_KEY, WITNESS_KEY = 1, 4

os.environ["no_proxy"] = "*"  # these servers are here


def key_of(vkey, kind):
    """(name, id, public key) of a verifier key (c2sp.org/signed-note), its id recomputed."""
    name, number, material = vkey.split("+", 2)
    material = base64.b64decode(material)
    assert material[0] == kind
    identity = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    assert identity.hex() == number
    return name, identity, material[1:]


def signatures_of(note, vkey, kind):
    """What a key signed below a note: the payloads of its lines."""
    name, identity, _ = key_of(vkey, kind)
    lines = note.rpartition("\n\n")[2].splitlines()
    payloads = [base64.b64decode(line.split(" ")[2]) for line in lines if line.split(" ")[1] == name]
    return [payload[4:] for payload in payloads if payload[:4] == identity]


def text_of(note):
    return note.rpartition("\n\n")[0] + "\n"


def is_signed(note, vkey):
    """Whether a log's key signed the note."""
    public = key_of(vkey, LOG_KEY)[2]
    payload, = signatures_of(note, vkey, LOG_KEY)
    return ed25519.verifies(public, text_of(note).encode(), payload)


def cosigned_at(note, vkey):
    """When a witness cosigned the note (c2sp.org/tlog-cosignature); None where it did not."""
    public = key_of(vkey, WITNESS_KEY)[2]
    for payload in signatures_of(note, vkey, WITNESS_KEY):
        seconds = int.from_bytes(payload[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n{text_of(note)}".encode()
        assert ed25519.verifies(public, message, payload[8:])
        return seconds
    return None


def head_of(note):
    """(size, root) of a checkpoint."""
    _, size, root = note.split("\n")[:3]
    return int(size), base64.b64decode(root)


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def rest_of_proof(older, newer, whole, hashes):
    """(older root or None, newer root) by the recursion of RFC 6962 section 2.1.2, hashes taken from the end."""
    if older == newer:
        if whole:
            return None, None
        hash_ = hashes.pop()
        return hash_, hash_
    split = 1 << (newer - 1).bit_length() - 1
    right = None
    if older <= split:
        right = hashes.pop()
        old, new = rest_of_proof(older, split, whole, hashes)
        return old, (new, right)
    left = hashes.pop()
    old, new = rest_of_proof(older - split, newer - split, False, hashes)
    return node(left, old), (left, new)


def fold(new, whole_root):
    """The root of a nested pair; None stands for the older tree itself."""
    if new is None:
        return whole_root
    if isinstance(new, bytes):
        return new
    return node(fold(new[0], whole_root), fold(new[1], whole_root))


def get(url):
    """(status, text) of a URL."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Witness:
    """A witness's folder, and its process while it runs."""

    def __init__(self, folder, log_key):
        self.folder, self.name, self.port, self.server = folder, folder.name, free_port(), None
        made = support.kensho("witness", "init", folder, "--name", f"{self.name}.example", "--json")
        self.key = json.loads(made.out)["key"]
        added = support.kensho("witness", "add-log", folder, log_key)
        assert added.code == 0, added.err
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_page = f"{self.url}/logs/{next((folder / 'logs').iterdir()).name}"
        self.start()

    def start(self):
        self.server = support.Server(self.folder, command=("witness", "serve"), port=self.port)

    def stop(self):
        if self.server:
            self.server.__exit__()
        self.server = None

    def kill(self):
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait(timeout=30)
        self.stop()


class WitnessTest(support.KenshoTest):
    """Each test has a fresh registry of 10 entries and three witnesses; two of three are a quorum."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        cls.opened = pathlib.Path(holder.name) / "home"
        made = support.kensho("init", cls.opened, "--config", REGISTRY)
        assert made.code == 0, made.err

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(shutil.copytree(self.opened, self.folder / "home"))
        self.log_key = self.must("key", self.home).out.strip()
        self.witnesses = []
        for name in ("society", "university", "abroad"):
            self.witnesses.append(Witness(self.folder / name, self.log_key))
            self.addCleanup(self.witnesses[-1].stop)
        self.policy = self.folder / "policy"
        lines = [f"witness {w.name} {w.key} {w.url}" for w in self.witnesses]
        self.policy.write_text("\n".join([f"log {self.log_key}", *lines, "group two 2 society university abroad",
                                          "quorum two"]) + "\n")
        self.imports = 0

    def grow(self, home, rows, name):
        """An import of so many rows: one entry more than rows."""
        cases, mapping = self.folder / f"{name}.csv", self.folder / "mapping.toml"
        self.imports += 1
        cases.write_text("id,treated_on,age\n" +
                         "".join(f"{name}{self.imports}-{row},2026-01-05,40\n" for row in range(rows)))
        mapping.write_text(MAPPING)
        self.must("import", home, cases, "--mapping", mapping)

    def cosign(self, home=None, code=0):
        """Runs `kensho cosign`: the report."""
        outcome = self.exits(code, "cosign", home or self.home, "--policy", self.policy, "--json")
        return json.loads(outcome.out), outcome

    def note(self, home=None):
        return ((home or self.home) / "log" / "checkpoint").read_text()

    def test_a_cosigned_checkpoint_is_proven_without_the_program(self):
        before = int(time.time())
        for rows in (3, 300):
            self.grow(self.home, rows, "p")
            report, _ = self.cosign()
            note = self.note()
            self.assertEqual((report["quorum_met"], report["size"]), (True, head_of(note)[0]))
            self.assertTrue(is_signed(note, self.log_key))
            for witness in self.witnesses:
                self.assertTrue(before <= cosigned_at(note, witness.key) <= time.time())
                self.assertEqual(get(witness.log_page + "/checkpoint")[1].split("\n\n")[0], text_of(note).rstrip("\n"))
        self.grow(self.home, 2, "more")
        self.assertIsNone(cosigned_at(self.note(), self.witnesses[0].key), "a new checkpoint begins without")
        self.fsck(self.home)

    def test_the_quorum_is_met_with_one_witness_down_and_not_with_two(self):
        self.witnesses[2].stop()
        report, _ = self.cosign()
        self.assertTrue(report["quorum_met"])
        self.assertEqual([w["outcome"] for w in report["witnesses"]], ["cosigned", "cosigned", "unreachable"])
        self.witnesses[1].stop()
        self.grow(self.home, 3, "p")
        report, outcome = self.cosign(code=1)
        self.assertFalse(report["quorum_met"])
        self.says(outcome, "does not meet the policy's quorum")
        self.assertIsNotNone(cosigned_at(self.note(), self.witnesses[0].key), "what there is is kept")
        for witness in self.witnesses[1:]:
            witness.start()
        self.assertTrue(self.cosign()[0]["quorum_met"])
        self.assertEqual(get(self.witnesses[2].url + "/healthz"), (200, "ok\n"))

    def forked(self, first_rows, second_rows):
        """The registry and a copy that went another way."""
        self.grow(self.home, 3, "common")
        self.cosign()
        fork = pathlib.Path(shutil.copytree(self.home, self.folder / "fork"))
        self.grow(self.home, first_rows, "first")
        self.grow(fork, second_rows, "second")
        return fork

    def check_evidence(self, text):
        """What a court would do: both notes signed, and the hashes show two trees."""
        evidence = json.loads(text)
        older, newer = evidence["older"], evidence["newer"]
        self.assertTrue(is_signed(older, self.log_key) and is_signed(newer, self.log_key))
        self.assertEqual(older.split("\n")[0], newer.split("\n")[0])
        (older_size, older_root), (newer_size, newer_root) = head_of(older), head_of(newer)
        shown = base64.b64decode(evidence["newer_root_at_older_size"])
        self.assertNotEqual(shown, older_root)
        hashes = [base64.b64decode(text) for text in evidence["proof"]]
        told, pairs = rest_of_proof(older_size, newer_size, True, hashes)
        self.assertEqual(hashes, [], "hashes left over")
        self.assertIn(told, (None, shown))
        self.assertEqual(fold(pairs, shown), newer_root)

    @staticmethod
    def events(witness, seconds_max=5):
        """The log lines about split views, which a thread of ours reads."""
        end = time.monotonic() + seconds_max
        while time.monotonic() < end:
            if events := [json.loads(line) for line in witness.server.log if b'"split_view"' in line]:
                return events
            time.sleep(0.01)
        return []

    def loud(self, witness, fork):
        """The witness tells of the split in every way, cosigns neither history, and its evidence holds."""
        status, text = get(witness.url + "/healthz")
        self.assertEqual(status, 503)
        self.assertIn("SPLIT VIEW", text)
        self.assertIn("SPLIT VIEW", get(witness.url + "/")[1])
        events = self.events(witness)
        self.assertEqual([event["origin"] for event in events], [self.log_key.split("+")[0]])
        self.must("witness", "evidence", witness.folder, "--key", self.log_key)
        self.must("witness", "evidence", events[0]["evidence"], "--key", self.log_key)
        self.check_evidence(get(witness.log_page + "/split-view.json")[1])
        held = get(witness.log_page + "/checkpoint")
        for home, expected in ((self.home, "stopped"), (fork, "contradicted")):
            report, outcome = self.cosign(home, code=1)
            self.says(outcome, "SPLIT VIEW")
            self.assertEqual(report["witnesses"][0]["outcome"], expected)
        self.assertIsNone(cosigned_at(self.note(fork), witness.key))
        self.assertEqual(get(witness.log_page + "/checkpoint"), held)

    def test_two_histories_of_one_size_are_found_and_proven(self):
        fork = self.forked(4, 4)
        self.cosign()
        _, outcome = self.cosign(fork, code=1)
        self.says(outcome, "SPLIT VIEW")
        for witness in self.witnesses:
            self.loud(witness, fork)

    def test_a_larger_second_history_is_found_and_proven(self):
        fork = self.forked(4, 9)
        self.cosign()
        report, outcome = self.cosign(fork, code=1)
        self.says(outcome, "SPLIT VIEW")
        self.assertEqual({w["outcome"] for w in report["witnesses"]}, {"contradicted"})
        witness = self.witnesses[0]
        self.loud(witness, fork)
        witness.stop()
        witness.start()
        self.assertEqual(get(witness.url + "/healthz")[0], 503, "it remembers")
        self.must("witness", "resume", witness.folder, self.log_key.split("+")[0])
        self.assertEqual(get(witness.url + "/healthz")[0], 200)
        self.assertEqual(self.cosign(code=1)[0]["witnesses"][0]["outcome"], "cosigned")
        self.must("witness", "evidence", witness.folder)  # still kept

    def test_a_smaller_second_history_is_told_that_it_is_behind(self):
        fork = self.forked(9, 4)
        self.cosign()
        report, _ = self.cosign(fork, code=1)
        self.assertEqual({w["outcome"] for w in report["witnesses"]}, {"ahead"})
        self.compare_finds(fork)

    def compare_finds(self, fork):
        evidence = self.folder / "found.json"
        with support.Server(self.published()) as server:
            told = self.exits(1, "compare", f"{server.url}/log", fork, "--key", self.log_key,
                              "--evidence", evidence, "--json")
        self.assertEqual(json.loads(told.out)["verdict"], "split")
        self.check_evidence(evidence.read_text())
        self.must("witness", "evidence", evidence, "--key", self.log_key)

    def published(self):
        """The registry with the folder that `kensho serve` asks for."""
        (self.home / "site").mkdir(exist_ok=True)
        return self.home

    def test_compare_tells_one_history_from_two_and_from_too_little(self):
        fork = self.forked(4, 9)
        older = self.folder / "older"
        older.write_text(self.note())
        self.grow(self.home, 5, "later")
        with support.Server(self.published()) as server:
            for place in (f"{server.url}/log", f"{server.url}/log/checkpoint", self.home, self.home / "log"):
                self.says(self.must("compare", older, place, "--key", self.log_key), "Consistent")
        witness = self.witnesses[0]
        self.says(self.must("compare", witness.log_page, self.home, "--key", self.log_key), "Consistent")
        newer = self.folder / "newer"
        newer.write_text(self.note())
        told = self.exits(1, "compare", older, newer, "--key", self.log_key, "--json")
        self.assertEqual(json.loads(told.out)["verdict"], "cannot_tell")
        evidence = self.folder / "split-view.json"
        told = self.exits(1, "compare", older, fork, "--key", self.log_key, "--evidence", evidence)
        self.says(told, "SPLIT VIEW", str(evidence))
        self.check_evidence(evidence.read_text())
        stranger = witness.key.replace("+B", "+A")
        self.exits(1, "compare", older, newer, "--key", stranger)
        damaged = self.folder / "damaged.json"
        damaged.write_text(evidence.read_text().replace('"newer_root_at_older_size": "', '"newer_root_at_older_size": "A'))
        self.exits(1, "witness", "evidence", damaged)

    def test_a_witness_killed_at_any_moment_goes_on_with_one_history(self):
        witness = self.witnesses[0]
        sizes = []
        for kill in range(KILLS):
            self.grow(self.home, 1, "k")
            running = support.start("cosign", self.home, "--policy", self.policy, "--json")
            time.sleep(kill % 10 * 0.004)
            witness.kill()
            running.communicate(timeout=60)
            witness.start()
            sizes.append(head_of(get(witness.log_page + "/checkpoint")[1])[0] if kill else 0)
            self.assertEqual(get(witness.url + "/healthz"), (200, "ok\n"))
            report, _ = self.cosign()
            self.assertEqual(report["witnesses"][0]["outcome"], "cosigned")
        self.assertEqual(sizes, sorted(sizes))
        self.fsck(self.home)

    def test_refusals_name_the_thing_the_rule_and_the_fix(self):
        witness = self.witnesses[0]
        again = self.exits(1, "witness", "init", witness.folder, "--name", "x")
        self.says(again, "a witness is there already")
        self.says(self.exits(1, "witness", "init", self.folder / "n", "--name", "a b"), "spaces")
        self.says(self.exits(1, "witness", "add-log", witness.folder, self.log_key), "watched with this key already")
        self.says(self.exits(1, "witness", "add-log", witness.folder, witness.key), "type 0x04", "0x01")
        self.says(self.exits(1, "witness", "serve", witness.folder, "--port", "0"), "another process serves")
        self.says(self.exits(1, "witness", "serve", self.folder), "kensho witness init")
        self.exits(1, "witness", "resume", witness.folder, self.log_key.split("+")[0])
        bad = self.folder / "bad"
        bad.write_text(self.policy.read_text().replace("two 2 society", "two 4 society"))
        self.says(self.exits(1, "cosign", self.home, "--policy", bad), f"{bad}: line 5", "threshold '4'")
        bad.write_text(f"log {witness.key}\nquorum none\n")
        self.says(self.exits(1, "cosign", self.home, "--policy", bad), f"{bad}: line 1", "0x04")
        mode = (witness.folder / "witness.key").stat().st_mode & 0o777
        self.assertEqual(mode, 0o600)


if __name__ == "__main__":
    unittest.main()
