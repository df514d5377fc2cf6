//! `servanda anchor`: the time of a state of the record, by the word of authorities outside.

use super::finality::entry_of;
use super::take_up;
use super::verify_bundle::time;
use super::witness::read;
use crate::Ended;
use crate::args::{AnchorAddArgs, AnchorArgs, AnchorWhat, StampRequestArgs};
use crate::out::Out;
use crate::place;
use anyhow::{Context, ensure};
use servanda_entry::{Anchor, Blob, Body, Cite, Kind};
use servanda_store::{Record, blob_path};
use servanda_text::escape;
use servanda_tlog::{
    Checkpoint, Hash, STAMP_BYTES_MAX, STAMP_MEDIA, Stamp, Tree, sha256, stamp_request,
    stamped_hash,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// `servanda anchor`.
pub(crate) fn run(args: &AnchorArgs, out: &mut Out) -> anyhow::Result<Ended> {
    match &args.what {
        AnchorWhat::Request(args) => request(args, out)?,
        AnchorWhat::Add(args) => add(args, out)?,
        AnchorWhat::List(args) => list(&args.dir, out)?,
    }
    Ok(Ended::Done)
}

fn state(record: &Record, size: u64) -> anyhow::Result<Checkpoint> {
    ensure!(size > 0, "a record without entries has no state to stamp");
    Ok(Checkpoint::new(record.origin(), size, record.root_at(size)?)?)
}

fn request(args: &StampRequestArgs, out: &mut Out) -> anyhow::Result<()> {
    let record = place::open(&args.dir)?;
    let size = args.size.unwrap_or(record.size());
    let hash = stamped_hash(&state(&record, size)?);
    let shown = args.out.display();
    std::fs::write(&args.out, stamp_request(hash))
        .with_context(|| format!("{shown}: can't be written"))?;
    out.say(&format!("written to {shown}: send it as application/timestamp-query"));
    out.answer(&format!("of {size} entries: {}", hash.to_hex()))
}

fn add(args: &AnchorAddArgs, out: &mut Out) -> anyhow::Result<()> {
    let shown = args.reply.display();
    let hand = take_up(&args.dir, &args.write, out)?;
    let mut record = place::open(&args.dir)?;
    let bytes = read(&args.reply, STAMP_BYTES_MAX)?;
    let (media, size, story) = match &args.media {
        Some(media) => {
            ensure!(media != STAMP_MEDIA, "--media: leave it out, then the reply is read");
            let size = args.size.unwrap_or(record.size());
            (media.clone(), size, "kept, and not read".to_owned())
        }
        None => {
            let stamp = Stamp::read(&bytes).with_context(|| format!("{shown}"))?;
            let size = size_of(&record, stamp.hash)?
                .with_context(|| format!("{shown}: it stamps another hash than this record's"))?;
            (STAMP_MEDIA.to_owned(), size, said(&stamp))
        }
    };
    let of = Cite { size, root: state(&record, size)?.root() };
    let name = args.reply.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let proof = Blob { bytes: bytes.len() as u64, name, sha256: sha256(&bytes) };
    let anchor = Anchor { authority: args.authority.clone(), media, of, proof };
    let body = Body::Anchor(anchor.clone());
    let entry = record.append(&hand.keys, hand.now, vec![body], vec![bytes])?.start;
    out.answer(&format!("entered as e{entry}: of {size} entries, {story}"))?;
    if anchor.media == STAMP_MEDIA {
        let hash = stamped_hash(&state(&record, size)?);
        out.say(&check_it(&args.dir, &anchor, hash));
    }
    Ok(())
}

/// Of how many entries a reply is: of now, or of an earlier state.
fn size_of(record: &Record, hash: Hash) -> anyhow::Result<Option<u64>> {
    let hashes = hashes(record, |_| true)?;
    Ok(hashes.into_iter().find(|(_, stamped)| *stamped == hash).map(|(size, _)| size))
}

/// What is stamped of the states of these sizes, in one go over the record.
fn hashes(record: &Record, is_asked: impl Fn(u64) -> bool) -> anyhow::Result<BTreeMap<u64, Hash>> {
    let mut tree = Tree::new();
    let mut hashes = BTreeMap::new();
    for index in 0..record.size() {
        tree.push(record.leaf(index)?);
        if is_asked(tree.size()) {
            let state = Checkpoint::new(record.origin(), tree.size(), tree.root())?;
            hashes.insert(tree.size(), stamped_hash(&state));
        }
    }
    Ok(hashes)
}

/// The anchors of these entries, each with what is stamped of the state that it names.
fn anchors(
    record: &Record,
    entries: impl Iterator<Item = anyhow::Result<(u64, Body)>>,
) -> anyhow::Result<Vec<(u64, Anchor, Hash)>> {
    let mut anchors = Vec::new();
    for item in entries {
        if let (index, Body::Anchor(anchor)) = item? {
            anchors.push((index, anchor));
        }
    }
    if anchors.is_empty() {
        return Ok(Vec::new());
    }
    let sizes: BTreeSet<u64> = anchors.iter().map(|(_, anchor)| anchor.of.size).collect();
    let hashes = hashes(record, |size| sizes.contains(&size))?;
    let with_hash = |(index, anchor): (u64, Anchor)| {
        let hash = hashes.get(&anchor.of.size).copied();
        let hash = hash.with_context(|| format!("e{index}: no state of this record"))?;
        Ok((index, anchor, hash))
    };
    anchors.into_iter().map(with_hash).collect()
}

fn said(stamp: &Stamp) -> String {
    format!("stamped at {} by the reply's own word", time(stamp.claimed_at))
}

/// How the reader checks what no program without the authority's certificate can.
fn check_it(dir: &Path, anchor: &Anchor, hash: Hash) -> String {
    let (hash, reply) = (hash.to_hex(), dir.join(blob_path(anchor.proof.sha256)));
    format!(
        "who signed it is not checked here: openssl ts -verify -digest {hash} -in {} -CAfile \
         AUTHORITY.pem",
        reply.display()
    )
}

/// What the reply in an anchor says, when it is one of RFC 3161 and of the state that it names.
fn stamp(record: &Record, anchor: &Anchor, hash: Hash) -> anyhow::Result<Stamp> {
    ensure!(anchor.media == STAMP_MEDIA, "kept as {}, and not read", escape(&anchor.media));
    let stamp = Stamp::read(&record.blob(&anchor.proof.sha256)?)?;
    ensure!(stamp.hash == hash, "its reply stamps another hash than that of the state it names");
    Ok(stamp)
}

fn list(dir: &Path, out: &mut Out) -> anyhow::Result<()> {
    let record = place::open(dir)?;
    let mut text = String::new();
    let entries = record.entries(0..record.size());
    let entries = entries.map(|item| item.map(|(index, entry)| (index, entry.body)));
    for (index, anchor, hash) in anchors(&record, entries.map(|item| Ok(item?)))? {
        let (size, authority) = (anchor.of.size, escape(&anchor.authority));
        text += &match stamp(&record, &anchor, hash) {
            Ok(stamp) => format!(
                "e{index}: {size} entries, {} ({authority})\n     {}\n",
                said(&stamp),
                check_it(dir, &anchor, hash)
            ),
            Err(error) => format!("e{index}: {size} entries ({authority}): {error:#}\n"),
        };
    }
    if text.is_empty() {
        text += "no anchors";
    }
    out.answer(text.trim_end())
}

/// The largest state that two authorities have stamped by `at`, of the anchors that the reader has
/// checked; none when they are fewer.
pub(crate) fn stamped_twice(
    record: &Record,
    checked: &[String],
    at: u64,
) -> anyhow::Result<Option<u64>> {
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    let named = checked.iter().map(|id| {
        let index = entry_of(id).with_context(|| format!("{id:?} is no entry; write e12"))?;
        let body = record.entry(index)?.body;
        ensure!(body.kind() == Kind::Anchor, "{id} is no anchor");
        Ok((index, body))
    });
    for (index, anchor, hash) in anchors(record, named)? {
        let stamp = stamp(record, &anchor, hash).with_context(|| format!("e{index}"))?;
        if stamp.claimed_at <= at {
            let size = sizes.entry(anchor.authority).or_default();
            *size = anchor.of.size.max(*size);
        }
    }
    let mut sizes: Vec<u64> = sizes.into_values().collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    Ok(sizes.get(1).copied())
}
