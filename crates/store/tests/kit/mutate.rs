//! Small changes to bundles, always the same for one seed.

use super::{Member, zip};

/// SplitMix64: small, and the same everywhere.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Draw {
        Draw(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// A bundle to be changed, taken apart once.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) members: Vec<Member>,
}

/// Members that no signature covers, or that may be left out: a change of theirs need not be one
/// of what is proved.
fn is_free(name: &str) -> bool {
    name == "policy" || name == "answer.json" || name.starts_with("spec/")
}

/// A changed bundle, and what was changed.
pub(crate) fn mutate(draw: &mut Draw, targets: &[Target]) -> (usize, String, Vec<u8>) {
    let chosen = draw.below(targets.len());
    let target = &targets[chosen];
    let kind = draw.below(12);
    if kind < 2 {
        let mut bytes = target.bytes.clone();
        let what = change_bytes(draw, &mut bytes);
        return (chosen, format!("archive: {what}"), bytes);
    }
    let mut members = target.members.clone();
    let place = loop {
        let place = draw.below(members.len());
        if !is_free(&members[place].0) {
            break place;
        }
    };
    let name = members[place].0.clone();
    let what = match kind {
        2 => {
            // Blobs and disclosures may be left out.
            if name.starts_with("blob/") || name.starts_with("disclosure/") {
                members.insert(place, members[place].clone());
                "twice".to_owned()
            } else {
                members.remove(place);
                "left out".to_owned()
            }
        }
        3 => {
            let other = draw.below(members.len());
            members.swap(place, other);
            format!("swapped with {}", members[place].0)
        }
        4 => {
            let mut renamed = name.clone().into_bytes();
            change_bytes(draw, &mut renamed);
            members[place].0 = String::from_utf8_lossy(&renamed).into_owned();
            "renamed".to_owned()
        }
        5 => {
            // The same member of another bundle, or any of its members.
            let other = &targets[draw.below(targets.len())];
            let same = other.members.iter().find(|member| member.0 == name);
            let any = &other.members[draw.below(other.members.len())];
            members[place].1 = same.unwrap_or(any).1.clone();
            format!("taken from {}", other.name)
        }
        6 | 7 => change_lines(draw, &mut members[place].1),
        8 => change_digit(draw, &mut members[place].1),
        _ => change_bytes(draw, &mut members[place].1),
    };
    (chosen, format!("{name}: {what}"), zip(&members))
}

fn change_bytes(draw: &mut Draw, bytes: &mut Vec<u8>) -> String {
    let at = draw.below(bytes.len());
    match draw.below(8) {
        0 if !bytes.is_empty() => {
            bytes.remove(at);
            format!("byte {at} taken out")
        }
        1 => {
            let byte = draw.next() as u8;
            bytes.insert(at, byte);
            format!("byte {byte} put in at {at}")
        }
        2 => {
            bytes.truncate(at);
            format!("cut off at {at}")
        }
        3 if !bytes.is_empty() => {
            let end = (at + 1 + draw.below(40)).min(bytes.len());
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
            format!("bytes from {at} twice")
        }
        _ if bytes.is_empty() => {
            bytes.push(b'\n');
            "a line feed put in".to_owned()
        }
        _ => {
            let bit = draw.below(8);
            bytes[at] ^= 1 << bit;
            format!("bit {bit} of byte {at}")
        }
    }
}

fn change_lines(draw: &mut Draw, bytes: &mut Vec<u8>) -> String {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (at, other) = (draw.below(lines.len()), draw.below(lines.len()));
    let what = match draw.below(4) {
        0 => {
            lines.remove(at);
            format!("line {at} taken out")
        }
        1 => {
            let line = lines[at].clone();
            lines.insert(other, line);
            format!("line {at} again at {other}")
        }
        2 => {
            lines[at] = lines[other].clone();
            format!("line {other} in place of {at}")
        }
        _ => {
            lines.swap(at, other);
            format!("lines {at} and {other} swapped")
        }
    };
    *bytes = lines.join(&b'\n');
    what
}

fn change_digit(draw: &mut Draw, bytes: &mut Vec<u8>) -> String {
    let digits: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
    if digits.is_empty() {
        return change_bytes(draw, bytes);
    }
    let at = digits[draw.below(digits.len())];
    bytes[at] = b'0' + draw.below(10) as u8;
    format!("digit at {at}")
}
