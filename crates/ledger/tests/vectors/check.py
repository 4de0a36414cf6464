#!/usr/bin/env python3
"""A second implementation of the log's bytes, from its description alone (standard library only).

Reads events.txt and computes again, from the inputs of each event, everything that follows from them: encodings, tags,
commitments, leaves, roots, the checkpoint's text and signature, inclusion and consistency proofs.
"""

import base64
import hashlib
import hmac
import sys


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def check(name, computed, frozen):
    if computed != frozen:
        sys.exit(f"{name}: computed {show(computed)}, frozen {show(frozen)}")


def show(value):
    return value.hex() if isinstance(value, bytes) else repr(value)


# Canonical encoding.

SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "bool": 1}


def sized(value):
    return len(value).to_bytes(4, "big") + value


def xbytes(text):
    assert text.startswith("x"), text
    return bytes.fromhex(text[1:])


def encode(field):
    kind, value = field.split(":", 1)
    if kind in SIZES:
        return int(value).to_bytes(SIZES[kind], "big")
    if kind == "i64":
        return int(value).to_bytes(8, "big", signed=True)
    if kind in ("bytes", "str"):
        return sized(xbytes(value))
    if kind == "none":
        return b"\0"
    if kind == "some":
        return b"\1" + sized(xbytes(value))
    if kind == "list":
        items = value.split(",")
        return len(items).to_bytes(4, "big") + b"".join(sized(xbytes(item)) for item in items)
    sys.exit(f"unknown field {field}")


# Merkle tree, recursively, as RFC 6962 section 2.1 defines it.


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\1", root(leaves[:k]), root(leaves[k:]))


def path(index, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return path(index, leaves[:k]) + [root(leaves[k:])]
    return path(index - k, leaves[k:]) + [root(leaves[:k])]


def subproof(old, leaves, whole=True):
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return subproof(old, leaves[:k], whole) + [root(leaves[k:])]
    return subproof(old - k, leaves[k:], False) + [root(leaves[:k])]


def frontier(leaves):
    peaks, start = [], 0
    for bit in reversed(range(len(leaves).bit_length())):
        if len(leaves) >> bit & 1:
            peaks.append(root(leaves[start : start + (1 << bit)]))
            start += 1 << bit
    return peaks


# Ed25519, RFC 8032 section 5.1, slow and plain.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    x1, y1, x2, y2 = *a, *b
    t = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P)
    return x % P, y % P


def times(n, point):
    result = (0, 1)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or y >= P:
        sys.exit("not a point of the curve")
    return (P - x if x & 1 != sign else x), y


def compressed(p):
    return (p[1] | (p[0] & 1) << 255).to_bytes(32, "little")


BASE = point(bytes.fromhex("58" + "66" * 31))


def public_key(seed):
    h = bytearray(hashlib.sha512(seed).digest()[:32])
    h[0] &= 248
    h[31] = h[31] & 127 | 64
    return compressed(times(int.from_bytes(h, "little"), BASE))


def verifies(public, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
    return s < L and times(s, BASE) == add(point(r), times(k, point(public)))


# The file.


class Event:
    def __init__(self):
        self.mailboxes, self.commitments, self.digests, self.fields = [], [], [], {}


def check_leaf(event, frozen):
    f = event.fields
    event_id = bytes.fromhex(f["event_id"][0])
    ticket_key, version = bytes.fromhex(f["ticket"][0]), int(f["ticket"][1])
    noise = bytes.fromhex(f["noise"][0])
    slots = [noise[16 * i : 16 * i + 16] for i in range(8)]
    for i, key in enumerate(event.mailboxes):
        slots[i] = mac(key, event_id)[:16]
    count = bytes([len(event.commitments)])
    sections_root = sha256(b"declic.ledger/sections/v1\0", count, *event.commitments)
    ct_root = sha256(b"declic.ledger/ct/v1\0", count, *event.digests)
    check("sections_root", sections_root.hex(), f["sections_root"][0])
    check("ct_root", ct_root.hex(), f["ct_root"][0])
    leaf = b"".join(
        [
            bytes([1, int(f["kind"][0])]),
            event_id,
            int(f["anchor_size"][0]).to_bytes(8, "big"),
            int(f["time_s"][0]).to_bytes(8, "big"),
            mac(ticket_key, b"t", version.to_bytes(8, "big"))[:16],
            *sorted(slots),
            sections_root,
            ct_root,
        ]
    )
    check("length of a leaf", len(leaf), 242)
    check("leaf", leaf, frozen)
    return leaf


def check_keys(signer, verifier):
    head, name, key_id, key = signer.removeprefix("PRIVATE+KEY+"), *signer.removeprefix("PRIVATE+KEY+").split("+", 2)
    check("form of the signer key", signer, "PRIVATE+KEY+" + head)
    seed = base64.b64decode(key, validate=True)
    check("algorithm", seed[:1], b"\1")
    public = public_key(seed[1:])
    computed_id = sha256(name.encode(), b"\n\1", public)[:4].hex()
    check("key id", key_id, computed_id)
    check("verifier key", verifier, f"{name}+{computed_id}+{base64.b64encode(bytes([1]) + public).decode()}")
    return name, bytes.fromhex(computed_id), public


def check_checkpoint(text, key, leaves):
    name, key_id, public = key
    body = f"{name}\n{len(leaves)}\n{base64.b64encode(root(leaves)).decode()}\n"
    mark, line_name, signature = text.removeprefix(body + "\n").rstrip("\n").split(" ")
    signature = base64.b64decode(signature, validate=True)
    check("signature mark", mark, "\u2014")
    check("name of the signer", line_name, name)
    check("id of the signer", signature[:4], key_id)
    check("signature", verifies(public, body.encode(), signature[4:]), True)
    line = f"\u2014 {name} {base64.b64encode(signature).decode()}\n"
    check("checkpoint", text, f"{body}\n{line}")


def proof_file(index, leaf, leaves, checkpoint):
    lines = ["c2sp.org/tlog-proof@v1", "extra " + base64.b64encode(leaf).decode(), f"index {index}"]
    lines += [base64.b64encode(node).decode() for node in path(index, leaves)]
    return "\n".join(lines) + "\n\n" + checkpoint


def main(file):
    event, key, signer, checkpoint = None, None, None, None
    raw, leaves, files, consistencies = [], [], 0, 0
    for line in open(file, encoding="utf-8"):
        if line.startswith("#"):
            continue
        name, *values = line.rstrip("\n").split(" ")
        if name == "codec":
            check("codec", b"".join(encode(field) for field in values[1:]), bytes.fromhex(values[0]))
        elif name == "signer":
            signer = values[0]
        elif name == "verifier":
            key = check_keys(signer, values[0])
        elif name == "event":
            check("number of the event", int(values[0]), len(leaves))
            event = Event()
        elif name == "k_mbox":
            event.mailboxes.append(bytes.fromhex(values[0]))
        elif name == "section":
            no, salt, content = int(values[0]), bytes.fromhex(values[1]), xbytes(values[2])
            head = b"declic.ledger/section/v1\0" + bytes([no]) + len(content).to_bytes(8, "big")
            event.commitments.append(mac(salt, head, content))
        elif name == "commitment":
            check("commitment", event.commitments[-1].hex(), values[0])
        elif name == "object":
            event.digests.append(sha256(bytes.fromhex(values[0])))
        elif name == "leaf":
            raw.append(check_leaf(event, bytes.fromhex(values[0])))
        elif name == "leaf_hash":
            leaves.append(sha256(b"\0", raw[-1]))
            check("leaf hash", leaves[-1].hex(), values[0])
        elif name == "root":
            check("root", root(leaves).hex(), values[0])
        elif name == "frontier":
            check("frontier", [peak.hex() for peak in frontier(leaves)], values)
        elif name == "checkpoint":
            checkpoint = bytes.fromhex(values[0]).decode()
            check_checkpoint(checkpoint, key, leaves)
        elif name == "proof_file":
            computed = proof_file(files, raw[files], leaves, checkpoint)
            check("proof file", computed.encode(), bytes.fromhex(values[0]))
            files += 1
        elif name == "consistency":
            check("consistency", [node.hex() for node in subproof(int(values[0]), leaves)], values[1:])
            consistencies += 1
        elif name in ("kind", "event_id", "anchor_size", "time_s", "ticket", "noise", "sections_root", "ct_root"):
            event.fields[name] = values
        else:
            sys.exit(f"unknown line {name}")
    if checkpoint is None or not leaves:
        sys.exit("the file holds no log")
    print(f"{len(leaves)} events, 1 checkpoint, {files + consistencies} proofs: all as frozen")


if __name__ == "__main__":
    main(sys.argv[1])
