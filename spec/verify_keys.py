# The third file of verify.py: whose keys hold when. What entry 0 says of keys and parties, changes of
# keys, and what a revoked key has signed (record.md, "Changes of keys"). Run verify.py.

import re
from contextlib import suppress

from verify_parts import BLANK, ENTRY_MAX, PROOF_MAX, Hand, Refused, ask, check_order, check_rule
from verify_parts import fits, hand_of, is_count, is_hash, need, parse_erasers, parse_hands
from verify_parts import parse_parties, read, seen_by, signers_of

is_text = lambda text: isinstance(text, str) and len(text.encode()) <= 4096
is_said = lambda text: is_text(text) and not BLANK.fullmatch(text)
is_log = lambda log: fits(log, LOG) or fits(log, dict(LOG, key_mldsa44=is_text))

# What a key act says of each change, beside its type.
LOG = dict(handover=[is_text], key=is_text)
BLOB = dict(bytes=is_count, name=is_text, sha256=is_hash)
CHANGES = {
    "rotate-party": dict(keys=[is_text], party=is_text, threshold=is_count),
    "rotate-office": dict(key=is_text),
    "rotate-log": dict(log=is_log),
    "operator": dict(log=is_log, offices=[dict(key=is_text, role=is_said)]),
    "revoke": dict(compromised_since_ms=int, key=is_text),
    "renewal": dict(algorithm=is_text, manifest=BLOB, root=is_hash),
}


# What a key act changes.
def parse_change(entry):
    need(fits(entry.body, dict(change=dict, number=is_count, reason=is_said, seen=dict)))
    change = entry.body["change"]
    need(fits(change, dict(CHANGES[change["type"]], type=str)) and seen_by(entry.body))
    need(change.get("threshold", 0) < 2**32 and not entry.withheld)
    return change


# What somebody holds: an act key, and of a log or an office the keys that it is made of. It may
# sign from one entry on, up to the one that ends it; if it is revoked, others knew it since a time.
class Held:
    def __init__(self, kind, name, since, hand, texts, keys=()):
        self.kind, self.name, self.since, self.hand = kind, name, since, hand
        self.texts, self.keys, self.until, self.known_ms = texts, keys, None, None
        self.names = {(key.name, key.id) for key in (hand, *(keys if kind == "office" else ()))}

    def may_sign(self, index):
        return self.since <= index and (self.until is None or index <= self.until)


def hold_keys(kind, since, keys):
    return Held(kind, keys[0].name, since, hand_of(keys), [key.text for key in keys], keys)


def hold_hands(party, since, texts, threshold):
    hands = zip(parse_hands(texts, threshold), texts)
    return [Held("party", party, since, hand, [text]) for hand, text in hands]


# All keys of a record. From verify.py are `key_of`, which reads a key, and `head_of`, which gives
# the checkpoint of a state with signature lines under it.
class Register:
    # What entry 0 says.
    def __init__(self, founding, key_of, head_of):
        body, self.key_of, self.head_of = founding.body, key_of, head_of
        self.origin, self.agreement = founding.origin, founding.agreement
        self.thresholds, self.numbers, self.acts, self.suspect = {}, {}, {}, {}
        may = {"erasers", "log_mldsa44", "operator_by", "signatories"}
        need({*body} | may == {"log", "offices"} | may)
        self.held = [self.read_log(0, body, "log", "log_mldsa44")]
        self.held += self.read_offices(0, body["offices"])
        for party, rule in parse_parties(body).items():
            self.held += hold_hands(party, 0, *rule)
            self.thresholds[party] = rule[1]
        self.rule = "operator_by" in body and check_rule(body["operator_by"], self.thresholds)
        self.erasers = "erasers" in body and parse_erasers(body["erasers"], key_of)

    def read_log(self, since, said, *names):
        named = [(said[name], kind) for name, kind in zip(names, (1, 6)) if name in said]
        keys = [self.key_of(text, kind) for text, kind in named]
        need({key.name for key in keys} == {self.origin})
        return hold_keys("log", since, keys)

    def read_offices(self, since, offices):
        need(offices and fits(offices, [dict(key=str, role=str)]))
        keys = [self.key_of(office["key"], 1) for office in offices]
        need(len({key.name for key in keys}) == len(keys))
        return [hold_keys("office", since, [key]) for key in keys]

    def now(self, kind, name=None):
        held = [held for held in self.held if held.kind == kind and held.until is None]
        return [held for held in held if name in (None, held.name)]

    # All keys of a kind, of now and of before, as they are written.
    def texts(self, kind):
        return [text for held in self.held if held.kind == kind for text in held.texts]

    # The keys with which the checkpoint of so many entries must be signed.
    def log_at(self, size):
        return [held.keys for held in self.held if held.kind == "log" and held.since < size][-1]

    def offices_at(self, index):
        held = [held for held in self.held if held.kind == "office" and held.may_sign(index)]
        return [key for held in held for key in held.keys]

    # What is asked of an enclosed entry beside its author's signature. Gives the state that those
    # saw who signed an act.
    def judge(self, entry):
        place, index = entry.place, entry.place[1]
        names = {line[:2] for line in entry.note.signatures}
        gone = [held for held in self.held if held.known_ms is not None and held.names & names]
        if gone:
            self.suspect[index] = min(held.known_ms for held in gone)
        if entry.kind == "key-act":
            known = self.acts.get(index)
            ask(known and known.leaf == entry.leaf, "key-act-missing", *place)
            return seen_by(entry.body)
        if entry.kind != "act":
            return check_order(entry, self.erasers)
        seen = read("entry-form", *place, seen_by, entry.body)
        ask(not seen or 0 < seen[0] <= index, "entry-cite", *place)
        hands = [held.hand for held in self.held if held.may_sign(index)]
        read("act-signature", *place, signers_of, entry, hands)
        return seen

    # The entries that a revoked key signed, but for those that enough of a policy's witnesses saw
    # before others knew the key, by what they have cosigned of the checkpoints.
    def flagged(self, policy, heads):
        seen = []
        for head in heads if policy else ():
            with suppress(Refused):
                at = read("cosignature", None, None, policy.seen_at, head)
                seen += [(head.size, at * 1000)] if at else []
        before = lambda ms: max((size for size, at_ms in seen if at_ms < ms), default=0)
        return sorted(index for index, ms in self.suspect.items() if index >= before(ms))

    # Takes the next change of keys in. Its plan gives what it needs (all of some lists, each of which
    # is met by any of its pairs: so many of these hands or parties), what it ends and what it adds.
    def take(self, entry):
        place, index = entry.place, entry.place[1]
        ask(entry.kind == "key-act", "key-act-form", *place)
        ask(entry.agreement == self.agreement, "entry-agreement", *place)
        change = read("entry-form", *place, parse_change, entry)
        number, plan = entry.body["number"], getattr(self, change["type"].replace("-", "_"))
        ask(0 < seen_by(entry.body)[0] <= index, "key-act-order", *place)
        holder = read("key-act-form", *place, self.holder_of, change)
        ask(number == self.numbers.get(holder, 0) + 1, "key-act-order", *place)
        needs, ends, adds = read("key-act-form", *place, plan, entry, change)
        hands = [held.hand for held in self.held if held.until is None]
        hands += [hand for some in needs for _, of in some for hand in of if isinstance(hand, Hand)]
        signed = read("key-act-signature", *place, signers_of, entry, hands)
        revoked = {held.hand for held in ends if change["type"] == "revoke"}
        for party, threshold in self.thresholds.items():
            own = {held.hand for held in self.now("party", party)} & signed - revoked
            signed |= {party} if len(own) >= threshold else set()
        is_met = all(any(len(of & signed) >= least for least, of in some) for some in needs)
        ask(is_met, "key-act-signature", *place)
        for held in ends:
            held.until = index if held.until is None else held.until
            held.known_ms = change.get("compromised_since_ms")
        self.held += adds
        self.numbers[holder], self.acts[index] = number, entry
        self.thresholds.update({change["party"]: change["threshold"]} if "party" in change else {})

    # Whom a change is about.
    def holder_of(self, change):
        if change["type"] == "rotate-party":
            return "party", change["party"]
        if change["type"] == "rotate-office":
            return "office", self.key_of(change["key"], 1).name
        held = self.find(change["key"]) if "key" in change else self.held[0]
        return held.kind, held.name

    def find(self, text):
        return [held for held in self.held if text in held.texts][0]

    def need_unused(self, *new):
        used = {key.public for held in self.held for key in held.keys}
        need(not used & {key.public for held in new for key in held.keys})

    def by_operators(self):
        return [(self.rule["threshold"], {*self.rule["of"]})] if self.rule else []

    def rotate_party(self, entry, change):
        party, threshold = change["party"], change["threshold"]
        need(party in self.thresholds)
        all_new = hold_hands(party, entry.place[1], change["keys"], threshold)
        hands, own = {held.hand for held in all_new}, self.now("party", party)
        prints = {hand.fingerprint for hand in hands}
        again = [held for held in self.held if held.hand.fingerprint in prints]
        need(all(held in own and held.hand in hands for held in again))
        adds = [held for held in all_new if held.hand not in [kept.hand for kept in again]]
        ends = [held for held in own if held not in again]
        return [[(1, {party})], [(threshold, hands)]], ends, adds

    def rotate_office(self, entry, change):
        new = hold_keys("office", entry.place[1], [self.key_of(change["key"], 1)])
        self.need_unused(new)
        (old,) = self.now("office", new.name)
        return [[(1, {old.hand})], [(1, {new.hand})]], [old], [new]

    def rotate_log(self, entry, change):
        log, (old,) = change["log"], self.now("log")
        new = self.read_log(entry.place[1], log, "key", "key_mldsa44")
        self.need_unused(new)
        need(self.rule and len(new.keys) >= len(old.keys))
        head = self.head_of(self.origin, *seen_by(entry.body), log["handover"])
        head.check(self.origin, old.keys)
        return [self.by_operators(), [(1, {new.hand})], [(1, {old.hand})]], [old], [new]

    def operator(self, entry, change):
        needs, ends, adds = self.rotate_log(entry, change)
        offices, now = self.read_offices(entry.place[1], change["offices"]), self.now("office")
        kept = {held.texts[0] for held in offices} & {held.texts[0] for held in now}
        new = [held for held in offices if held.texts[0] not in kept]
        self.need_unused(*new)
        return needs[:2], ends + [held for held in now if held.texts[0] not in kept], adds + new

    def revoke(self, entry, change):
        held, some = self.find(change["key"]), self.by_operators()
        ask(held.known_ms is None, "key-act-order", *entry.place)
        need(change["compromised_since_ms"] <= entry.at)
        need(held.kind == "party" or held.until is not None)
        some += [(1, {held.name})] if held.kind == "party" else []
        present = self.now("office", held.name) if held.kind == "office" else []
        some += [(1, {other.hand}) for other in present]
        return need(some) or [some], [held], []

    def renewal(self, entry, change):
        need(change["algorithm"] == "sha3-256")
        acts = [act for act in self.acts.values() if "manifest" in act.body["change"]]
        done = max((seen_by(act.body)[0] for act in acts), default=0)
        ask(seen_by(entry.body)[0] > done, "key-act-order", *entry.place)
        return [[(1, {held.hand for held in self.now("log")})]], [], []


# The key acts of a bundle in their order: each with its proof, and that of its handover or None.
def take_acts(members):
    acts, last = [], 0
    while members.peek().startswith("keys/act/"):
        where = members.peek()
        index = re.fullmatch("keys/act/([1-9][0-9]*)", where)
        ask(index and last < int(index[1]) < 2**64 and len(acts) < 1024, "member", where)
        last, data = int(index[1]), members.take(where, ENTRY_MAX)
        proof, since = members.take(where + ".proof", PROOF_MAX), None
        if members.peek() == where + ".since":
            since = members.take(where + ".since", PROOF_MAX)
        acts.append((last, data, proof, since))
    return acts
