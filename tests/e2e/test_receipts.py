"""Receipts: the program, the printed page with its QR code, and the page that checks them in a browser.

The page and the program share no code, so each is held against the other and against vectors of third
parties. $KENSHO_SCREENSHOTS: a folder for pictures of the pages. $KENSHO_NO_BROWSER=1: without the browser.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.request
import zlib

import support
import webdriver

SCREENSHOTS = os.environ.get("KENSHO_SCREENSHOTS", "")
REFERENCE = support.ROOT / "tests" / "reference" / "ledger"
LANGUAGES = ("ja", "en")
WIDTHS = (320, 360, 1280)
JAVASCRIPT_LINES_MAX = 150
DER_OF_SEED = bytes.fromhex("302e020100300506032b657004220420")  # RFC 8410: what stands before an Ed25519 seed
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SIMULATED = support.ROOT / "examples" / "knee-osteoarthritis"

# Runs the page's own check on a list of [receipt, trust]; what it claims of each, or which step refuses it.
CHECK_ALL = """
const claims = ({header, sealed, origin, size, root, seen}) => JSON.stringify(
  [header, sealed, origin, String(size), hex(root), [...seen].map(([who, time]) => [who.name ?? who, String(time)])]);
const one = async ([receipt, trust]) => {
  const policy = await policy_of(trust);
  return {claims: claims(await check(receipt.startsWith('KENSHO1:') ? await uncode(receipt) : receipt, policy))};
};
return Promise.all(arguments[0].map(all => one(all).catch(({step = 'form', why = 'damaged'}) => ({step, why}))));
"""


def base45_decoded(text):
    out = b""
    for i in range(0, len(text), 3):
        group = text[i:i + 3]
        value = sum(BASE45.index(c) * 45 ** power for power, c in enumerate(group))
        out += value.to_bytes(len(group) - 1, "big")
    return out


def opening_of(receipt):
    return json.loads(base64.b64decode(re.search(r"^extra (.*)$", receipt, re.M)[1]))


def with_opening(receipt, opening):
    """The receipt with another opening, in canonical JSON (no number of a receipt is a fraction)."""
    text = json.dumps(opening, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return re.sub(r"^extra .*$", "extra " + base64.b64encode(text.encode()).decode(), receipt, flags=re.M)


def flipped(text, position):
    """One bit changed, in a way that leaves ASCII text ASCII."""
    changed = bytearray(text.encode())
    changed[position] ^= 1 << position % 7
    return changed.decode("utf-8", "replace")


class Registry:
    """An example's registry with the receipt of a case report."""

    def __init__(self, folder):
        self.home = support.make_example(SIMULATED, folder / "home")
        self.key = json.loads((self.home / "site" / "manifest.json").read_text())["key"]
        self.entry = 30
        self.receipt = self.receipt_of(self.entry)
        self.checker = folder / "verify-receipt.html"
        made = support.kensho("receipt", "--verifier", self.checker)
        assert made.code == 0, made.err

    def receipt_of(self, entry):
        outcome = support.kensho("receipt", self.home, entry)
        assert outcome.code == 0, outcome.err
        return outcome.out

    def cosigned(self, number):
        """The receipt with a cosignature by OpenSSL, and the witness's key."""
        made = json.loads((REFERENCE / "cosignatures.json").read_text())["made"]
        witness = sorted({(one["name"], one["seed"], one["key"]) for one in made})[number]
        text = self.receipt.split("\n\n")[1] + "\n"
        with tempfile.TemporaryDirectory() as folder:
            key, message = pathlib.Path(folder, "key"), pathlib.Path(folder, "message")
            key.write_bytes(DER_OF_SEED + bytes.fromhex(witness[1]))
            message.write_text(f"cosignature/v1\ntime 1700000000\n{text}")
            signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key,
                                        "-in", message], stdout=subprocess.PIPE, check=True).stdout
        key_id = bytes.fromhex(witness[2].split("+")[1])
        line = base64.b64encode(key_id + (1700000000).to_bytes(8, "big") + signature).decode()
        return f"{self.receipt}\u2014 {witness[0]} {line}\n", witness[2]

    def damaged(self):
        """(what was done, receipt, the step that must refuse it)"""
        good, other = self.receipt, self.receipt_of(self.entry + 1)
        opening, lines = opening_of(good), good.split("\n")
        lied = json.loads(json.dumps(opening))
        lied["sealed"]["payload"]["participant"] = "AM-9999"
        moved = json.loads(json.dumps(opening))
        moved["header"]["organisation"] = "another"
        loose = base64.b64encode(json.dumps(opening).encode()).decode()
        yield "not a receipt", "Dear reader,\n", "form"
        yield "empty", "\n", "form"
        yield "cut", good[:700], "form"
        yield "first line", good.replace("@v1", "@v2", 1), "form"
        yield "no opening", re.sub(r"^extra .*\n", "", good, flags=re.M), "form"
        yield "checkpoint of another size", good.replace("\n1517\n", "\n1518\n"), "signature"
        yield "signature of nobody trusted", good.replace("\u2014 kensho", "\u2014 kensho2"), "signature"
        yield "signature changed", good[:-10] + ("A" if good[-10] != "A" else "B") + good[-9:], "signature"
        yield "another subject", with_opening(good, lied), "opening"
        yield "another organisation", with_opening(good, moved), "inclusion"
        yield "spaces in the opening", re.sub(r"^extra .*$", "extra " + loose, good, flags=re.M), "opening"
        yield "another entry's opening", with_opening(good, opening_of(other)), "inclusion"
        yield "another number", good.replace("\nindex 30\n", "\nindex 31\n"), "inclusion"
        yield "a number outside", good.replace("\nindex 30\n", "\nindex 99999\n"), "inclusion"
        yield "one hash less", "\n".join(lines[:3] + lines[4:]), "inclusion"
        yield "one hash more", "\n".join(lines[:3] + [lines[3]] + lines[3:]), "inclusion"
        yield "another's path", "\n".join(lines[:3] + other.split("\n")[3:]), "inclusion"


class ReceiptTest(support.KenshoTest):
    """What both halves need; one registry for all."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        cls.registry = Registry(pathlib.Path(holder.name))


class ProgramTest(ReceiptTest):
    def written(self, text):
        path = self.folder / "one.tlog-proof"
        path.write_text(text)
        return path

    def proven(self, receipt, *trust):
        return json.loads(self.must("verify", self.written(receipt), *trust, "--json").out)

    def test_a_receipt_of_every_kind_of_entry_proves_it(self):
        kinds = set()
        for entry in [*range(12), *range(30, 1517, 97), *range(1500, 1517)]:
            proven = self.proven(self.registry.receipt_of(entry), "--key", self.registry.key)
            kinds.add(proven["kind"])
            self.assertEqual((proven["proven"], proven["entry"], proven["size"]), (True, entry, 1517))
        self.assertGreaterEqual(len(kinds), 8, kinds)

    def test_it_tells_what_was_reported(self):
        told = self.must("verify", self.written(self.registry.receipt), "--key", self.registry.key)
        self.says(told, "Proven: entry 30", "case.reported", "AM-0002", "koos_pain", "1517 entries")

    def test_damage_is_refused_and_the_step_is_named(self):
        for what, receipt, step in self.registry.damaged():
            with self.subTest(what=what):
                outcome = self.exits(1, "verify", self.written(receipt), "--key", self.registry.key, "--json")
                answer = json.loads(outcome.out)
                self.assertEqual((answer["proven"], answer["step"]), (False, step), self.told(outcome))
                self.says(outcome, "not proven", "That means:")
                self.assertNotIn("AM-", outcome.out + outcome.err)

    def test_another_log_is_refused(self):
        other = "kensho.registry/knee-demo+" + json.loads(
            (REFERENCE / "cosignatures.json").read_text())["published"]["log"].split("+", 1)[1]
        outcome = self.exits(1, "verify", self.written(self.registry.receipt), "--key", other)
        self.says(outcome, "not a verifier key")
        self.exits(1, "verify", self.written(self.registry.receipt))
        self.exits(2, "verify", self.written(self.registry.receipt), "--key", other, "--policy", "x")

    def test_a_policy_asks_for_witnesses(self):
        receipt, witness = self.registry.cosigned(0)
        _, absent = self.registry.cosigned(1)
        policy = self.folder / "policy"
        for quorum, code in (("a", 0), ("b", 1), ("both", 1), ("any", 0), ("none", 0)):
            with self.subTest(quorum=quorum):
                policy.write_text(f"log {self.registry.key}\nwitness a {witness}\nwitness b {absent}\n" +
                                  ("group both all a b\n" if quorum == "both" else "") +
                                  ("group any any a b\n" if quorum == "any" else "") + f"quorum {quorum}\n")
                outcome = self.exits(code, "verify", self.written(receipt), "--policy", policy, "--json")
                answer = json.loads(outcome.out)
                if code:
                    self.assertEqual(answer["step"], "witnesses")
                else:
                    self.assertEqual(answer["witnesses"], [{"name": "a", "time": "2023-11-14T22:13:20.000000Z"},
                                                           {"name": "b", "time": None}])
        self.exits(1, "verify", self.registry.home / "site", "--policy", policy)

    def test_an_erased_entry_opens_its_header_alone(self):
        home, page = self.folder / "home", self.folder / "page.html"
        shutil.copytree(self.registry.home, home)
        person = ("--institution", "aomisaki", "--participant", "AM-0002")
        self.must("withdraw", home, *person, "--reason", "by letter")
        self.must("erase", home, *person, "--reason", "by letter")
        outcome = self.must("receipt", home, 30, "--out", self.folder / "one.tlog-proof", "--html", page)
        self.says(outcome, "was erased")
        receipt = (self.folder / "one.tlog-proof").read_text()
        self.assertEqual(list(opening_of(receipt)), ["header"])
        self.assertEqual(opening_of(receipt)["header"], opening_of(self.registry.receipt)["header"])
        proven = self.proven(receipt, "--key", self.registry.key)
        self.assertEqual((proven["erased"], proven["entry"], proven["kind"]), (True, 30, "case.reported"))
        self.assertIn("Erased.", page.read_text())
        for text in (receipt, page.read_text(), base64.b64decode(re.search(r"extra (.*)", receipt)[1]).decode()):
            self.assertNotIn("AM-0002", text)
        # What was handed out before still proves what it said: nobody can take it back.
        self.assertFalse(self.proven(self.registry.receipt, "--key", self.registry.key)["erased"])

    def test_whoever_holds_a_receipt_can_show_it_without_its_content(self):
        opening = opening_of(self.registry.receipt)
        receipt = with_opening(self.registry.receipt, {"header": opening["header"]})
        proven = self.proven(receipt, "--key", self.registry.key)
        self.assertTrue(proven["erased"])
        self.assertNotIn("payload", proven)
        self.says(self.must("verify", self.written(receipt), "--key", self.registry.key), "was erased")

    def test_files_of_a_receipt_are_their_owners_alone(self):
        out, page = self.folder / "a.tlog-proof", self.folder / "a.html"
        self.must("receipt", self.registry.home, 30, "--out", out, "--html", page)
        self.assertEqual(out.read_text(), self.registry.receipt)
        for path in (out, page):
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def test_refusals(self):
        self.says(self.exits(1, "receipt", self.registry.home, 1517), "there is no entry 1517", "0 to 1516")
        self.exits(2, "receipt")
        self.exits(2, "receipt", self.registry.home)
        self.exits(2, "receipt", self.registry.home, "-1")
        self.exits(1, "receipt", self.folder / "nowhere", 3)
        damaged = self.folder / "code"
        damaged.write_text("KENSHO1:ABC")
        self.says(self.exits(1, "verify", damaged, "--key", self.registry.key), "The check of the form fails")


@unittest.skipIf(os.environ.get("KENSHO_NO_BROWSER") == "1", "KENSHO_NO_BROWSER=1: not tested in a browser")
class PageTest(ReceiptTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = webdriver.Browser()
        cls.addClassCleanup(cls.browser.__exit__)

    def open_checker(self, language="en", width=1280):
        self.browser.set_width(width)
        self.browser.open("about:blank")
        self.browser.open(f"file://{self.registry.checker}#{language}")

    def checked(self, cases):
        """What the page's own check says of [receipt, trust] pairs, in portions that take seconds."""
        told = []
        for i in range(0, len(cases), 50):
            told += self.browser.run(CHECK_ALL, cases[i:i + 50])
        return told

    def use(self, receipt, trust):
        """Fills the page in and presses its button, as a person does; the words of the answer."""
        self.browser.run("document.getElementById('receipt').value = arguments[0];"
                         "document.getElementById('trust').value = arguments[1];"
                         "document.getElementById('answer').replaceChildren();", receipt, trust)
        self.browser.click("#go")
        end = time.monotonic() + 20
        while not (words := self.browser.run("return document.getElementById('answer').innerText")):
            self.assertLess(time.monotonic(), end, "the page does not answer")
            time.sleep(0.02)
        return words

    def picture(self, name):
        if SCREENSHOTS:
            folder = pathlib.Path(SCREENSHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            self.browser.screenshot(folder / f"{name}.png")

    # --- the check itself, without the page around it

    def test_the_page_and_the_program_agree_on_every_damage(self):
        self.open_checker()
        rows = list(self.registry.damaged())
        answers = self.checked([[receipt, self.registry.key] for _, receipt, _ in rows])
        for (what, _, step), answer in zip(rows, answers):
            with self.subTest(what=what):
                # JSON or base64 that cannot be read at all is a matter of form to the page.
                self.assertIn(answer.get("step"), {step, "form"} if step == "opening" else {step}, answer)

    def test_no_byte_of_a_receipt_can_change_without_refusal_or_any_claim_changing(self):
        self.open_checker()
        receipt, witness = self.registry.cosigned(0)
        policy = f"log {self.registry.key}\nwitness a {witness}\nquorum a\n"
        (good,) = self.checked([[receipt, policy]])
        self.assertIn("claims", good)
        cases = [[flipped(receipt, position), policy] for position in range(len(receipt.encode()))]
        for position, answer in enumerate(self.checked(cases)):
            self.assertTrue("step" in answer or answer == good, f"byte {position}: {answer}")

    def test_ed25519_agrees_with_every_wycheproof_vector(self):
        self.open_checker()
        suite = json.loads((REFERENCE / "wycheproof" / "ed25519_test.json").read_text())
        cases = [(group["publicKey"]["pk"], test) for group in suite["testGroups"] for test in group["tests"]]
        self.assertEqual(len(cases), 151)
        for i in range(0, len(cases), 40):
            accepted = self.browser.run(
                "return Promise.all(arguments[0].map(([key, message, signature]) =>"
                " ed25519(unhex(key), unhex(message), unhex(signature))))",
                [[key, test["msg"], test["sig"]] for key, test in cases[i:i + 40]])
            for (_, test), answer in zip(cases[i:i + 40], accepted):
                self.assertEqual(answer, test["result"] == "valid", f"tcId {test['tcId']}: {test['comment']}")

    def test_it_checks_real_witnesses_and_the_policies_of_a_second_implementation(self):
        self.open_checker()
        published = json.loads((REFERENCE / "cosignatures.json").read_text())["published"]
        lines = "".join(f"witness w{i} {one['key']}\n" for i, one in enumerate(published["witnesses"]))
        policy = f"log {published['log']}\n{lines}group all all w0 w1 w2 w3\nquorum all\n"
        opened = ("return policy_of(arguments[1]).then(policy => open_checkpoint(arguments[0], policy).then(({seen}) => "
                  "[[...seen.keys()].filter(who => who === String(who)).sort(), policy.met(seen), String(seen.get('w0'))]))"
                  ".catch(({step, why}) => [step, why])")
        self.assertEqual(self.browser.run(opened, published["note"], policy),
                         [["w0", "w1", "w2", "w3"], True, str(published["witnesses"][0]["time"])])
        suite = json.loads((REFERENCE / "policies.json").read_text())
        for case in suite["cases"]:
            names = {line.split()[2]: line.split()[1] for line in case["policy"].splitlines()
                     if line.split()[:1] == ["witness"]}
            told = self.browser.run(opened, case["note"], case["policy"])
            self.assertEqual(told[:2], [sorted(names[key] for key in case["cosigned"] if key in names), case["met"]],
                             case["policy"])
        for case in suite["refused"]:
            # The text field of the page mends line ends, so it need not refuse them.
            if case["policy"] and (not case["policy"].endswith("\n") or "\r" in case["policy"]):
                continue
            told = self.browser.run(opened, published["note"], case["policy"])
            self.assertEqual(told[0], "trust", case["policy"])

    def test_it_accepts_the_example_of_the_documentation(self):
        page = (support.ROOT / "docs" / "receipts.md").read_text()
        receipt, policy = (re.search(rf"```{name}\n(.*?)```", page, re.S)[1] for name in ("receipt", "policy"))
        self.open_checker()
        (answer,) = self.checked([[receipt, policy]])
        self.assertIn("AM-0002", answer.get("claims", answer))

    def test_erased_and_coded_receipts(self):
        opening = opening_of(self.registry.receipt)
        erased = with_opening(self.registry.receipt, {"header": opening["header"]})
        half = with_opening(self.registry.receipt, {"header": opening["header"], "key": opening["key"]})
        code = self.code_of(self.printed(self.registry.entry))
        self.open_checker()
        whole, header, missing, coded, broken = self.checked(
            [[one, self.registry.key] for one in (self.registry.receipt, erased, half, code, code[:-3])])
        self.assertIn("claims", header)
        self.assertNotIn("AM-0002", header["claims"])
        self.assertEqual(missing["step"], "opening")
        self.assertEqual(coded, whole)
        self.assertEqual(broken["step"], "form")

    # --- the page, as a person meets it

    def test_it_says_what_was_proven_in_both_languages_at_every_width(self):
        told = {"ja": ("この受領証は正しい", "症例の報告", "参加者（仮名）"),
                "en": ("This receipt holds", "A case was reported", "Participant (pseudonym)")}
        for language in LANGUAGES:
            for width in WIDTHS:
                with self.subTest(language=language, width=width):
                    self.open_checker(language, width)
                    self.picture(f"checker_{language}_{width}_empty")
                    words = self.use(self.registry.receipt, self.registry.key)
                    for part in (*told[language], "AM-0002", "koos_pain", "1517", "2024-06-07 03:01:00 UTC"):
                        self.assertIn(part, words)
                    self.assertNotIn(told["en" if language == "ja" else "ja"][0], words)
                    self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), width)
                    self.assertEqual(self.browser.run("return document.documentElement.lang"), language)
                    self.picture(f"checker_{language}_{width}_proven")
                    self.assertEqual(self.browser.console_problems(), [])

    def test_it_says_what_fails_in_both_languages(self):
        words = {"ja": ("証明できません", "受領証ではありません"), "en": ("Not proven", "This is not a receipt")}
        for language in LANGUAGES:
            self.open_checker(language, 360)
            for what, receipt, step in self.registry.damaged():
                with self.subTest(language=language, what=what):
                    said = self.use(receipt, self.registry.key)
                    self.assertIn(words[language][0], said)
                    self.assertNotIn("AM-", said)
                    states = self.browser.run("return [...document.querySelectorAll('#answer li')].map(one => one.className)")
                    self.assertEqual(states.count("failed"), 1, said)
                    if what == "not a receipt":
                        self.assertIn(words[language][1], said)
            self.picture(f"checker_{language}_360_refused")

    def test_it_asks_for_somebody_to_trust(self):
        self.open_checker("en")
        self.assertIn("Give a key or a policy", self.use(self.registry.receipt, "  \n"))
        self.assertIn("not a usable key", self.use(self.registry.receipt, self.registry.key[:-4] + "AAAA"))
        self.assertIn("not a usable policy", self.use(self.registry.receipt, f"log {self.registry.key}\nquorum x\n"))
        receipt, witness = self.registry.cosigned(0)
        policy = f"log {self.registry.key}\nwitness university {witness}\nquorum university\n"
        self.assertIn("Missing: university", self.use(self.registry.receipt, policy))
        said = self.use(receipt, policy)
        self.assertIn("This receipt holds", said)
        self.assertIn("Confirmed by witness university", said)

    def test_what_a_receipt_says_is_text_and_never_markup(self):
        self.open_checker("en")
        said = self.use("<img src=x onerror=document.title='run'>", "<script>document.title='run'</script> $& x")
        self.assertIn("<script>", said)
        self.assertEqual(self.browser.run("return document.querySelectorAll('#answer img, #answer script').length"), 0)

    def test_files_are_chosen_and_the_keyboard_is_enough(self):
        self.open_checker("en", 360)
        for name, text in (("receipt", self.registry.receipt), ("trust", self.registry.key)):
            path = self.folder / name
            path.write_text(text)
            (element,) = self.browser.find(f"#{name}-file")
            self.browser.post(f"/element/{element}/value", text=str(path))
        end = time.monotonic() + 10
        filled = "return ['receipt', 'trust'].every(id => document.getElementById(id).value)"
        while not self.browser.run(filled):
            self.assertLess(time.monotonic(), end, "the chosen files are not read")
        stops = []
        for _ in range(8):
            self.browser.press("Tab")
            stops.append(self.browser.run("return document.activeElement.id"))
            if stops[-1] == "go":
                break
        self.assertEqual(stops, ["speak-en", "receipt-file", "receipt", "trust-file", "trust", "go"])
        self.browser.press("Enter")
        while "This receipt holds" not in self.browser.run("return document.getElementById('answer').innerText"):
            self.assertLess(time.monotonic(), end, "the page does not answer")
        self.assertEqual(self.browser.run("return document.getElementById('answer').getAttribute('aria-live')"), "polite")
        for element in self.browser.find("button, input, textarea"):
            self.assertTrue(self.browser.name_of(element).strip())

    def test_it_is_short_complete_and_needs_nothing_from_elsewhere(self):
        page = self.registry.checker.read_text()
        (script,) = re.findall(r"<script>\n(.*?)</script>", page, re.S)
        self.assertLessEqual(script.count("\n"), JAVASCRIPT_LINES_MAX)
        self.assertNotIn("http", script)
        self.assertFalse(re.findall(r"(?:src|href)=\"(?!data:,)", page))
        words = json.loads(re.search(r'<script type="application/json" id="words">(.*?)</script>', page)[1])
        self.assertEqual(words["en"].keys(), words["ja"].keys())
        used = set(re.findall(r"(?:say\('|data-word=\")(\w+)['\"]", page)) | {
            "why." + one for one in re.findall(r"refuse\('\w+', '(\w+)'", script)} | {"why.damaged"}
        self.assertFalse(used - words["en"].keys())

    def test_the_site_carries_it_and_the_server_lets_it_compute(self):
        with support.Server(self.registry.home) as server:
            for language in LANGUAGES:
                with self.subTest(language=language):
                    self.browser.set_width(1280)
                    self.browser.open(f"{server.url}/{language}/verify/index.html")
                    self.browser.run("document.querySelector('#receipt a.button').click()")
                    self.browser.wait_until_loaded()
                    self.assertTrue(self.browser.url().endswith(f"/verify-receipt.html#{language}"))
                    self.browser.console_problems()
                    said = self.use(self.registry.receipt, self.registry.key)
                    self.assertIn("AM-0002", said)
                    self.assertEqual(self.browser.console_problems(), [])
            with urllib.request.urlopen(f"{server.url}/verify-receipt.html") as answer:
                self.assertEqual(answer.read(), self.registry.checker.read_bytes())

    # --- the printed confirmation

    def printed(self, entry):
        path = self.folder / f"entry-{entry}.html"
        self.must("receipt", self.registry.home, entry, "--html", path)
        return path

    def code_of(self, page, width=1280):
        """The text of the page's QR code, read from its picture by another program."""
        if not shutil.which("zbarimg"):
            self.fail("zbarimg is needed (Debian: zbar-tools)")
        self.browser.set_width(width)
        self.browser.open(f"file://{page}")
        box = self.browser.run("const box = document.querySelector('.code-figure svg').getBoundingClientRect();"
                               "return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height, scale: 3}")
        image = self.browser.chrome("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=box)
        path = self.folder / "code.png"
        path.write_bytes(base64.b64decode(image["data"]))
        read = subprocess.run(["zbarimg", "--raw", "--quiet", "-Sdisable", "-Sqrcode.enable", path],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(read.returncode, 0, read.stderr)
        return read.stdout.removesuffix("\n")

    def test_the_qr_code_holds_the_receipt(self):
        for entry in (0, 3, 30, 700):
            with self.subTest(entry=entry):
                code = self.code_of(self.printed(entry))
                self.assertTrue(code.startswith("KENSHO1:"))
                text = zlib.decompress(base45_decoded(code.removeprefix("KENSHO1:"))).decode()
                self.assertEqual(text, self.registry.receipt_of(entry))
                scanned = self.folder / "scanned.txt"
                scanned.write_text(code + "\n")
                proven = json.loads(self.must("verify", scanned, "--key", self.registry.key, "--json").out)
                self.assertEqual(proven["entry"], entry)

    def test_a_receipt_too_long_for_a_code_says_so_and_names_its_file(self):
        entry = next(one for one in range(30) if len(self.registry.receipt_of(one)) > 6000)
        page = self.printed(entry)
        self.browser.open(f"file://{page}")
        self.assertEqual(self.browser.find(".code-figure"), [])
        words = self.browser.run("return document.body.innerText")
        for part in ("too long for a QR code", "QRコードに収まりません", f"entry-{entry}.tlog-proof"):
            self.assertIn(part, words)

    def test_the_printed_page_fits_and_speaks_both_languages(self):
        page = self.printed(self.registry.entry)
        for width in WIDTHS:
            with self.subTest(width=width):
                self.browser.set_width(width)
                self.browser.open(f"file://{page}")
                self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), width)
                words = self.browser.run("return document.body.innerText")
                for part in ("記録30の受領証", "Receipt of entry 30", "症例の報告", "A case was reported", "AM-0002",
                             "模擬データ", "simulated data"):
                    self.assertIn(part, words)
                for element in self.browser.find("[role=img]"):
                    self.assertTrue(self.browser.name_of(element).strip())
                self.picture(f"confirmation_{width}")
        self.assertEqual(self.browser.console_problems(), [])
        paper = self.browser.chrome("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        pages = len(re.findall(rb"/Type\s*/Page[^s]", base64.b64decode(paper["data"])))
        self.assertLessEqual(pages, 3)


if __name__ == "__main__":
    unittest.main()
