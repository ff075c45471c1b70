#!/usr/bin/env python3
"""Prints the policy and the receipt of docs/receipts.md, made from that page alone: Python and the openssl
command, nothing of this program. Run anywhere; the output does not change."""
import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import tempfile

DER_OF_SEED = bytes.fromhex("302e020100300506032b657004220420")  # RFC 8410
LOG, WITNESS = 1, 4
TIME_S = 1717729300


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def text_of(data):
    return base64.b64encode(data).decode()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Key:
    def __init__(self, name, kind):
        self.name, self.kind, self.seed = name, kind, sha256(f"kensho example: {name}".encode())
        public = self.openssl("pkey", "-pubout", "-outform", "DER", "-in")[-32:]
        self.id = sha256(name.encode(), b"\n", bytes([kind]), public)[:4]
        self.vkey = f"{name}+{self.id.hex()}+{text_of(bytes([kind]) + public)}"

    def openssl(self, *command):
        with tempfile.TemporaryDirectory() as folder:
            key = pathlib.Path(folder, "key")
            key.write_bytes(DER_OF_SEED + self.seed)
            return subprocess.run(["openssl", *command, key, "-keyform" if command[0] == "pkeyutl" else "-inform", "DER"],
                                  stdout=subprocess.PIPE, check=True).stdout

    def line(self, message, time=b""):
        with tempfile.NamedTemporaryFile() as file:
            file.write(message)
            file.flush()
            signature = self.openssl("pkeyutl", "-sign", "-rawin", "-in", file.name, "-inkey")
        return f"\u2014 {self.name} {text_of(self.id + time + signature)}\n"


def main():
    key = sha256(b"kensho example: key of the entry")
    payload = {"institution": "aomisaki", "last_contact": {"day": 90}, "participant": "AM-0002", "therapy": "adsc-knee"}
    sealed = {"payload": payload, "reason": "", "subject": "AM-0002"}
    header = {"actor": "clinic-staff", "commitment": hmac.new(key, canonical(sealed), "sha256").hexdigest(),
              "kind": "case.reported", "organisation": "aomisaki", "seq": 1, "time_us": 1717729260000000}
    data = sha256(b"kensho journal leaf v1\n", canonical(header))
    first, third = (sha256(b"\0", sha256(f"kensho example: leaf {i}".encode())) for i in (0, 2))
    root = sha256(b"\1", sha256(b"\1", first, sha256(b"\0", data)), third)
    log, witness = Key("log.example/registry", LOG), Key("witness.example/w", WITNESS)
    text = f"{log.name}\n3\n{text_of(root)}\n"
    cosigned = f"cosignature/v1\ntime {TIME_S}\n{text}".encode()
    opening = canonical({"header": header, "key": key.hex(), "sealed": sealed})
    print(f"log {log.vkey}\nwitness university {witness.vkey}\nquorum university\n")
    print("\n".join(["c2sp.org/tlog-proof@v1", f"extra {text_of(opening)}", "index 1", text_of(first), text_of(third), "",
                     text, log.line(text.encode()) + witness.line(cosigned, TIME_S.to_bytes(8, "big"))]))
    print(f"leaf data {data.hex()}")


if __name__ == "__main__":
    main()
