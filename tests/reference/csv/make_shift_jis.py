#!/usr/bin/env python3
"""Writes shift_jis/: every character of CP932 as Python's codec reads it, as CSV, in both encodings.

Two columns: the bytes in hexadecimal, the character. Left out: control characters (no place in CSV
text) and the single bytes 80, A0 and FD..FF (Kensho refuses them; unlike Windows).
Run in this folder: python3 make_shift_jis.py
"""
import pathlib

def decode(raw):
    try:
        return raw.decode("cp932")
    except UnicodeDecodeError:
        return None

singles = [bytes([b]) for b in range(0x20, 0x100) if b not in (0x7F, 0x80, 0xA0, 0xFD, 0xFE, 0xFF)]
leads = [b for b in range(0x81, 0xFD) if not 0xA0 <= b <= 0xDF]
doubles = [bytes([lead, trail]) for lead in leads for trail in range(0x100)]
valid = [raw for raw in singles + doubles if (text := decode(raw)) is not None and len(text) == 1]

out = pathlib.Path("shift_jis")
out.mkdir(exist_ok=True)
rows = [raw.hex().encode() + b',"' + raw.replace(b'"', b'""') + b'"\r\n' for raw in valid]
cp932 = b"bytes,character\r\n" + b"".join(rows)
(out / "table_cp932.csv").write_bytes(cp932)
utf8 = b"bytes,character\r\n" + b"".join(
    raw.hex().encode() + b',"' + decode(raw).replace('"', '""').encode("utf-8") + b'"\r\n' for raw in valid)
(out / "table_utf8.csv").write_bytes(utf8)
