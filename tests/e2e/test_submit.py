"""`kensho serve --accept`: reports over HTTP, who may send them, and the server killed under load.

$KENSHO_KILLS: how often the server is killed (6; the full run: 100). $KENSHO_SEED: another choice of moments.
$KENSHO_DATABASE: the database that `kensho init --database` is told, instead of its default.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import threading
import time
import unittest

import support
from test_server import hash_of, index_path, tree_hash

KILLS = int(os.environ.get("KENSHO_KILLS", "6"))
SEED = int(os.environ.get("KENSHO_SEED", "20261122"))
CLIENTS = 8
GIVE_UP_SECONDS = 60


def report(participant, **more):
    return {"therapy": "allogeneic-bmt", "institution": "osu", "participant": participant, "registers": True,
            "treatment": {"number": "1", "date": "2026-01-05"}, **more}


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.content = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.content)


def headers_of(token=None, key=None):
    sent = {"Content-Type": "application/json"}
    if token:
        sent["Authorization"] = f"Bearer {token}"
    if key:
        sent["Idempotency-Key"] = key
    return sent


def ask(connection, method, path, headers=None, body=None):
    """One request on an open connection."""
    if body is not None and not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    connection.request(method, path, body=body, headers=headers or {})
    return Answer(connection.getresponse())


def connect(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=20)


class Proof:
    """A .tlog-proof, read as c2sp.org/tlog-proof says; what the opening holds, if there is one."""

    def __init__(self, text):
        head, self.checkpoint = text.split("\n\n", 1)
        lines = head.split("\n")
        assert lines.pop(0) == "c2sp.org/tlog-proof@v1", text[:80]
        self.opening = None
        if lines[0].startswith("extra "):
            self.opening = json.loads(base64.b64decode(lines.pop(0)[6:], validate=True))
        self.index = int(lines.pop(0).removeprefix("index "))
        self.hashes = [base64.b64decode(line, validate=True) for line in lines]
        self.size, self.root = size_and_root(self.checkpoint)

    def root_over(self, leaf):
        """RFC 9162 section 2.1.3.2; None where the length is wrong."""
        node, last, root = self.index, self.size - 1, leaf
        for sibling in self.hashes:
            if last == 0:
                return None
            if node & 1 or node == last:
                root = hash_of(b"\1", sibling, root)
                while node and not node & 1:
                    node, last = node >> 1, last >> 1
            else:
                root = hash_of(b"\1", root, sibling)
            node, last = node >> 1, last >> 1
        return root if last == 0 else None


def size_and_root(checkpoint):
    lines = checkpoint.split("\n")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)


class Roots:
    """The root of every prefix of a growing list of leaf hashes."""

    def __init__(self):
        self.size, self.edge = 0, []

    def add(self, leaf):
        bits = self.size
        while bits & 1:
            leaf, bits = hash_of(b"\1", self.edge.pop(), leaf), bits >> 1
        self.edge.append(leaf)
        self.size += 1

    def root(self):
        root = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            root = hash_of(b"\1", left, root)
        return root


class SubmitTest(support.KenshoTest):
    def make_home(self):
        home = self.folder / "home"
        self.must("init", home, "--config", support.EXAMPLE / "registry.toml", *support.database_options())
        return home

    def add_client(self, home, name, organisation="osu"):
        return json.loads(self.must("client", "add", home, name, "--organisation", organisation, "--json").out)["token"]


class Requests(SubmitTest):
    """One request after the other: what is taken, what is refused, what it says."""

    def setUp(self):
        super().setUp()
        self.home = self.make_home()
        self.token = self.add_client(self.home, "clinic")
        self.server = support.Server(self.home, "--accept")
        self.addCleanup(self.server.__exit__)
        self.connection = connect(self.server.port)
        self.addCleanup(self.connection.close)

    def post(self, body, key, token=None, headers=None):
        sent = {**headers_of(token or self.token, key), **(headers or {})}
        return ask(self.connection, "POST", "/api/v1/cases", sent, body)

    def get(self, path, token=None):
        return ask(self.connection, "GET", path, headers_of(token))

    def refused(self, answer, status, *words):
        self.assertEqual(answer.status, status, answer.content)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json
        self.assertEqual(problem["status"], status)
        for word in words:
            self.assertIn(word, problem["detail"])
        return problem["detail"]

    def leaf_of(self, proof):
        """The leaf data that an opened header stands for, computed from the format alone."""
        header = json.dumps(proof.opening["header"], separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(b"kensho journal leaf v1\n" + header.encode()).digest()

    def test_an_accepted_report_has_a_receipt_that_proves_it(self):
        answer = self.post(report("p1"), "key-1")
        self.assertEqual(answer.status, 201)
        told = answer.json
        self.assertEqual(answer.headers["Location"], f"/api/v1/receipts/{told['seq']}")
        proof = Proof(told["receipt"])
        self.assertEqual((proof.index, proof.size), (told["seq"], told["checkpoint_size"]))
        self.assertEqual(proof.root_over(hash_of(b"\0", self.leaf_of(proof))), proof.root)
        self.assertEqual(proof.opening["sealed"]["payload"],
                         {**report("p1"), "submission": {"client": "clinic", "key": "key-1"}})
        header = proof.opening["header"]
        self.assertEqual((header["actor"], header["organisation"]), ("clinic", "osu"))

        repeat = self.post(report("p1"), "key-1")
        self.assertEqual((repeat.status, repeat.json["seq"]), (200, told["seq"]))
        second = self.post(report("p2"), "key-2")
        self.assertEqual((second.status, second.json["seq"]), (201, told["seq"] + 1))
        later = Proof(self.post(report("p1"), "key-1").json["receipt"])
        self.assertEqual(later.size, proof.size + 1)
        self.assertEqual(later.root_over(hash_of(b"\0", self.leaf_of(later))), later.root)
        self.assertEqual(later.opening, proof.opening)

    def test_receipts_are_for_the_sender_and_proofs_for_everyone(self):
        seq = self.post(report("p1"), "key-1").json["seq"]
        other = self.add_client(self.home, "elsewhere", "alfred")
        receipt = self.get(f"/api/v1/receipts/{seq}", self.token)
        self.assertEqual(receipt.status, 200)
        self.assertEqual(Proof(receipt.content.decode()).opening["header"]["seq"], seq)
        self.assertEqual(receipt.headers["Cache-Control"], "no-store")
        self.refused(self.get(f"/api/v1/receipts/{seq}", other), 403)
        self.refused(self.get(f"/api/v1/receipts/{seq}"), 401)
        self.refused(self.get("/api/v1/receipts/999", self.token), 404)
        proof = self.get(f"/api/v1/proofs/{seq}")
        self.assertEqual(proof.status, 200)
        self.assertNotIn(b"extra", proof.content)
        self.assertEqual(Proof(proof.content.decode()).root, Proof(receipt.content.decode()).root)
        for path in ("999", "-1", "x", "1.5", "99999999999999999999"):
            self.refused(self.get(f"/api/v1/proofs/{path}"), 404)

    def test_what_is_not_a_report_is_refused_with_field_rule_and_fix(self):
        first = json.loads(self.must("fsck", self.home, "--json").out)["entries"]
        wrong = [("", 400, "JSON"), ("[]", 400, "JSON object"), ("{}", 400, "'therapy' is missing"),
                 (b"\xff\xfe{}", 400, "JSON"), ('{"therapy":1}', 400, "'therapy'"),
                 ('{"therapy":"a","therapy":"a"}', 400, "twice"), ("[" * 50, 400, "nested"),
                 (report("p 1"), 400, "'participant' must be an id"),
                 (report("p1", submission={"client": "a", "key": "b"}), 400, "'submission' is not known"),
                 (report("p1", registres=True), 400, "'registres' is not known"),
                 (report("p1", registers="yes"), 400, "'registers' must be true or false"),
                 (report("p1", treatment={"number": "1"}), 400, "'date_unknown'"),
                 (report("p1", treatment={"number": "1", "date": "2026-02-30"}), 400, "date that exists"),
                 (report("p1", baseline={"age_years": 41}), 400, "'age_years' must be a text"),
                 (report("p1", assessments=[{"variable": "v", "value": "1"}]), 400, "one of them"),
                 (report("p1", assessments=[{"variable": "v", "value": "1", "day": 10**12}]), 400, "'day' must be"),
                 (report("p1", events=[{"kind": "death", "date": "2025-12-31"}]), 400, "before the treatment"),
                 (report("p1", events=[{"kind": "death", "day": 3, "note": "x"}]), 400, "'note' is not known"),
                 ({**report("p1"), "institution": "alfred"}, 403, "'osu' only"),
                 ({**report("p1"), "therapy": "unheard-of"}, 422, "register the offer first"),
                 ({**report("p1"), "registers": False}, 422, "register the participant first")]
        for number, (body, status, words) in enumerate(wrong):
            with self.subTest(body=str(body)[:60]):
                said = self.refused(self.post(body, f"key-{number}"), status, words)
                self.assertNotIn("p 1", said, "a value of the report is told")
        self.refused(self.post(report("p1"), None), 400, "Idempotency-Key")
        self.refused(self.post(report("p1"), "a b"), 400, "Idempotency-Key")
        self.refused(self.post(report("p1"), "key", headers={"Content-Type": "text/plain"}), 415)
        self.assertEqual(json.loads(self.must("fsck", self.home, "--json").out)["entries"], first)
        self.assertEqual(self.post(report("p1"), "key-0").status, 201, "a refusal uses up no key")
        self.refused(self.post(report("p1", last_contact={"day": 3}), "key-0"), 409, "use a new key")

    def test_who_has_no_token_is_let_in_nowhere(self):
        for token in ("x", "kensho_" + "0" * 64, self.token[:-1], self.token + "0", self.token.upper()):
            answer = self.post(report("p1"), "key-1", token)
            self.refused(answer, 401)
            self.assertIn("Bearer", answer.headers["WWW-Authenticate"])
        for header in ("", "Bearer", "Bearer ", f"Basic {self.token}", self.token):
            self.refused(self.post(report("p1"), "key-1", headers={"Authorization": header}), 401)
        self.must("client", "remove", self.home, "clinic")
        self.refused(self.post(report("p1"), "key-1"), 401)
        new = self.add_client(self.home, "clinic")
        self.assertEqual(self.post(report("p1"), "key-1", new).status, 201)
        stored = (self.home / "keys" / "clients.json").read_text()
        self.assertNotIn(new, stored)
        self.assertNotIn(new.removeprefix("kensho_"), stored)
        self.assertEqual((self.home / "keys" / "clients.json").stat().st_mode & 0o777, 0o600)

    def test_a_body_too_large_is_refused_before_it_is_read(self):
        answer = self.post("x" * 2_000_000, "key-1")
        self.refused(answer, 413)

    def test_the_command_line_keeps_clients(self):
        self.exits(1, "client", "add", self.home, "clinic", "--organisation", "osu")
        self.exits(1, "client", "add", self.home, "x", "--organisation", "nowhere")
        self.exits(1, "client", "add", self.home, "a b", "--organisation", "osu")
        self.exits(1, "client", "remove", self.home, "nobody")
        self.exits(2, "client", "add", self.home)
        listed = json.loads(self.must("client", "list", self.home, "--json").out)
        self.assertEqual(listed, {"clients": [{"client": "clinic", "organisation": "osu"}]})

    def test_the_server_holds_the_lock_and_ends_in_order(self):
        seq = self.post(report("p1"), "key-1").json["seq"]
        self.says(self.exits(1, "register", self.home, support.EXAMPLE / "registry.toml"), "another process is writing")
        code, told, _ = self.server.stop()
        self.assertEqual(code, 0, told)
        self.assertEqual(self.fsck(self.home), seq + 1)
        log = b"".join(self.server.log).decode()
        for secret in (self.token, "p1", "key-1"):
            self.assertNotIn(secret, log)

    def test_without_accept_nothing_is_taken(self):
        self.post(report("p1"), "key-1")
        self.server.stop()
        self.must("publish", self.home)
        with support.Server(self.home) as server, contextlib.closing(connect(server.port)) as connection:
            self.assertIn(ask(connection, "POST", "/api/v1/cases", headers_of(self.token, "key-2"),
                              report("p2")).status, (404, 405))
            self.assertEqual(ask(connection, "GET", "/api/v1/receipts/10", headers_of(self.token)).status, 404)
            self.assertEqual(ask(connection, "GET", "/api/v1/proofs/10").status, 200)


class Sender(threading.Thread):
    """A client that sends one report after the other and repeats each until it is answered."""

    def __init__(self, test, name, token):
        super().__init__(name=name)
        self.test, self.token = test, token
        self.random = random.Random(f"{SEED} {name}")
        self.accepted = []  # (key, body, seq)
        self.repeats = 0
        self.connection = None
        self.problems = []

    def run(self):
        try:
            number = 0
            while not self.test.enough.is_set():
                key = f"{self.name}-{number}"
                body = report(f"{self.name}-p{number}", baseline={"age_years": str(number % 90)})
                self.accepted.append((key, body, self.send(key, body, (200, 201))))
                number += 1
                if self.random.random() < 0.05:
                    self.repeat()
        except Exception as problem:  # shown by the test
            self.problems.append(repr(problem))
        finally:
            self.disconnect()

    def disconnect(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def repeat(self):
        """An earlier key again: with its own content, then with other content."""
        key, body, seq = self.random.choice(self.accepted)
        again = self.send(key, body, (200,))
        if again != seq:
            self.problems.append(f"{key} was entry {seq} and is now entry {again}")
        self.send(key, {**body, "last_contact": {"day": 1}}, (409,))
        self.repeats += 1

    def send(self, key, body, expected):
        """Sends until there is an answer; the server may be killed and come back at any moment."""
        begin = time.monotonic()
        while time.monotonic() - begin < GIVE_UP_SECONDS:
            try:
                if not self.connection:
                    self.connection = connect(self.test.port)
                answer = ask(self.connection, "POST", "/api/v1/cases", headers_of(self.token, key), body)
            except (OSError, http.client.HTTPException):
                self.disconnect()
                time.sleep(0.005)
                continue
            if answer.status == 503:
                time.sleep(0.02)
                continue
            if answer.status not in expected:
                raise AssertionError(f"{key}: {answer.status} {answer.content[:300]!r}")
            if answer.status == 409:
                return None
            proof = Proof(answer.json["receipt"])
            self.test.served.add((proof.size, proof.root))
            return answer.json["seq"]
        raise AssertionError(f"{key}: no answer in {GIVE_UP_SECONDS} s")


class Watcher(threading.Thread):
    """Reads the public log's checkpoint again and again."""

    def __init__(self, test):
        super().__init__()
        self.test, self.read = test, 0

    def run(self):
        while not self.test.enough.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                with contextlib.closing(connect(self.test.port)) as connection:
                    answer = ask(connection, "GET", "/log/checkpoint")
                    if answer.status == 200:
                        self.test.served.add(size_and_root(answer.content.decode()))
                        self.read += 1
            time.sleep(0.01)


class KilledUnderLoad(SubmitTest):
    def serve(self):
        self.server = support.Server(self.home, "--accept")
        self.port = self.server.port

    def kill(self):
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()
        self.server.__exit__()

    def test_killed_at_any_moment_every_acknowledged_entry_is_there_once(self):
        moments = random.Random(SEED)
        self.home = self.make_home()
        before = self.fsck(self.home)
        self.served, self.enough = set(), threading.Event()
        tokens = [self.add_client(self.home, f"client{i}") for i in range(CLIENTS)]
        self.serve()
        senders = [Sender(self, f"client{i}", token) for i, token in enumerate(tokens)]
        watcher = Watcher(self)
        for thread in [*senders, watcher]:
            thread.start()
        try:
            for _ in range(KILLS):
                acknowledged = sum(len(sender.accepted) for sender in senders)
                while sum(len(sender.accepted) for sender in senders) < acknowledged + 20:
                    self.assertTrue(all(sender.is_alive() for sender in senders), [s.problems for s in senders])
                    time.sleep(0.001)
                time.sleep(moments.uniform(0, 0.4))
                self.kill()
                self.serve()
        finally:
            self.enough.set()
            for thread in [*senders, watcher]:
                thread.join()
        self.assertEqual([sender.problems for sender in senders], [[] for _ in senders])
        entries = self.entries_by_receipt(before, tokens[0])
        code, told, _ = self.server.stop()
        self.server.__exit__()
        self.assertEqual(code, 0, told)
        self.judge(before, senders, entries)
        print(f"{KILLS} kills, {len(entries)} entries acknowledged, {len(self.served)} checkpoints served, "
              f"{sum(sender.repeats for sender in senders)} repeats asked for, {watcher.read} checkpoint readings")

    def entries_by_receipt(self, first, token):
        """What the registry itself says it holds from `first` on: the submission of each entry, by seq."""
        entries, seq = {}, first
        with contextlib.closing(connect(self.port)) as connection:
            while True:
                answer = ask(connection, "GET", f"/api/v1/receipts/{seq}", headers_of(token))
                if answer.status == 404:
                    return entries
                self.assertEqual(answer.status, 200, answer.content)
                opening = Proof(answer.content.decode()).opening
                self.assertEqual(opening["header"]["seq"], seq)
                entries[seq] = opening["sealed"]["payload"]
                seq += 1

    def judge(self, before, senders, entries):
        self.assertEqual(self.fsck(self.home), before + len(entries))
        seq_of = {}
        for seq, payload in entries.items():
            key = payload["submission"]["key"]
            self.assertNotIn(key, seq_of, "an entry is there twice")
            seq_of[key] = seq
        acknowledged = 0
        for sender in senders:
            for key, body, seq in sender.accepted:
                self.assertEqual(seq_of.get(key), seq, f"{key} was acknowledged as entry {seq}")
                self.assertEqual(entries[seq], {**body, "submission": {"client": sender.name, "key": key}})
                acknowledged += 1
        self.assertEqual(acknowledged, len(entries), "an entry that no client was ever told of")
        self.judge_checkpoints(before + len(entries))

    def judge_checkpoints(self, size):
        """Every checkpoint that was ever served is of the first entries of the final log."""
        wanted = dict(self.served)
        self.assertEqual(len(wanted), len(self.served), "two roots were signed for one size")
        roots, leaves = Roots(), []
        for leaf in self.leaves_of_log(size):
            leaves.append(hash_of(b"\0", leaf))
            roots.add(leaves[-1])
            root = wanted.pop(roots.size, None)
            if root is not None:
                self.assertEqual(roots.root(), root, f"the checkpoint of {roots.size} is of another history")
        self.assertEqual(wanted, {}, "checkpoints of entries that are gone")
        self.assertEqual(tree_hash(leaves[:1000]), self.root_of(leaves[:1000]), "the test's two ways to a root")

    @staticmethod
    def root_of(leaves):
        roots = Roots()
        for leaf in leaves:
            roots.add(leaf)
        return roots.root()

    def leaves_of_log(self, size):
        """The leaf data in the entry bundles of the public log, from its files."""
        for bundle in range((size + 255) // 256):
            width = min(256, size - bundle * 256)
            name = index_path(bundle) + (f".p/{width}" if width < 256 else "")
            data = (self.home / "log" / "tile" / "entries" / name).read_bytes()
            at = 0
            for _ in range(width):
                length = int.from_bytes(data[at:at + 2], "big")
                yield data[at + 2:at + 2 + length]
                at += 2 + length


if __name__ == "__main__":
    unittest.main()
