# The second file of verify.py, which takes all of this in: what both files need; acts that several
# hands sign (entry.md); what an entry withholds, what orders have erased, and what a bundle shows of
# it (sealed.md). Run verify.py.

import base64, hashlib, hmac, json, re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from nacl.bindings import crypto_core_ed25519_is_valid_point as is_sound

NUMBER_MAX = 2**53 - 1
NAME = re.compile(r"[^\s+\x00-\x1f]+")
# What is white in Unicode: Python's own notion takes four control characters in.
BLANK = re.compile(r"[^\S\x1c-\x1f]*")
# What an act key begins with: Ed25519 alone, or with ML-DSA-44.
ALONE, BOTH = b"\xffservanda/act/ed25519/v1\n", b"\xffservanda/act/ed25519-mldsa44/v1\n"


# The first that is wrong: a code, the member, the entry.
class Refused(Exception):
    pass


def ask(holds, code, where=None, entry=None):
    if not holds:
        raise Refused(code, where, entry)


# What has not its form is a ValueError, as Python's own; whoever reads it knows the code.
def need(holds):
    if not holds:
        raise ValueError


# What the reader gives, or the refusal of what it can't read.
def read(code, where, entry, reader, *arguments):
    try:
        return reader(*arguments)
    except (ValueError, RecursionError, TypeError, AttributeError, LookupError, InvalidSignature):
        raise Refused(code, where, entry) from None


sha256 = lambda data: hashlib.sha256(data).digest()
unhex = lambda text: bytes.fromhex(re.fullmatch("[0-9a-f]{64}", text)[0])
types = lambda fields: {name: type(value) for name, value in fields.items()}
rises = lambda items: all(before < after for before, after in zip(items, items[1:]))


def unbase64(text, length=None):
    data = base64.b64decode(text.encode(), validate=True)
    need(base64.b64encode(data).decode() == text and length in (None, len(data)))
    return data


# RFC 8785 for what has integers only.
def canonical(value, depth=0):
    need(depth <= 16 and not isinstance(value, float))
    need(not isinstance(value, int) or abs(value) <= NUMBER_MAX)
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        members = (f"{canonical(key)}:{canonical(value[key], depth + 1)}" for key in keys)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


# --- signatures, and acts of several hands ---


def check_ed25519(public, message, signature):
    need(len(signature) == 64 and signature[:32] != b"\1" + bytes(31))
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def check_mldsa44(public, message, signature):
    MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)


fingerprint_of = lambda kind, *keys: hashlib.sha3_256(kind[1:] + b"".join(keys)).digest()


# An act key: a name, and the fingerprint of the public keys that its signatures bring along.
class Hand:
    def __init__(self, name, kind, fingerprint):
        need(kind in (ALONE, BOTH) and NAME.fullmatch(name) and len(name.encode()) < 256)
        self.name, self.kind, self.fingerprint = name, kind, fingerprint
        self.id = sha256(name.encode() + b"\n" + kind + fingerprint)[:4]

    # The public keys that made the signature, both halves of which hold.
    def check(self, message, signature):
        first, signed, rest = signature[:32], signature[32:96], signature[96:]
        keys = [first, rest[:1312]] if self.kind == BOTH else [first]
        need(fingerprint_of(self.kind, *keys) == self.fingerprint and is_sound(first))
        check_ed25519(first, message, signed)
        if self.kind == BOTH:
            check_mldsa44(rest[:1312], message, rest[1312:])
        need(self.kind == BOTH or not rest)
        return set(keys)


# The act key of a log or an office, whose keys are known in full.
def hand_of(name, *keys):
    kind = BOTH if keys[1:] else ALONE
    return Hand(name, kind, fingerprint_of(kind, *keys))


def parse_hand(text):
    name, key_id, material = text.split("+", 2)
    material = unbase64(material)
    hand = Hand(name, material[:-32], material[-32:])
    need(hand.id.hex() == key_id)
    return hand


# The act keys of the parties and guarantors that a constitution lays down.
def hands_of(body):
    parties, hands = body.get("signatories", []), []
    need("signatories" not in body or 0 < len(parties) <= 32)
    for party in parties:
        need(types(party) == {"id": str, "keys": list, "role": str, "threshold": int})
        own = [parse_hand(key) for key in party["keys"]]
        need(0 < party["threshold"] <= len(own) <= 16 and not BLANK.fullmatch(party["id"]))
        need(len({(hand.name, hand.id) for hand in own}) == len(own))
        hands += own
    need(len({hand.fingerprint for hand in hands}) == len(hands))
    ids = {party["id"] for party in parties}
    need(len(ids) == len(parties))
    if "operator_by" in body:
        rule = body["operator_by"]
        need(types(rule) == {"of": list, "threshold": int} and {*rule["of"]} <= ids)
        need(0 < rule["threshold"] <= len({*rule["of"]}) == len(rule["of"]))
    return hands


# The state of the record that the signatories of an act saw; None where it states none.
def seen_by(body):
    if "seen" not in body:
        return None
    seen = body["seen"]
    need(types(seen) == {"root": str, "size": int} and seen["size"] >= 0)
    return seen["size"], unhex(seen["root"])


# Each signature in the name of a hand is its own, and no two share a key.
def check_hands(entry, hands):
    fields = canonical({"agreement": entry.agreement, "body": entry.body, "kind": "act"})
    text = f"peace-record/act/v1\n{entry.origin}\n{fields}\n".encode()
    known, used = {}, set()
    for hand in hands:
        known.setdefault((hand.name, hand.id), hand)
    for name, key_id, signature in entry.note.signatures:
        if (name, key_id) in known:
            keys = known[name, key_id].check(text, signature)
            need(not keys & used)
            used |= keys


# --- what entries withhold ---


# Takes the class and its lists out of an entry's fields. Gives the digests of sealed fields, and the
# commitment to each sealed file by the hash of its ciphertext; None of a public entry.
def withheld_by(fields):
    audience = fields.pop("class")
    lists = {name: fields.pop(name) for name in ("att", "sd") if name in fields}
    if audience == "public":
        return need(not lists)
    need(audience in ("guarantors", "mission", "parties", "sealed") and lists)
    need(all(isinstance(listed, list) and listed for listed in lists.values()))
    digests, files = lists.get("sd", []), lists.get("att", [])
    for file in files:
        need(types(file) == {"bytes": int, "commit": str, "ct": str, "media": str})
        need(file["bytes"] >= 0 and re.fullmatch("[!-~]{1,100}", file["media"]))
    commits = {file["ct"]: unhex(file["commit"]) for file in files}
    need(all(map(unhex, [*digests, *commits])) and len(digests) <= 64 and len(files) <= 16)
    need(rises(digests) and rises([file["ct"] for file in files]))
    return digests, commits


# The parts that an entry erases, where it is an order to erase.
def erased_by(fields):
    what = fields["body"].get("what") if fields["kind"] == "erasure" else None
    texts = [part for part in what if isinstance(part, str)] if isinstance(what, list) else []
    return {part for part in texts if re.fullmatch("[0-9a-f]{64}", part)}


# --- what is shown of it ---


# The entry that a disclosure is of; the path and the digest of each field; the salt of each file.
def parse_disclosure(data, origin):
    value = json.loads(data)
    need(data.decode() == canonical(value) + "\n")
    need(types(value) == {"fields": list, "files": list, "form": str, "of": dict, "origin": str})
    need((value["form"], value["origin"]) == ("servanda/disclosure/v1", origin))
    need(types(value["of"]) == {"entry": int, "leaf": str} and value["of"]["entry"] >= 0)
    need(value["fields"] or value["files"])
    fields, files = [], []
    for field in value["fields"]:
        path, salt = field["path"], field["salt"]
        need(set(field) == {"path", "salt", "value"} and unhex(salt))
        need(path.startswith("/") and len(path.encode()) <= 200)
        need(not re.search("[\x00-\x1f\x7f-\x9f]", path))
        text = canonical([salt, path, field["value"]])
        fields.append((path, sha256(b"pr/sd/v1\0" + text.encode()).hex()))
    for file in value["files"]:
        need(set(file) == {"ct", "salt"} and unhex(file["ct"]))
        files.append((file["ct"], unhex(file["salt"])))
    need(rises([ct for ct, _ in files]))
    return (value["of"]["entry"], unhex(value["of"]["leaf"])), fields, files


def check_disclosure(members, place, origin, withheld, erased):
    where, index = place
    data = members.take(where, 4 << 20)
    of, fields, files = read("disclosure-form", where, None, parse_disclosure, data, origin)
    leaf, parts = withheld.get(index, (None, None))
    ask(parts and of == (index, leaf), "disclosure-entry", *place)
    digests, commits = parts
    shown = {digest for _, digest in fields} | {ct for ct, _ in files}
    ask(not shown & erased, "disclosure-erased", *place)
    ask({digest for _, digest in fields} <= set(digests), "disclosure-field", *place)
    for ct, salt in files:
        name = f"{where}.files/{ct}"
        commit = hmac.digest(salt, sha256(members.take(name, 1 << 30)), "sha256")
        ask(commits.get(ct) == commit, "disclosure-file", name, index)
    return dict(entry=index, fields=[path for path, _ in fields], files=[ct for ct, _ in files])


# All disclosures, in the order of their entries; of those that are proved one by one, `withheld` has
# the leaf and what it withholds.
def check_disclosures(members, origin, withheld, erased):
    disclosed, last = [], -1
    while members.peek().startswith("disclosure/"):
        where = members.peek()
        index = re.fullmatch("disclosure/(0|[1-9][0-9]*)", where)
        ask(index and last < int(index[1]) < 2**64, "member", where)
        last = int(index[1])
        disclosed.append(check_disclosure(members, (where, last), origin, withheld, erased))
    return disclosed
