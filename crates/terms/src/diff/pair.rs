//! Which thing of the old text is which of the new.
//!
//! Two things are the same when the first of these holds, and no other claims either of them:
//!
//! 1. They have the same id.
//! 2. They say the same: the same kind, and every parameter alike.
//! 3. They have the same mark, and no other has it: the number of a provision (of the same kind
//!    first, then of any), the name of a party, the provisions below an article.
//! 4. Of two provisions of one kind, more than half of the parameters of substance are alike, the
//!    heading counted as one, and neither is as near to any other.
//!
//! The rule doesn't know old from new, so turned round it pairs the same.

use super::Class;
use super::facts::{Subject, Text, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Pairs of provisions of one kind among which near ones are looked for.
pub(super) const NEAR_MAX: usize = 250_000;

/// Parameters of procedure: what many provisions share says nothing about which is which.
const PROCEDURE: [&str; 15] = [
    "number",
    "requires",
    "except",
    "tolerance",
    "tolerance.at_most",
    "tolerance.unit",
    "tolerance.per",
    "severity",
    "shown_by",
    "verified_by",
    "decided_by",
    "standard",
    "remedy",
    "note",
    "status",
];

/// Which index of the old text's things is which of the new's.
pub(super) struct Pairs {
    old_to_new: Vec<Option<usize>>,
    new_to_old: Vec<Option<usize>>,
}

impl Pairs {
    pub(super) fn of(old: &Text<'_>, new: &Text<'_>, limits: &mut Vec<String>) -> Pairs {
        let mut pairs = Pairs {
            old_to_new: vec![None; old.subjects.len()],
            new_to_old: vec![None; new.subjects.len()],
        };
        pairs.by(old, new, |subject| Some((subject.class, String::new(), subject.id.clone())));
        pairs.by(old, new, |subject| Some((subject.class, kind(subject), said(subject))));
        pairs.by_mark(old, new, |subject| kind(subject).to_owned());
        pairs.by_mark(old, new, |_| String::new());
        pairs.nearest(old, new, limits);
        pairs
    }

    fn join(&mut self, old: usize, new: usize) {
        self.old_to_new[old] = Some(new);
        self.new_to_old[new] = Some(old);
    }

    /// The things that have no partner yet.
    fn free<'s, 't>(
        subjects: &'s [Subject<'t>],
        partners: &'s [Option<usize>],
    ) -> impl Iterator<Item = (usize, &'s Subject<'t>)> {
        subjects.iter().enumerate().filter(|(index, _)| partners[*index].is_none())
    }

    /// Pairs what has the same key: the first with the first, the second with the second.
    fn by<K: Ord>(
        &mut self,
        old: &Text<'_>,
        new: &Text<'_>,
        key: impl Fn(&Subject<'_>) -> Option<K>,
    ) {
        let mut groups: BTreeMap<K, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (index, subject) in Pairs::free(&old.subjects, &self.old_to_new) {
            if let Some(key) = key(subject) {
                groups.entry(key).or_default().0.push(index);
            }
        }
        for (index, subject) in Pairs::free(&new.subjects, &self.new_to_old) {
            if let Some(key) = key(subject) {
                groups.entry(key).or_default().1.push(index);
            }
        }
        for (olds, news) in groups.into_values() {
            olds.into_iter().zip(news).for_each(|(old, new)| self.join(old, new));
        }
    }

    /// Pairs what alone has a mark, on either side.
    fn by_mark(&mut self, old: &Text<'_>, new: &Text<'_>, kind: impl Fn(&Subject<'_>) -> String) {
        let key = |subject: &Subject<'_>| (subject.class, kind(subject), subject.mark.clone());
        let alone = |text: &Text<'_>| {
            let mut counts = BTreeMap::new();
            for subject in text.subjects.iter().filter(|subject| !subject.mark.is_empty()) {
                *counts.entry(key(subject)).or_insert(0_usize) += 1;
            }
            counts.retain(|_, count| *count == 1);
            counts
        };
        let (olds, news) = (alone(old), alone(new));
        self.by(old, new, |subject| {
            Some(key(subject)).filter(|key| olds.contains_key(key) && news.contains_key(key))
        });
    }

    /// Pairs provisions that are clearly the nearest to each other.
    fn nearest(&mut self, old: &Text<'_>, new: &Text<'_>, limits: &mut Vec<String>) {
        let mut kinds: BTreeMap<&str, (Vec<Near>, Vec<Near>)> = BTreeMap::new();
        for (index, subject) in Pairs::free(&old.subjects, &self.old_to_new) {
            if subject.class == Class::Provision {
                kinds.entry(kind(subject)).or_default().0.push(Near::of(index, subject));
            }
        }
        for (index, subject) in Pairs::free(&new.subjects, &self.new_to_old) {
            if subject.class == Class::Provision {
                kinds.entry(kind(subject)).or_default().1.push(Near::of(index, subject));
            }
        }
        for (kind, (olds, news)) in kinds {
            if olds.len().saturating_mul(news.len()) > NEAR_MAX {
                limits.push(format!(
                    "{} and {} provisions of kind `{kind}` have no partner: too many to look for \
                     near ones, so each stands as removed or added",
                    olds.len(),
                    news.len()
                ));
                continue;
            }
            for (old, new) in clearly(&olds, &news) {
                self.join(old, new);
            }
        }
    }

    /// The new ids of what has another one.
    pub(super) fn names(&self, old: &Text<'_>, new: &Text<'_>) -> Names {
        let mut names = Names::default();
        for (from, to) in self.joined(old, new) {
            if from.id != to.id {
                names.renamed.entry(from.class).or_default().insert(from.id.clone(), to.id.clone());
            }
        }
        names
    }

    /// The ids of the provisions that are in both texts.
    pub(super) fn provisions(&self, old: &Text<'_>, new: &Text<'_>) -> Vec<(String, String)> {
        self.joined(old, new)
            .filter(|(from, _)| from.class == Class::Provision)
            .map(|(from, to)| (from.id.clone(), to.id.clone()))
            .collect()
    }

    fn joined<'s, 't>(
        &'s self,
        old: &'s Text<'t>,
        new: &'s Text<'t>,
    ) -> impl Iterator<Item = (&'s Subject<'t>, &'s Subject<'t>)> {
        let joined = self.old_to_new.iter().enumerate();
        joined.filter_map(|(from, to)| Some((&old.subjects[from], &new.subjects[(*to)?])))
    }

    /// All things: in the order of the new text, what only the old has after what stood before
    /// it.
    pub(super) fn in_order<'s, 't>(
        &'s self,
        old: &'s Text<'t>,
        new: &'s Text<'t>,
    ) -> Vec<(Option<&'s Subject<'t>>, Option<&'s Subject<'t>>)> {
        let mut all = Vec::new();
        for (index, to) in new.subjects.iter().enumerate() {
            let from = self.new_to_old[index].map(|from| &old.subjects[from]);
            all.push(((to.class, index + 1, 0), (from, Some(to))));
        }
        let mut place = 0;
        for (index, from) in old.subjects.iter().enumerate() {
            match self.old_to_new[index] {
                Some(to) => place = to + 1,
                None => all.push(((from.class, place, index + 1), (Some(from), None))),
            }
        }
        all.sort_by_key(|(key, _)| *key);
        all.into_iter().map(|(_, pair)| pair).collect()
    }
}

/// The word of a provision's kind.
fn kind(subject: &Subject<'_>) -> &'static str {
    subject.kind.map_or("", |kind| kind.word())
}

/// All that a thing says, as one text. What says nothing of its own is like nothing else.
fn said(subject: &Subject<'_>) -> String {
    let mut said = String::new();
    for reading in &subject.readings {
        said += &format!("{:?}\n", reading.id);
        for fact in &reading.facts {
            said += &format!("{}={:?}\n", fact.matter(), content(&fact.value));
        }
    }
    for fact in &subject.facts {
        said += &format!("{}={:?}\n", fact.matter(), content(&fact.value));
    }
    if said.is_empty() { subject.id.clone() } else { said }
}

/// A value as it is compared: two areas are alike that have the same box and number of vertices.
fn content(value: &Value<'_>) -> String {
    match value {
        Value::Area(zone) => format!("{} {:?}", zone.vertex_count(), zone.bbox()),
        Value::Points(points) => format!("{points:?}"),
        Value::List(words) | Value::Names(_, words) => {
            format!("{:?}", words.iter().collect::<BTreeSet<_>>())
        }
        other => other.print(),
    }
}

/// What counts for nearness: the substance of a provision.
struct Near {
    index: usize,
    /// (where, what), in order.
    facts: Vec<(String, String)>,
}

impl Near {
    fn of(index: usize, subject: &Subject<'_>) -> Near {
        let substance = subject.every_fact().filter(|fact| !PROCEDURE.contains(&fact.key));
        let mut facts: Vec<(String, String)> =
            substance.map(|fact| (fact.matter(), content(&fact.value))).collect();
        if !subject.heading.is_empty() {
            facts.push((String::new(), subject.heading.to_owned()));
        }
        facts.sort_unstable();
        facts.dedup();
        Near { index, facts }
    }

    /// How many facts are alike, and how many matters either speaks of.
    fn score(&self, other: &Near) -> (usize, usize) {
        let (mut a, mut b) = (self.facts.iter().peekable(), other.facts.iter().peekable());
        let (mut alike, mut matters) = (0, 0);
        loop {
            match (a.peek(), b.peek()) {
                (Some(one), Some(two)) => {
                    alike += usize::from(one == two);
                    let order = one.0.cmp(&two.0);
                    matters += 1;
                    if order.is_le() {
                        a.next();
                    }
                    if order.is_ge() {
                        b.next();
                    }
                }
                (None, None) => return (alike, matters),
                _ => {
                    a.next();
                    b.next();
                    matters += 1;
                }
            }
        }
    }
}

/// The pairs that are more than half alike and nearer to each other than to any other.
fn clearly(olds: &[Near], news: &[Near]) -> Vec<(usize, usize)> {
    // In thousandths, and how often the best was met.
    let mut best_old = vec![(0_usize, 0_usize, 0_usize); olds.len()];
    let mut best_new = vec![(0_usize, 0_usize, 0_usize); news.len()];
    let note = |best: &mut (usize, usize, usize), score: usize, partner: usize| {
        if score > best.0 {
            *best = (score, 1, partner);
        } else if score == best.0 {
            best.1 += 1;
        }
    };
    for (o, old) in olds.iter().enumerate() {
        for (n, new) in news.iter().enumerate() {
            let (alike, matters) = old.score(new);
            if alike * 2 > matters {
                let score = alike * 1000 / matters;
                note(&mut best_old[o], score, n);
                note(&mut best_new[n], score, o);
            }
        }
    }
    let mut pairs = Vec::new();
    for (o, &(score, times, n)) in best_old.iter().enumerate() {
        if times == 1 && best_new[n] == (score, 1, o) {
            pairs.push((olds[o].index, news[n].index));
        }
    }
    pairs
}

/// What is called otherwise in the new text.
#[derive(Default)]
pub(super) struct Names {
    renamed: BTreeMap<Class, BTreeMap<String, String>>,
}

impl Names {
    /// The id in the new text of what the old one calls so.
    pub(super) fn new_id<'a>(&'a self, class: Class, old: &'a str) -> &'a str {
        let renamed = self.renamed.get(&class).and_then(|ids| ids.get(old));
        renamed.map_or(old, String::as_str)
    }
}
