"""`kensho serve`: pages, log and status over HTTP, and a log that anyone can check with these bytes alone."""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

import support
from test_crash import MAPPING

# Above 65536 entries the log has three levels of tiles.
ROWS = 700 if os.environ.get("KENSHO_QUICK") else 66_000
IDLE_MIB_MAX = 40
STOP_SECONDS_MAX = 3
LARGE_BYTES = 30_000_000
TILE_WIDTH = 256

STRICT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CONTENT_POLICY = ["default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]


def hash_of(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tree_hash(leaves):
    """RFC 6962 section 2.1, as it is written there (leaves are hashed already)."""
    if not leaves:
        return hash_of()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hash_of(b"\1", tree_hash(leaves[:split]), tree_hash(leaves[split:]))


def index_path(index):
    """A tile's index in a path, by C2SP tlog-tiles: 1234067 is x001/x234/067."""
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts)


def tiles_of_level(size):
    """(path of the tile, its width) for `size` hashes on a level."""
    for index in range((size + TILE_WIDTH - 1) // TILE_WIDTH):
        width = min(TILE_WIDTH, size - index * TILE_WIDTH)
        yield index_path(index) + (f".p/{width}" if width < TILE_WIDTH else ""), width


class ServerTest(support.KenshoTest):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        cls.base = pathlib.Path(holder.name)
        cls.home = cls.make_home()
        cls.server = support.Server(cls.home)
        cls.addClassCleanup(cls.server.__exit__)

    @classmethod
    def make_home(cls):
        return support.make_example(support.EXAMPLE, cls.base / "home")

    def ask(self, path, method="GET", headers=None, server=None):
        connection = http.client.HTTPConnection("127.0.0.1", (server or self.server).port, timeout=20)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            answer.content = answer.read()
            return answer
        finally:
            connection.close()

    def fetch(self, path, status=200):
        answer = self.ask(path)
        self.assertEqual(answer.status, status, f"{path}: {answer.content[:300]!r}")
        return answer.content


class Pages(ServerTest):
    def test_the_root_leads_to_the_language_asked_for(self):
        for asked, language in (("ja", "ja"), ("en", "en"), ("en-US,en;q=0.9,ja;q=0.5", "en"), ("fr", "ja"),
                                ("ja-JP,ja;q=0.9,en;q=0.8", "ja"), ("en;q=0.1,ja;q=0.2", "ja"), ("", "ja"),
                                ("x" * 5000, "ja"), (",;q=,=", "ja")):
            with self.subTest(asked=asked[:40]):
                answer = self.ask("/", headers={"Accept-Language": asked})
                self.assertEqual((answer.status, answer.headers["Location"]), (302, f"/{language}/"))
                self.assertIn("Accept-Language", answer.headers["Vary"])

    def test_every_published_file_is_served_as_it_was_sealed(self):
        manifest = json.loads(self.fetch("/manifest.json"))
        for page in manifest["files"]:
            with self.subTest(page["path"]):
                content = self.fetch("/" + page["path"])
                self.assertEqual(hashlib.sha256(content).hexdigest(), page["sha256"])
        for name in ("manifest.entry.json", "manifest.tlog-proof"):
            self.assertEqual(self.fetch("/" + name), (self.home / "site" / name).read_bytes())

    def test_pages_are_html_in_their_language(self):
        for language in ("en", "ja"):
            answer = self.ask(f"/{language}/")
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")
            self.assertIn(f'<html lang="{language}"', answer.content.decode())
            folder = self.ask(f"/{language}")
            self.assertEqual((folder.status, folder.headers["Location"]), (308, f"/{language}/"))

    def test_a_page_known_to_the_browser_is_not_sent_again(self):
        tag = self.ask("/en/").headers["ETag"]
        answer = self.ask("/en/", headers={"If-None-Match": tag})
        self.assertEqual((answer.status, answer.content), (304, b""))

    def test_head_answers_like_get_without_content(self):
        for path in ("/en/", "/healthz", "/api/v1/status", "/log/checkpoint", "/site.css"):
            get, head = self.ask(path), self.ask(path, "HEAD")
            self.assertEqual((head.status, head.content), (200, b""), path)
            for name in ("Content-Length", "Content-Type"):
                self.assertEqual(head.headers[name], get.headers[name], path)

    def test_every_answer_carries_the_strict_headers(self):
        for path, status in (("/en/", 200), ("/site.css", 200), ("/healthz", 200), ("/api/v1/status", 200),
                             ("/log/checkpoint", 200), ("/none", 404), ("/", 302), ("/en", 308)):
            with self.subTest(path):
                answer = self.ask(path)
                self.assertEqual(answer.status, status)
                for name, value in STRICT_HEADERS.items():
                    self.assertEqual(answer.headers[name], value, name)
                for part in CONTENT_POLICY:
                    self.assertIn(part, answer.headers["Content-Security-Policy"])
                self.assertIsNone(answer.headers["Server"])
                self.assertIsNone(answer.headers["Set-Cookie"])

    def test_status_and_health(self):
        self.assertEqual(self.fetch("/healthz"), b"ok\n")
        status = json.loads(self.fetch("/api/v1/status"))
        _, size, root = self.fetch("/log/checkpoint").decode().split("\n")[:3]
        self.assertEqual(status["log"]["size"], int(size))
        self.assertEqual(status["log"]["root"], base64.b64decode(root).hex())
        self.assertEqual(status["site"]["registry"], "transplant-example")
        self.assertIs(status["site"]["simulated"], False)

    def test_what_is_not_there_or_not_meant_is_refused(self):
        for path, method, status in (
                ("/none", "GET", 404), ("/en/none.html", "GET", 404), ("/api/v1/none", "GET", 404),
                ("/log/tile/0/001", "GET", 404), ("/log/tile/9/000", "GET", 404), ("/log/tile/x", "GET", 404),
                ("/log/tile/0/000.p/999", "GET", 404), ("/log/tile/0/1", "GET", 404), ("/log/", "GET", 404),
                ("/en/", "POST", 405), ("/en/", "DELETE", 405), ("/healthz", "PUT", 405)):
            with self.subTest(path=path, method=method):
                self.assertEqual(self.ask(path, method).status, status)

    def test_nothing_outside_the_site_is_served(self):
        secret = (self.home / "keys" / "log.key").read_bytes()
        (self.home / "site" / ".hidden").write_text("hidden")
        (self.home / "site" / "linked").symlink_to(self.home / "keys")
        self.addCleanup((self.home / "site" / "linked").unlink)
        self.addCleanup((self.home / "site" / ".hidden").unlink)
        for path in ("/../keys/log.key", "/en/../../keys/log.key", "/%2e%2e/keys/log.key", "/..%2fkeys%2flog.key",
                     "/en/%2e%2e/%2e%2e/keys/log.key", "/linked/log.key", "/.hidden", "/..\\keys\\log.key",
                     "/%00", "/en/%00index.html", "//etc/passwd", "/keys/log.key", "/journal.sqlite",
                     "/log/../keys/log.key", "/log/tile/../../keys/log.key", "/log/tile/%2e%2e/%2e%2e/keys/log.key",
                     "/....//keys/log.key", "/%c0%ae%c0%ae/keys/log.key", "/site/../journal.sqlite"):
            with self.subTest(path):
                answer = self.raw(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
                self.assertRegex(answer, rb"^HTTP/1\.1 (400|404) ")
                self.assertNotIn(secret.split()[1], answer)
                self.assertNotIn(str(self.home).encode(), answer, "tells where it lives")

    def test_requests_that_are_no_http_are_refused(self):
        for request in (b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01" + b"\0" * 300,
                        b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"):
            with self.subTest(request=request[:40]):
                answer = self.raw(request)
                self.assertRegex(answer, rb"^(HTTP/1\.1 [45]\d\d |$)")
        self.assertEqual(self.fetch("/healthz"), b"ok\n")

    def raw(self, request):
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=15) as connection:
            try:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                answer = b""
                while piece := connection.recv(65536):
                    answer += piece
                return answer
            except ConnectionResetError:
                return b""

    def test_it_is_small_when_idle_and_logs_no_one(self):
        for _ in range(200):
            self.fetch("/en/?name=someone")
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        resident_mib = int(status.split("VmRSS:")[1].split()[0]) / 1024
        if not support.is_sanitized():
            self.assertLess(resident_mib, IDLE_MIB_MAX)
        logged = b"".join(self.server.log).decode()
        self.assertIn('"event":"request"', logged)
        for personal in ("127.0.0.1", "someone", "Mozilla"):
            self.assertNotIn(personal, logged)
        for line in logged.splitlines():
            json.loads(line)


class Stopping(ServerTest):
    def test_a_signal_ends_it_at_once(self):
        with support.Server(self.home) as server:
            self.ask("/en/", server=server)
            idle = socket.create_connection(("127.0.0.1", server.port))
            self.addCleanup(idle.close)
            code, said, seconds = server.stop()
        self.assertEqual((code, said), (0, "Stopped.\n"))
        self.assertLess(seconds, STOP_SECONDS_MAX)

    def test_an_answer_under_way_is_sent_to_its_end(self):
        large = self.home / "site" / "large.bin"
        large.write_bytes(os.urandom(1000) * (LARGE_BYTES // 1000))
        self.addCleanup(large.unlink)
        with support.Server(self.home) as server:
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
                connection.sendall(b"GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
                content = connection.recv(1000)
                server.process.terminate()
                time.sleep(0.5)
                while piece := connection.recv(1 << 20):
                    content += piece
            self.assertEqual(server.process.wait(timeout=20), 0)
        head, _, body = content.partition(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"HTTP/1.1 200 "))
        self.assertEqual(len(body), LARGE_BYTES)
        self.assertEqual(hashlib.sha256(body).digest(), hashlib.sha256(large.read_bytes()).digest())

    def test_a_port_in_use_is_told(self):
        outcome = self.exits(1, "serve", self.home, "--port", self.server.port)
        self.says(outcome, str(self.server.port))
        self.says(self.exits(1, "serve", self.home, "--address", "nowhere", "--port", "0"), "nowhere")

    def test_a_new_publication_is_served_without_a_restart(self):
        home = pathlib.Path(shutil.copytree(self.home, self.folder / "home"))
        with support.Server(home) as server:
            before = json.loads(self.ask("/manifest.json", server=server).content)["checkpoint"]["size"]
            self.must("publish", home)
            after = json.loads(self.ask("/manifest.json", server=server).content)["checkpoint"]["size"]
            self.assertGreater(after, before)
            self.assertEqual(self.ask("/en/", server=server).status, 200)
            self.assertEqual(json.loads(self.ask("/api/v1/status", server=server).content)["log"]["size"], after + 1)


class Log(ServerTest):
    """The log over HTTP, checked without any of the program's own code."""

    @classmethod
    def make_home(cls):
        home, cases, mapping = cls.base / "home", cls.base / "cases.csv", cls.base / "mapping.toml"
        mapping.write_text(MAPPING)
        with open(cases, "w", encoding="utf-8") as file:
            file.write("id,treated_on,age\n")
            file.writelines(f"p{row},2026-01-{row % 28 + 1:02},{row % 100}\n" for row in range(ROWS))
        for command in (["init", home, "--config", support.EXAMPLE / "registry.toml"],
                        ["import", home, cases, "--mapping", mapping], ["publish", home]):
            done = support.kensho(*command)
            assert done.code == 0, done.err
        return home

    def checkpoint(self):
        note = self.fetch("/log/checkpoint").decode()
        text, _, signatures = note.partition("\n\n")
        origin, size, root = (text + "\n").split("\n")[:3]
        return text + "\n", signatures, origin, int(size), base64.b64decode(root)

    def test_entries_and_tiles_lead_to_the_signed_root(self):
        _, _, _, size, root = self.checkpoint()
        self.assertGreater(size, ROWS)
        leaves = []
        for path, width in tiles_of_level(size):
            bundle, at = self.fetch(f"/log/tile/entries/{path}"), 0
            for _ in range(width):
                length = int.from_bytes(bundle[at:at + 2], "big")
                self.assertEqual(length, 32, "an entry in the log is a commitment and no more")
                leaves.append(hash_of(b"\0", bundle[at + 2:at + 2 + length]))
                at += 2 + length
            self.assertEqual(at, len(bundle), path)
        self.assertEqual(tree_hash(leaves), root, "entries do not lead to the root")

        hashes, level = leaves, 0
        while hashes:
            for place, (path, width) in enumerate(tiles_of_level(len(hashes))):
                tile = self.fetch(f"/log/tile/{level}/{path}")
                self.assertEqual(tile, b"".join(hashes[place * TILE_WIDTH:][:width]), f"{level}/{path}")
            hashes = [tree_hash(hashes[begin:begin + TILE_WIDTH])
                      for begin in range(0, len(hashes) // TILE_WIDTH * TILE_WIDTH, TILE_WIDTH)]
            level += 1
        self.assertEqual(level, 3 if ROWS > 65536 else 2)

    def test_openssl_accepts_the_checkpoint_s_signature(self):
        text, signatures, origin, _, _ = self.checkpoint()
        key_name, key_hash, key = json.loads(self.fetch("/manifest.json"))["key"].split("+", 2)
        key_bytes = base64.b64decode(key)
        self.assertEqual((key_name, key_bytes[0]), (origin, 1), "1 stands for Ed25519")
        self.assertEqual(hash_of(origin.encode(), b"\n", key_bytes)[:4].hex(), key_hash)
        dash, signer, signature = signatures.strip().split(" ")
        self.assertEqual((dash, signer), ("\u2014", origin))
        signature_bytes = base64.b64decode(signature)
        self.assertEqual(signature_bytes[:4].hex(), key_hash)

        files = {name: self.folder / name for name in ("key", "text", "signature")}
        # SubjectPublicKeyInfo of RFC 8410: this head, then the 32 bytes of the key.
        files["key"].write_bytes(bytes.fromhex("302a300506032b6570032100") + key_bytes[1:])
        files["signature"].write_bytes(signature_bytes[4:])
        for content, accepted in ((text, True), (text.replace("\n", "\n ", 1), False)):
            files["text"].write_text(content, encoding="utf-8")
            done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", files["key"],
                                   "-rawin", "-in", files["text"], "-sigfile", files["signature"]],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode == 0, accepted, done.stdout + done.stderr)

    def test_the_seal_of_the_site_is_in_the_tree(self):
        lines = self.fetch("/manifest.tlog-proof").decode().split("\n")
        blank = lines.index("")
        head, note = lines[:blank], "\n".join(lines[blank + 1:])
        self.assertEqual(head[0], "c2sp.org/tlog-proof@v1")
        index = int(next(line for line in head if line.startswith("index ")).split()[1])
        path = [base64.b64decode(line) for line in head[1:] if not line.startswith(("index ", "extra "))]
        _, size, root = note.split("\n")[:3]
        opening = json.loads(self.fetch("/manifest.entry.json"))
        self.assertEqual(opening["seq"], index)
        self.assertEqual(opening["payload"]["manifest_sha256"],
                         hashlib.sha256(self.fetch("/manifest.json")).hexdigest())
        self.assertEqual(root_of(bytes.fromhex(opening["leaf"]), index, int(size), path), base64.b64decode(root))

    def test_tiles_may_be_kept_for_ever_and_the_checkpoint_not(self):
        self.assertIn("immutable", self.ask("/log/tile/0/000").headers["Cache-Control"])
        self.assertIn("no-cache", self.ask("/log/checkpoint").headers["Cache-Control"])


def root_of(leaf, index, size, path):
    """The root that an inclusion proof leads to: RFC 9162 section 2.1.3.2."""
    node, last = index, size - 1
    result = hash_of(b"\0", leaf)
    for sibling in path:
        if node & 1 or node == last:
            result = hash_of(b"\1", sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = hash_of(b"\1", result, sibling)
        node, last = node >> 1, last >> 1
    return result if last == 0 else b""


if __name__ == "__main__":
    unittest.main()
