# The second file of verify.py: what all three files need; signatures, and those of several hands
# (entry.md); files; what an entry withholds, what orders have erased, and what a bundle shows of it
# (sealed.md). Run verify.py.

import base64, hashlib, hmac, json, re
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from nacl.bindings import crypto_core_ed25519_is_valid_point as is_sound

# The largest number, the longest entry and the longest list of hashes that are read.
NUMBER_MAX, ENTRY_MAX, PROOF_MAX = 2**53 - 1, 61440, 45 * 66
NAME = re.compile(r"[^\s+\x00-\x1f]+")
# What is white in Unicode: Python's own notion takes four control characters in.
BLANK = re.compile(r"[^\S\x1c-\x1f]*")


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
is_hash = lambda text: bool(unhex(text))
is_count = lambda number: type(number) is int and number >= 0
types = lambda fields: {name: type(value) for name, value in fields.items()}
rises = lambda items: all(before < after for before, after in zip(items, items[1:]))


def unbase64(text, length=None):
    data = base64.b64decode(text.encode(), validate=True)
    need(base64.b64encode(data).decode() == text and length in (None, len(data)))
    return data


# Whether a value has a form: all members of an object, one form for all items of a list, and of the
# rest a type or what must hold.
def fits(value, form):
    if isinstance(form, dict):
        is_object = isinstance(value, dict) and value.keys() == form.keys()
        return is_object and all(fits(value[name], form[name]) for name in form)
    if isinstance(form, list):
        return isinstance(value, list) and all(fits(item, form[0]) for item in value)
    return type(value) is form if isinstance(form, type) else form(value)


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


# --- signatures ---


def check_ed25519(public, message, signature):
    need(len(signature) == 64 and signature[:32] != b"\1" + bytes(31))
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def check_mldsa44(public, message, signature):
    MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)


# What an act key begins with: Ed25519 alone, or with ML-DSA-44.
ALONE, BOTH = b"\xffservanda/act/ed25519/v1\n", b"\xffservanda/act/ed25519-mldsa44/v1\n"
fingerprint_of = lambda kind, *keys: hashlib.sha3_256(kind[1:] + b"".join(keys)).digest()


# An act key: a name, and the fingerprint of the public keys that its signatures bring along.
class Hand(NamedTuple):
    name: str
    kind: bytes
    fingerprint: bytes

    @property
    def id(self):
        return sha256(self.name.encode() + b"\n" + self.kind + self.fingerprint)[:4]

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
def hand_of(keys):
    kind = BOTH if keys[1:] else ALONE
    return Hand(keys[0].name, kind, fingerprint_of(kind, *(key.public for key in keys)))


def parse_hand(text):
    name, key_id, material = text.split("+", 2)
    material = unbase64(material)
    hand = Hand(name, material[:-32], material[-32:])
    need(hand.kind in (ALONE, BOTH) and NAME.fullmatch(name) and len(name.encode()) < 256)
    need(hand.id.hex() == key_id)
    return hand


# The hands of one party, of which so many must sign.
def parse_hands(texts, threshold):
    hands = [parse_hand(text) for text in texts]
    need(0 < threshold <= len(hands) <= 16)
    need(len({(hand.name, hand.id) for hand in hands}) == len(hands))
    need(len({hand.fingerprint for hand in hands}) == len(hands))
    return hands


# Those of the hands that have signed an act. Each signature in the name of one is its own, and no two
# share a public key.
def signers_of(entry, hands):
    fields = canonical({"agreement": entry.agreement, "body": entry.body, "kind": entry.kind})
    return signers_under(f"peace-record/act/v1\n{entry.origin}\n{fields}\n", entry, hands)


# The same of any text that is signed under an entry.
def signers_under(text, entry, hands):
    known, used, signed = {}, set(), set()
    for hand in hands:
        known.setdefault((hand.name, hand.id), hand)
    for name, key_id, signature in entry.note.signatures:
        if (name, key_id) in known:
            keys = known[name, key_id].check(text.encode(), signature)
            need(not keys & used)
            used |= keys
            signed.add(known[name, key_id])
    return signed


# The state of the record that the signatories of an act saw; None where it states none.
def seen_by(body):
    if "seen" not in body:
        return None
    need(fits(body["seen"], dict(root=is_hash, size=is_count)))
    return body["seen"]["size"], unhex(body["seen"]["root"])


# The parties and guarantors that entry 0 lays down: of each its keys, and how many must sign.
def parse_parties(body):
    if "signatories" not in body:
        return {}
    parties = body["signatories"]
    need(fits(parties, [dict(id=str, keys=[str], role=str, threshold=int)]) and parties)
    rules = {party["id"]: (party["keys"], party["threshold"]) for party in parties}
    need(len(rules) == len(parties) <= 32 and not any(BLANK.fullmatch(party) for party in rules))
    prints = [hand.fingerprint for rule in rules.values() for hand in parse_hands(*rule)]
    need(len({*prints}) == len(prints))
    return rules


# Who together may change the operator.
def check_rule(rule, parties):
    need(fits(rule, dict(of=[str], threshold=int)) and {*rule["of"]} <= {*parties})
    need(0 < rule["threshold"] <= len({*rule["of"]}) == len(rule["of"]))
    return rule


# --- what entries withhold ---


SEALED_FILE = dict(bytes=is_count, commit=is_hash, ct=is_hash, media=str)


# Takes the class and its lists out of an entry's fields. Gives the digests of sealed fields, and the
# commitment to each sealed file by the hash of its ciphertext; None of a public entry.
def withheld_by(fields):
    audience = fields.pop("class")
    lists = {name: fields.pop(name) for name in ("att", "sd") if name in fields}
    if audience == "public":
        return need(not lists)
    need(audience in ("guarantors", "mission", "parties", "sealed") and lists)
    digests, files = lists.get("sd", []), lists.get("att", [])
    need(all(lists.values()) and fits(digests, [is_hash]) and fits(files, [SEALED_FILE]))
    need(all(re.fullmatch("[!-~]{1,100}", file["media"]) for file in files))
    need(rises(digests) and rises([file["ct"] for file in files]))
    need(len(digests) <= 64 and len(files) <= 16)
    return digests, {file["ct"]: unhex(file["commit"]) for file in files}


# Those who may order an erasure, where entry 0 says who, and how many of them: act keys, or in
# records from before Ed25519 keys, which `key_of` reads.
def parse_erasers(erasers, key_of):
    need(fits(erasers, dict(keys=[str], threshold=int)))
    texts, threshold = erasers["keys"], erasers["threshold"]
    if unbase64(texts[0].split("+", 2)[2])[0] == 255:
        keys = parse_hands(texts, threshold)
        need(threshold <= 8 and all(key.kind == BOTH for key in keys))
    else:
        keys = [key_of(text, 1) for text in texts]
    need(0 < threshold <= len({key.name for key in keys}) == len(keys) <= 16)
    return keys, threshold


# The text of the order that an entry is, and the signatures in its body.
def parse_order(entry):
    body, erases = entry.body, entry.kind == "erasure"
    form = dict(authority=str, ground=str, of=dict(entry=is_count, leaf=is_hash))
    form |= {"what": [is_hash]} if erases else {"lifts": bool}
    form |= {"approvals": [str]} if erases or "approvals" in body else {}
    need(fits(body, form) and (erases or body.get("approvals") != []))
    order = {name: body[name] for name in ("authority", "ground", "of")}
    order |= {"act": "erase" if erases else "lift", "what": body.get("what", [])}
    text = f"peace-record/order/v1\n{entry.origin}\n{canonical(order)}\n"
    return text, body.get("approvals", [])


# Those who have signed an order: act keys under the entry, Ed25519 keys in its body.
def signers_of_order(text, lines, entry, keys):
    if isinstance(keys[0], Hand):
        return need(not lines) or signers_under(text, entry, keys)
    data = "".join(line + "\n" for line in (text, *lines)).encode()
    note = type(entry.note)(data, 65536)
    return need(note.text == text) or note.signers(keys)


def check_order(entry, erasers):
    lifts = entry.kind == "hold" and entry.body.get("lifts") is True
    if lifts or entry.kind == "erasure":
        text, lines = read("entry-form", *entry.place, parse_order, entry)
        ask(erasers, "order-threshold", *entry.place)
        keys, threshold = erasers
        signed = read("order-threshold", *entry.place, signers_of_order, text, lines, entry, keys)
        ask(len(signed) >= threshold, "order-threshold", *entry.place)


# The parts that an entry erases, where it is an order to erase.
def erased_by(fields):
    what = fields["body"].get("what") if fields["kind"] == "erasure" else None
    texts = [part for part in what if isinstance(part, str)] if isinstance(what, list) else []
    return {part for part in texts if re.fullmatch("[0-9a-f]{64}", part)}


# --- files, and what is shown of what is withheld ---


# Files in the order of their hashes, each named by an entry and not erased. Gives their number.
def check_blobs(members, named, erased):
    held, where = 0, ""
    while members.peek().startswith("blob/"):
        last, where, digest = where, members.peek(), members.peek()[8:]
        is_blob = re.fullmatch("blob/([0-9a-f]{2})/\\1[0-9a-f]{62}", where)
        ask(is_blob and where > last, "member", where)
        ask(sha256(members.take(where, 1 << 30)).hex() == digest, "blob-hash", where)
        ask(digest.encode() in named, "blob-unnamed", where)
        ask(digest not in erased, "blob-erased", where)
        held += 1
    return held


# Texts to be read, and nothing after them.
def check_texts(members):
    where = ""
    while members.peek():
        last, where = where, members.peek()
        ask(re.fullmatch("spec/[^/]+", where) and where > last, "member", where)
        members.take(where, 4 << 20)


FIELD = dict(path=str, salt=is_hash, value=lambda value: True)
DISCLOSURE = dict(fields=[FIELD], files=[dict(ct=is_hash, salt=is_hash)], form=str, origin=str)
DISCLOSURE["of"] = dict(entry=is_count, leaf=is_hash)


# The entry that a disclosure is of; the path and the digest of each field; the salt of each file.
def parse_disclosure(data, origin):
    value = json.loads(data)
    need(data.decode() == canonical(value) + "\n")
    need(fits(value, DISCLOSURE) and (value["fields"] or value["files"]))
    need((value["form"], value["origin"]) == ("servanda/disclosure/v1", origin))
    fields, files = [], [(file["ct"], unhex(file["salt"])) for file in value["files"]]
    for field in value["fields"]:
        path, text = field["path"], canonical([field["salt"], field["path"], field["value"]])
        need(path.startswith("/") and len(path.encode()) <= 200)
        need(not re.search("[\x00-\x1f\x7f-\x9f]", path))
        fields.append((path, sha256(b"pr/sd/v1\0" + text.encode()).hex()))
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
