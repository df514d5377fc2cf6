#!/usr/bin/env python3
# Checks a proof bundle (bundle.md), independently of the program that wrote it.
#
#     python3 verify.py FILE.zip [--key KEY ...] [--policy FILE] [--at 2031-05-01T00:00:00Z]
#
# Prints one line of JSON, the same to the byte as `servanda verify --format json FILE.zip`. This
# file judges form, signatures, inclusion, consistency, range, quorum. Beside it must lie
# verify_keys.py, which says whose keys hold, and verify_parts.py, which reads what entries withhold.
# An enclosed answer is not computed again: that is the program's part. Ends with 0 when all holds,
# 1 when not, 2 when it can't be judged.
# Needs Python 3.9 and the packages cryptography, 48 or later, with ML-DSA-44, and pynacl, which tells
# sound Ed25519 keys from weak ones.

import argparse, base64, calendar, json, re, struct, sys, time, zlib

from nacl.bindings import crypto_core_ed25519_is_valid_point as is_sound

from verify_keys import Register, take_acts
from verify_parts import ENTRY_MAX, NAME, NUMBER_MAX, PROOF_MAX, Refused, ask, canonical, need, read
from verify_parts import check_blobs, check_disclosures, check_ed25519, check_mldsa44, check_texts
from verify_parts import erased_by, seen_by, sha256, types, unbase64, unhex, withheld_by

README, README_BYTES = "26d59188d7ed0584ba2a9a1f239a3522e4841e2a804abd734e230dafdb7c0a8a", 2758
TIME_MAX, CHECKPOINT_MAX = 253402300799, 131072
VERDICT = """agreement answer at blobs code entries entry grade key_confirmed log log_mldsa44 origin
    policy quorum range root since size stale where"""
ENTRY = dict(agreement=str, at_ms=int, body=dict, by=str, cite=dict, kind=str, seq=int)


leaf_hash = lambda entry: sha256(b"\0" + entry)
node_hash = lambda left, right: sha256(b"\1" + left + right)
split = lambda low, high: low + (1 << (high - low - 1).bit_length() - 1)
sized = lambda data: bytes([len(data)]) + data
digests = lambda data: set(re.findall(rb'"(?:sha256|ct)":"(?=([0-9a-f]{64}))', data))


def decimal(text, most=2**62):
    need(re.fullmatch("0|[1-9][0-9]{0,19}", text) and int(text) <= most)
    return int(text)


# --- the archive: one form of ZIP, gone through from the first byte to the last ---


def scan(file):
    def exactly(count):
        data = file.read(count)
        ask(len(data) == count, "zip-form")
        return data

    members, at, directory, signature = {}, 0, b"", exactly(4)
    while signature != b"PK\1\2":
        ask(at < 2**32 and signature == b"PK\3\4" and len(members) < 65535, "zip-form")
        fields = exactly(26)
        _, _, method, _, _, crc, size, _, length, _ = struct.unpack("<HHHHHIIIHH", fields)
        ask(method == 0, "zip-compressed")
        ask(0 < length <= 100, "zip-name")
        name = exactly(length).decode("latin-1")
        ask(re.fullmatch("[A-Za-z0-9._/-]+", name), "zip-name")
        ask(not {"", ".", ".."} & set(name.split("/")), "zip-name")
        one_form = struct.pack("<HHHHHIIIHH", 10, 0, 0, 0, 33, crc, size, size, length, 0)
        ask(fields == one_form, "zip-form", name)
        ask(name not in members, "zip-duplicate", name)
        ask(zlib.crc32(exactly(size)) == crc, "zip-crc", name)
        members[name] = at + 30 + length, size, fields, at
        at, signature = at + 30 + length + size, exactly(4)
    ask(at < 2**32 and members, "zip-form")
    for name, (_, _, fields, header) in members.items():
        found = (exactly(4) if directory else signature) + exactly(42)
        ask(found[32:34] == b"\0\0", "zip-comment", name)
        ask(found[41] >> 4 != 0o12, "zip-symlink", name)
        last_fields = struct.pack("<6xII", 0o100644 << 16, header) + name.encode()
        expected = b"PK\1\2\x14\x03" + fields + last_fields
        ask(found + exactly(len(name)) == expected, "zip-mismatch", name)
        directory += expected
    end, count = exactly(22), len(members)
    ask(end[20:] == b"\0\0", "zip-comment")
    expected = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), at, 0)
    ask(end == b"PK\5\6" + expected, "zip-mismatch")
    ask(not file.read(1), "zip-trailing")
    return [(name, offset, size) for name, (offset, size, _, _) in members.items()]


# The members, each taken once and in order.
class Members:
    def __init__(self, file):
        self.file, self.list, self.next = file, scan(file), 0

    def peek(self):
        return self.list[self.next][0] if self.next < len(self.list) else ""

    def take(self, name, most):
        ask(self.peek() == name, "member", name)
        _, offset, size = self.list[self.next]
        ask(size <= most, "too-large", name)
        self.next += 1
        self.file.seek(offset)
        return self.file.read(size)


# --- keys, signatures, notes ---


# A verifier key: name, id, type and the bytes of the public key.
class Key:
    def __init__(self, text, *kinds):
        self.name, key_id, material = text.split("+", 2)
        material = unbase64(material)
        need(material[0] in kinds and NAME.fullmatch(self.name))
        self.text, self.kind, self.public = text, material[0], material[1:]
        need(len(self.public) == (1312 if self.kind == 6 else 32) and len(self.name.encode()) < 256)
        self.id = sha256(self.name.encode() + b"\n" + material)[:4]
        need(self.id.hex() == key_id and (self.kind == 6 or is_sound(self.public)))

    def check(self, message, signature):
        (check_mldsa44 if self.kind == 6 else check_ed25519)(self.public, message, signature)

    # The time that a cosignature states.
    def cosigned(self, checkpoint, signature):
        need(len(signature) > 8 and signature[0] < 0x80)
        seconds = int.from_bytes(signature[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()
        if self.kind == 6:
            name, origin = self.name.encode(), checkpoint.origin.encode()
            message = b"subtree/v1\n\0" + sized(name) + signature[:8] + sized(origin) + bytes(8)
            message += struct.pack(">Q", checkpoint.size) + checkpoint.root
        self.check(message, signature[8:])
        return seconds

    def names(self, line):
        return line[:2] == (self.name, self.id)

    # The time of this key's cosignature, or None; a bad one refuses the checkpoint.
    def find(self, checkpoint):
        own = [line[2] for line in checkpoint.signatures if self.names(line)]
        return max((self.cosigned(checkpoint, signature) for signature in own), default=None)


# A signature line: a name, the id of a key, a signature.
def parse_signature(line):
    dash, name, signature = line.split(" ", 2)
    signature = unbase64(signature)
    need(dash == "\u2014" and NAME.fullmatch(name) and len(signature) > 4)
    return name, signature[:4], signature[4:]


class Note:
    def __init__(self, data, most):
        need(len(data) <= most)
        whole = data.decode()
        blank = whole.rfind("\n\n")
        need(blank >= 0 and len(whole) > blank + 2 and whole.endswith("\n"))
        lines = whole[blank + 2 : -1].split("\n")
        self.text = whole[: blank + 1]
        need(not any(c < " " and c != "\n" for c in self.text) and len(lines) <= 16)
        self.signatures = [parse_signature(line) for line in lines]

    # The names of those of the keys that have signed; a bad signature refuses the note.
    def signers(self, keys):
        signed = [(key, line[2]) for line in self.signatures for key in keys if key.names(line)]
        for key, signature in signed:
            key.check(self.text.encode(), signature)
        return {key.name for key, _ in signed}


class Checkpoint(Note):
    def __init__(self, data):
        super().__init__(data, CHECKPOINT_MAX)
        lines = self.text[:-1].split("\n")
        self.origin, self.size, self.root = lines[0], decimal(lines[1]), unbase64(lines[2], 32)
        need(len(lines) == 3 and self.origin and 1 <= self.size <= NUMBER_MAX)

    def check(self, origin, log):
        need(self.origin == origin and self.signers(log[:1]))
        need(None not in [key.find(self) for key in log[1:]])


# The checkpoint of a state, and signature lines under it: of two in the name of one key the last.
def rebuild(origin, size, root, lines):
    last = {parse_signature(line)[:2]: line for line in lines}
    text = [origin, str(size), base64.b64encode(root).decode(), "", *last.values(), ""]
    return Checkpoint("\n".join(text).encode())


class Policy:
    def __init__(self, data):
        need(data.endswith(b"\n") and not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data))
        self.logs, self.witnesses, self.groups, self.quorum = [], {}, {}, None
        keys, grouped = set(), set()
        for line in data.decode()[:-1].split("\n"):
            what, *items = re.split("[ \t]+", line.strip(" \t"))
            known = {"none", *self.witnesses, *self.groups}
            if what in ("log", "witness"):
                is_witness = what == "witness"
                need(len(items) - is_witness in (1, 2) and not {*items[:is_witness]} & known)
                key = Key(items[is_witness], *((4, 6) if is_witness else (1, 6)))
                need(key.public not in keys) or keys.add(key.public)
                self.witnesses.update({items[0]: key} if is_witness else {})
                self.logs += [] if is_witness else [key.text]
            elif what == "group":
                name, threshold, *members = items
                need(members and len({*members}) == len(members) and name not in known)
                need({*members} <= known - grouped - {"none"})
                least = {"all": len(members), "any": 1}.get(threshold)
                least, grouped = least or decimal(threshold, len(members)), grouped | {*members}
                self.groups[name] = need(least) or (least, members)
            elif what and not what.startswith("#"):
                need(what == "quorum" and not self.quorum and len(items) == 1 and items[0] in known)
                self.quorum = items[0]
            need(max(len(self.logs), len(self.witnesses), len(self.groups)) <= 64)
        need(self.quorum)

    def evaluate(self, checkpoint, until):
        times = {name: key.find(checkpoint) for name, key in self.witnesses.items()}
        times = {name: at if at is None or at <= until else None for name, at in times.items()}
        met = {"none": True, **{name: at is not None for name, at in times.items()}}
        for name, (least, members) in self.groups.items():
            met[name] = sum(met[member] for member in members) >= least
        keys = {name: f"{key.name}+{key.id.hex()}" for name, key in self.witnesses.items()}
        witnesses = [dict(name=name, key=keys[name], cosigned_at=times[name]) for name in times]
        latest = max((at for at in times.values() if at), default=None)
        absent = [name for name, at in times.items() if at is None]
        quorum = dict(name=self.quorum, met=met[self.quorum], latest=latest, absent=absent)
        is_seen = quorum["met"] and self.quorum != "none"
        grade = "R1" if not is_seen else "R3" if met.get("mirrors") else "R2"
        return dict(quorum, witnesses=witnesses), grade

    # The earliest time at which enough had cosigned; None when they never had, or state no time.
    def seen_at(self, checkpoint):
        every, _ = self.evaluate(checkpoint, 2**63)
        times = [witness["cosigned_at"] for witness in every["witnesses"]]
        met = [at for at in times if at and self.evaluate(checkpoint, at)[0]["met"]]
        return min(met, default=None)


# --- entries ---


# An entry without what its body says.
class Entry:
    def __init__(self, data, origin, where, index):
        self.place = where, index
        self.note = read("entry-form", *self.place, Note, data, ENTRY_MAX)
        self.origin, self.leaf, lines = origin, leaf_hash(data), self.note.text.split("\n")
        is_entry = len(self.note.text.encode()) <= 16384 and lines[0] == "peace-record/entry/v1"
        ask(is_entry, "entry-form", *self.place)
        ask(lines[1] == origin, "entry-origin", *self.place)
        read("entry-form", *self.place, self.parse, lines)

    def parse(self, lines):
        fields = json.loads(lines[2])
        need(lines[3:] == [""] and canonical(fields).encode() == lines[2].encode())
        self.prev, cite = fields.pop("prev"), fields["cite"]
        self.withheld = withheld_by(fields)
        need(types(fields) == ENTRY and types(cite) == {"root": str, "size": int})
        self.agreement, self.by, self.body = fields["agreement"], fields["by"], fields["body"]
        self.cite, self.at = (cite["size"], unhex(cite["root"])), fields["at_ms"]
        self.seq, self.is_constitution = fields["seq"], fields["kind"] == "constitution"
        self.kind, self.erased = fields["kind"], erased_by(fields)
        self.prev = None if self.prev is None else unhex(self.prev)
        need(min(self.seq, cite["size"]) >= 0 and -62135596800000 <= self.at <= 253402207200000)

    def check(self, register):
        index = self.place[1]
        ask(self.is_constitution == (index == 0), "entry-kind", *self.place)
        ask(self.agreement == register.agreement, "entry-agreement", *self.place)
        ask(self.cite[0] <= index, "entry-cite", *self.place)
        offices = register.offices_at(index)
        signers = read("entry-signature", *self.place, self.note.signers, offices)
        ask(self.by in signers, "entry-signature", *self.place)


# --- proofs ---


def inclusion_root(proof, index, leaf, low, high):
    if high - low == 1:
        return leaf
    sibling, middle = proof.pop(), split(low, high)
    if index < middle:
        return node_hash(inclusion_root(proof, index, leaf, low, middle), sibling)
    return node_hash(sibling, inclusion_root(proof, index, leaf, middle, high))


# Roots of low..size and of low..high, where that of 0..size is given.
def consistent_roots(proof, size, given, low, high):
    if high == size:
        return [proof.pop() if low else given] * 2
    sibling, middle = proof.pop(), split(low, high)
    if size <= middle:
        before, after = consistent_roots(proof, size, given, low, middle)
        return [before, node_hash(after, sibling)]
    roots = consistent_roots(proof, size, given, middle, high)
    return [node_hash(sibling, root) for root in roots]


# That the record continues what it was at a size, when it had a root.
def check_consistency(data, size, root, head):
    proof = need(size <= head.size) or parse_since(data)
    roots = consistent_roots(proof, size, root, 0, head.size)
    need(roots == [root, head.root] and not proof)


# Root of low..high; what lies left and right of the range comes from the proof.
def range_root(nodes, start, end, left, right, low, high):
    if high <= start or low >= end:
        return (left if high <= start else right).pop(0)
    if (low, high) not in nodes:
        halves = (low, split(low, high)), (split(low, high), high)
        root = node_hash(*(range_root(nodes, start, end, left, right, *half) for half in halves))
        if low < start or end < high:
            return root
        nodes[low, high] = root
    return nodes[low, high]


# The numbers of the first lines, and the hashes of all further ones.
def parse_hashes(data, most, form, *heads):
    first, *lines, last = data.decode().split("\n")
    need((first, last) == (form, "") and len(lines) <= len(heads) + most)
    need(all(line.startswith(head) for line, head in zip(lines, heads)))
    numbers = [decimal(lines[at][len(head) :]) for at, head in enumerate(heads)]
    return *numbers, [unbase64(line, 32) for line in lines[len(heads) :]]


def parse_since(data):
    return parse_hashes(data, 64, "servanda/consistency-proof/v1")[0]


def parse_range(data, size):
    heads = "servanda/range-proof/v1", "start ", "end ", "left "
    start, end, left, hashes = parse_hashes(data, 128, *heads)
    need(start < end <= size and left <= len(hashes))
    return start, end, hashes[:left], hashes[left:]


# --- the bundle, in the order of bundle.md ---


def check_proof(data, where, index, head, leaf):
    place = where, index
    form = "c2sp.org/tlog-proof@v1", "index "
    found, proof = read("proof-form", *place, parse_hashes, data, 64, *form)
    ask(found == index, "proof-index", *place)
    ask(index < head.size, "proof-inclusion", *place)
    root = read("proof-inclusion", *place, inclusion_root, proof, index, leaf, 0, head.size)
    ask(root == head.root and not proof, "proof-inclusion", *place)


# That each change of keys is in the record, and that the record continues what was handed over.
def check_acts(acts, register, head):
    for index, _, proof, since in acts:
        entry, where = register.acts[index], f"keys/act/{index}.since"
        check_proof(proof, f"keys/act/{index}.proof", index, head, entry.leaf)
        is_handover, state = "log" in entry.body["change"], (*seen_by(entry.body), head)
        ask(is_handover or since is None, "member", where)
        if is_handover:
            read("key-act-handover", where, index, check_consistency, since, *state)


def check_since(members, register, head):
    where = "since/checkpoint"
    if members.peek() != where:
        return None
    old = read("since-form", where, None, Checkpoint, members.take(where, CHECKPOINT_MAX))
    log = register.log_at(old.size)
    read("since-signature", where, None, old.check, head.origin, log)
    where, data = "since/proof", members.take("since/proof", PROOF_MAX)
    read("since-form", where, None, parse_since, data)
    read("since-consistency", where, None, check_consistency, data, old.size, old.root, head)
    return old


def check_range(members, register, head, named, erased):
    if members.peek() != "range/proof":
        return None
    proof = members.take("range/proof", 16384)
    start, end, left, right = read("range-form", "range/proof", None, parse_range, proof, head.size)
    nodes, chains, cites, last = {}, {}, {}, -(2**63)
    for first in range(start, end, 256):
        where = f"range/entries/{(first - start) // 256}"
        pack, entries = members.take(where, 256 * 65537), []
        while len(entries) < min(256, end - first):
            size = 2 + int.from_bytes(pack[:2], "big")
            ask(2 <= size <= len(pack), "range-entries", where)
            entries, pack = entries + [pack[2:size]], pack[size:]
        ask(not pack, "range-entries", where)
        for index, data in enumerate(entries, first):
            entry = Entry(data, head.origin, where, index)
            entry.check(register)
            seen = register.judge(entry)
            follows = chains.get(entry.by, (0, None) if start == 0 else (entry.seq, entry.prev))
            ask((entry.seq, entry.prev) == follows, "entry-chain", where, index)
            ask(last <= entry.at, "entry-time", where, index)
            chains[entry.by], last = (entry.seq + 1, entry.leaf), entry.at
            nodes[index, index + 1] = entry.leaf
            for state in filter(None, (entry.cite, seen)):
                cites.setdefault(state, (where, index))
            named |= digests(data)
            erased |= entry.erased
    whole = nodes, start, end, left, right, 0, head.size
    root = read("range-root", "range/proof", None, range_root, *whole)
    ask(root == head.root and not left and not right, "range-root", "range/proof")
    for (size, root), place in sorted(cites.items() if start == 0 else ()):
        then = range_root(nodes, 0, end, [], [], 0, size) if size else sha256(b"")
        ask(then == root, "entry-cite", *place)
    return {"start": start, "end": end, "all": start == 0 and end == head.size}


def check(file, keys, given, at):
    members, where = Members(file), "entry/0"
    ask(sha256(members.take("README.txt", README_BYTES)).hex() == README, "readme", "README.txt")
    data = members.take("checkpoint", CHECKPOINT_MAX)
    head = read("checkpoint-form", "checkpoint", None, Checkpoint, data)
    policy = None
    if members.peek() == "policy":
        policy = read("policy-form", "policy", None, Policy, members.take("policy", 262144))
    lines = [(name, members.take(name, 262144)) for name in ("keys/log", "keys/offices")]
    acts, data = take_acts(members), members.take(where, ENTRY_MAX)
    founding, named = Entry(data, head.origin, where, 0), digests(data)
    ask(founding.is_constitution, "entry-kind", where, 0)
    register = read("constitution", where, 0, Register, founding, Key, rebuild)
    founding.check(register)
    for (name, held), kind in zip(lines, ("log", "office")):
        hold = "".join(text + "\n" for text in register.texts(kind))
        ask(held == hold.encode(), "keys", name)
    for index, data, _, _ in acts:
        entry = Entry(data, head.origin, f"keys/act/{index}", index)
        register.take(entry)
        entry.check(register)
    log, written = register.log_at(head.size), register.texts("log")
    read("checkpoint-signature", "checkpoint", None, head.check, head.origin, log)
    ask({*keys} <= {*written}, "key-other")
    ask(not given or not given.logs or {*given.logs} & {*written}, "log-not-in-policy")
    check_proof(members.take("proof/0", PROOF_MAX), "proof/0", 0, head, founding.leaf)
    check_acts(acts, register, head)
    entries, withheld, erased = [0], {}, set()
    while re.fullmatch("entry/(0|[1-9][0-9]*)", members.peek()):
        where, index = members.peek(), int(members.peek()[6:])
        if not entries[-1] < index < 2**64:
            break
        data = members.take(where, ENTRY_MAX)
        entry = Entry(data, head.origin, where, index)
        entry.check(register)
        register.judge(entry)
        where = f"proof/{index}"
        check_proof(members.take(where, PROOF_MAX), where, index, head, entry.leaf)
        named |= digests(data)
        erased |= entry.erased
        withheld[index] = entry.leaf, entry.withheld
        entries.append(index)
    old = check_since(members, register, head)
    bounds = check_range(members, register, head, named, erased)
    answer = None
    if members.peek() == "answer.json":
        answer = sha256(members.take("answer.json", 256 << 20)).hex()
        ask(bounds and bounds["all"], "answer-range", "answer.json")
    held = check_blobs(members, named, erased)
    disclosed = check_disclosures(members, head.origin, withheld, erased)
    check_texts(members)
    verdict = dict.fromkeys(VERDICT.split(), None)
    verdict.update(origin=head.origin, size=head.size, agreement=founding.agreement, grade="R1")
    verdict.update(at=at, entries=entries, range=bounds, answer=answer, log=log[0].text)
    verdict["log_mldsa44"] = log[1].text if log[1:] else None
    verdict["root"] = base64.b64encode(head.root).decode()
    verdict["since"] = old and dict(size=old.size, root=base64.b64encode(old.root).decode())
    verdict["key_confirmed"] = bool(keys or given and given.logs)
    verdict["blobs"] = {"held": held, "missing": len(named) - held}
    verdict.update({"disclosed": disclosed} if disclosed else {})
    verdict["policy"] = "given" if given else "enclosed" if policy else "none"
    if given or policy:
        until, judge = TIME_MAX if at is None else min(at, TIME_MAX), (given or policy).evaluate
        quorum, verdict["grade"] = read("cosignature", "checkpoint", None, judge, head, until)
        latest, verdict["quorum"] = quorum["latest"], quorum
        verdict["stale"] = at - latest > 86400 if at is not None and latest else None
        verdict["code"] = None if quorum["met"] else "quorum"
    if acts:
        flagged = register.flagged(given or policy, filter(None, (head, old)))
        verdict.update(key_acts=[index for index, *_ in acts], flagged=flagged)
    return verdict


def main(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--policy")
    parser.add_argument("--at", help="such as 2031-05-01T00:00:00Z")
    asked = parser.parse_args(arguments)
    try:
        given = Policy(open(asked.policy, "rb").read()) if asked.policy else None
        at = asked.at and calendar.timegm(time.strptime(asked.at, "%Y-%m-%dT%H:%M:%SZ"))
        verdict = check(open(asked.file, "rb"), asked.key, given, at)
    except Refused as refused:
        code, where, entry = refused.args
        verdict = dict(dict.fromkeys(VERDICT.split()), code=code, where=where, entry=entry)
    except (ValueError, OSError, TypeError, LookupError, AttributeError) as error:
        return print(f"can't judge: {error!r}", file=sys.stderr) or 2
    verdict.update(form="servanda/bundle-verdict/v1", ok=verdict["code"] is None)
    sys.stdout.buffer.write((canonical(verdict) + "\n").encode())
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
