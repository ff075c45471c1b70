#!/usr/bin/env python3
"""Makes cosignatures.json and policies.json: a second implementation of c2sp.org/signed-note,
c2sp.org/tlog-cosignature and c2sp.org/tlog-policy, on the signatures of the Python package
`cryptography` (48.0.0 made these files). Run it in this folder; the output does not change.

The checkpoint under "published" is what the log arche2025h1.staging.ct.transparency.dev served with
the cosignatures of four operators; its keys are those the operators publish. It stands, as a test
vector, in the Python package tlog_scales. Nothing of it was made here; this script verifies it.
"""
import base64
import hashlib
import json
import random

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LOG, WITNESS = 1, 4
PUBLISHED_NOTE = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""
PUBLISHED_LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
PUBLISHED_WITNESSES = [
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
]


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


class Key:
    def __init__(self, name, kind, number):
        self.name, self.kind = name, kind
        self.seed = hashlib.sha256(f"kensho test key {number}".encode()).digest()
        self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = key_id(name, kind, self.public)
        self.vkey = f"{name}+{self.id.hex()}+{base64.b64encode(bytes([kind]) + self.public).decode()}"

    def sign(self, text):
        return line(self.name, self.id + self.private.sign(text.encode()))

    def cosign(self, text, time):
        message = f"cosignature/v1\ntime {time}\n{text}".encode()
        return line(self.name, self.id + time.to_bytes(8, "big") + self.private.sign(message))


def line(name, payload):
    return f"— {name} {base64.b64encode(payload).decode()}\n"


def verify_published():
    text, _, lines = PUBLISHED_NOTE.partition("\n\n")
    text += "\n"
    times = []
    for vkey in [PUBLISHED_LOG] + PUBLISHED_WITNESSES:
        name, number, material = vkey.split("+", 2)
        kind, public = base64.b64decode(material)[0], base64.b64decode(material)[1:]
        assert key_id(name, kind, public).hex() == number
        own = [base64.b64decode(l.split(" ")[2]) for l in lines.splitlines() if l.split(" ")[1] == name]
        payload, = [p[4:] for p in own if p[:4].hex() == number]
        message = text
        if kind == WITNESS:
            times.append(int.from_bytes(payload[:8], "big"))
            message = f"cosignature/v1\ntime {times[-1]}\n{text}"
            payload = payload[8:]
        Ed25519PublicKey.from_public_bytes(public).verify(payload, message.encode())
    return times


def cosignatures():
    published = {"note": PUBLISHED_NOTE, "log": PUBLISHED_LOG, "witnesses": [
        {"key": key, "time": time} for key, time in zip(PUBLISHED_WITNESSES, verify_published())]}
    made = []
    texts = ["example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
             "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
             "レジストリ.example/log\n18446744073709551615\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\nlines\n"]
    for number, name in enumerate(["witness.example/w1", "証人.example", "w"]):
        key = Key(name, WITNESS, number)
        for text in texts:
            for time in [0, 1, 1679315147, 2**32, 2**53 + 1]:
                made.append({"name": name, "seed": key.seed.hex(), "key": key.vkey, "text": text,
                             "time": time, "line": key.cosign(text, time)})
    return {"published": published, "made": made}


class Refused(Exception):
    pass


def refuse(unless, line_number):
    if not unless:
        raise Refused(line_number)


def evaluate(policy, cosigned):
    """Whether the vkeys in `cosigned` meet the policy; Refused(line) for one that is no policy,
    line 0 where no single line is at fault."""
    if policy and not policy.endswith("\n"):
        raise Refused(0)
    logs, witnesses, met, grouped, quorum = set(), set(), {}, set(), None
    for number, text in enumerate(policy.split("\n")[:-1], 1):
        refuse(all(c == "\t" or (ord(c) >= 0x20 and c != "\x7f") for c in text), number)
        words = [w for w in text.replace("\t", " ").split(" ") if w]
        if not words or words[0].startswith("#"):
            continue
        kind, arguments = words[0], words[1:]
        refuse(kind in ("log", "witness", "group", "quorum"), number)
        if kind in ("log", "witness"):
            vkey_at = 0 if kind == "log" else 1
            refuse(len(arguments) in (vkey_at + 1, vkey_at + 2), number)
            vkey = arguments[vkey_at]
            public = read_vkey(vkey, LOG if kind == "log" else WITNESS, number)
            known = logs if kind == "log" else witnesses
            refuse(public not in known, number)
            known.add(public)
        if kind in ("witness", "group"):
            refuse(len(arguments) >= 2, number)
            refuse(arguments[0] != "none" and arguments[0] not in met, number)
        if kind == "witness":
            met[arguments[0]] = vkey in cosigned
        if kind == "group":
            name, threshold, members = arguments[0], arguments[1], arguments[2:]
            refuse(members and len(set(members)) == len(members), number)
            refuse(all(m in met and m not in grouped for m in members), number)
            grouped.update(members)
            k = {"any": 1, "all": len(members)}.get(threshold)
            if k is None:
                refuse(threshold.isascii() and threshold.isdecimal() and threshold[0] != "0", number)
                k = int(threshold)
            refuse(1 <= k <= len(members), number)
            met[name] = sum(met[m] for m in members) >= k
        if kind == "quorum":
            refuse(quorum is None and len(arguments) == 1, number)
            refuse(arguments[0] == "none" or arguments[0] in met, number)
            quorum = arguments[0]
    if quorum is None:
        raise Refused(0)
    return quorum == "none" or met[quorum]


def read_vkey(vkey, kind, number):
    parts = vkey.split("+", 2)
    refuse(len(parts) == 3 and parts[0], number)
    try:
        material = base64.b64decode(parts[2], validate=True)
    except ValueError:
        raise Refused(number)
    refuse(len(material) == 33 and material[0] == kind, number)
    refuse(key_id(parts[0], kind, material[1:]).hex() == parts[1], number)
    return material[1:]


def random_policy(chance, log, keys):
    """Witnesses in groups in groups, at random; every name a member at most once."""
    count = chance.randint(1, len(keys))
    lines = [f"witness w{i} {keys[i].vkey}" + chance.choice(["", f" https://w{i}.example/"])
             for i in range(count)]
    free, groups = [f"w{i}" for i in range(count)], 0
    while len(free) > 1 and chance.random() < 0.8:
        chance.shuffle(free)
        size = chance.randint(1, len(free))
        members, free = free[:size], free[size:]
        threshold = chance.choice(["any", "all", str(chance.randint(1, size))])
        lines.append(f"group g{groups}\t{threshold}  {' '.join(members)}")
        free.append(f"g{groups}")
        groups += 1
    lines.insert(chance.randint(0, len(lines)), f"  log {log.vkey} https://log.example/ ")
    lines.insert(chance.randint(0, len(lines)), "# 注 a comment")
    lines.append(f"quorum {chance.choice(free + ['none'])}")
    return "\n".join(lines) + "\n"


def policies():
    chance = random.Random(7)
    log, stranger = Key("example.com/log", LOG, 100), Key("other.example", WITNESS, 99)
    keys = [Key(f"witness{i}.example/w", WITNESS, i) for i in range(7)]
    text = "example.com/log\n12\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    cases = []
    for _ in range(120):
        policy = random_policy(chance, log, keys)
        share = chance.random()
        cosigned = [key for key in keys if chance.random() < share]
        lines = [key.cosign(text, 1700000000 + i) for i, key in enumerate(cosigned)]
        lines += [key.cosign(text, 1600000000) for key in cosigned[:1]]  # one witness twice
        lines += [log.sign(text), stranger.cosign(text, 5)]
        chance.shuffle(lines)
        cases.append({"policy": policy, "note": text + "\n" + "".join(lines),
                      "cosigned": sorted(key.vkey for key in cosigned),
                      "met": evaluate(policy, {key.vkey for key in cosigned})})
    return {"cases": cases, "refused": refused(log, keys)}


def refused(log, keys):
    w = [f"witness w{i} {keys[i].vkey}\n" for i in range(4)]
    as_log = Key("example.com/log", WITNESS, 100).vkey
    plain = Key("witness0.example/w", LOG, 0).vkey
    renamed = Key("renamed.example", WITNESS, 0).vkey
    texts = [
        "", "\n", "quorum", "quorum none", "quorum none\nquorum none\n", "quorum\n",
        "quorum none none\n", "quorum w0\n" + w[0], w[0] + "quorum W0\n", "quorum w0\n",
        f"log\nquorum none\n", f"log {as_log}\nquorum none\n", f"log {log.vkey}\nlog {log.vkey}\n",
        f"log {log.vkey} u u\nquorum none\n", f"log {log.vkey[:-1]}\nquorum none\n",
        f"Log {log.vkey}\nquorum none\n", f"witness w0 {plain}\nquorum w0\n",
        f"witness {keys[0].vkey}\nquorum none\n", w[0] + w[0] + "quorum w0\n",
        w[0] + f"witness again {keys[0].vkey}\nquorum w0\n",
        w[0] + f"witness again {renamed}\nquorum w0\n",
        w[0] + f"witness w0 {keys[1].vkey}\nquorum w0\n",
        f"witness none {keys[0].vkey}\nquorum none\n",
        w[0] + f"group g any w0\nwitness g {keys[1].vkey}\nquorum g\n",
        w[0] + "group g any\nquorum g\n", w[0] + "group g\nquorum w0\n",
        w[0] + "group none any w0\nquorum none\n", w[0] + "group w0 any w0\nquorum w0\n",
        w[0] + "group g any w0 none\nquorum g\n", w[0] + "group g any g\nquorum g\n",
        w[0] + "group g any w1\n" + w[1] + "quorum g\n",
        w[0] + "group g 0 w0\nquorum g\n", w[0] + "group g 2 w0\nquorum g\n",
        w[0] + "group g -1 w0\nquorum g\n", w[0] + "group g +1 w0\nquorum g\n",
        w[0] + "group g 01 w0\nquorum g\n", w[0] + "group g 1.0 w0\nquorum g\n",
        w[0] + "group g ANY w0\nquorum g\n", w[0] + "group g 99999999999999999999 w0\nquorum g\n",
        w[0] + w[1] + "group g 2 w0 w0\nquorum g\n",
        w[0] + w[1] + "group g any w0 w1\ngroup h any g w0\nquorum h\n",
        w[0] + "group g any w0\ngroup h any w0\nquorum h\n",
        w[0] + "quorum w0\r\n", w[0] + "# \x01\nquorum w0\n", w[0] + "quorum\x0bw0\n",
        w[0] + "quorum w0\x7f\n", w[0] + "quorum w0\x00\n", w[0] + "w0\nquorum w0\n",
        "quorum\u00a0none\n", w[0] + "quorum w0 # why\n",
    ]
    answers = []
    for text in texts:
        try:
            evaluate(text, set())
        except Refused as problem:
            answers.append({"policy": text, "line": problem.args[0]})
        else:
            raise AssertionError(text)
    return answers


def write(name, document):
    with open(name, "w", encoding="utf-8") as out:
        json.dump(document, out, ensure_ascii=False, indent=1)
        out.write("\n")


if __name__ == "__main__":
    write("cosignatures.json", cosignatures())
    write("policies.json", policies())
