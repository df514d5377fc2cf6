//! What people do with what is not for everybody: seal it, open it, disclose it, hold it, erase it.

use crate::DeskError;
use crate::ask::Desk;
use serde_json::{Value, json};
use servanda_custody::{Custody, decrypt, encrypt};
use servanda_entry::{
    Audience, Blob, Body, Class, Destruction, Disclosure, Document, Erasure, Hold, InZone, Place,
    RefusedOrder, RowCount, SEALED_NAME, Sealed, Slot, Writing,
};
use servanda_place::{Point, Side};
use servanda_seal::{
    DISCLOSURE_FORM, Disclosed, DisclosedFile, OpenField, Opening, Order, OrderAct, Salt,
    SealFault, SealedFile, Sealing, Slots, Withheld,
};
use servanda_store::{Keys, Record, StoreError};
use servanda_time::Instant;
use servanda_tlog::{Hash, sha256};
use std::collections::BTreeSet;

/// Draws 256 random bits.
pub type Draw<'a> = &'a mut dyn FnMut() -> Result<[u8; 32], DeskError>;

/// Sealed fields are filled up with decoys to a multiple of this, so that none can count them.
const FIELDS_MULTIPLE: usize = 4;
/// Media type of a sealed file when nothing else may be known of it.
const MEDIA_UNKNOWN: &str = "application/octet-stream";
/// Characters of a seal's name that tell two notes apart that say the same in public.
const NAME_CHARS: usize = 16;

/// An entry that withholds something, ready to be written.
pub struct Confidential {
    /// The entries: the one that withholds, and public ones beside it.
    pub writings: Vec<Writing>,
    /// Files beside the tree: ciphertexts.
    pub blobs: Vec<Vec<u8>>,
    opening: Opening,
}

impl Confidential {
    fn of(
        sealing: Sealing,
        mut body: Body,
        rest: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Confidential, DeskError> {
        if let Body::Observation(body) = &mut body {
            // Two observers may say the same in public; they are two observations.
            let name: String = sealing.id()?.to_hex().chars().take(NAME_CHARS).collect();
            for row in body.rows.iter_mut().filter(|row| row.key.is_none()) {
                row.key = Some(format!("{SEALED_NAME}-{name}"));
            }
        }
        let (writing, opening) = sealing.finish(body)?;
        let mut writings = vec![writing];
        writings.extend(rest.into_iter().map(Writing::from));
        Ok(Confidential { writings, blobs, opening })
    }

    /// Writes it: the opening into the custodian's store first, as an entry without one could never
    /// be opened. Gives the index of the entry.
    ///
    /// # Errors
    /// When store or record can't be written; then neither has anything of it.
    pub fn enter(
        self,
        record: &mut Record,
        custody: &Custody,
        keys: &Keys,
        at: Instant,
    ) -> Result<u64, DeskError> {
        let sealed = self.writings.first().and_then(|writing| writing.class.sealed()).cloned();
        let sealed = sealed.ok_or_else(|| DeskError::Asked("nothing is sealed".into()))?;
        custody.keep(&sealed, &self.opening)?;
        match record.append_writings(keys, at, self.writings, self.blobs) {
            Ok(range) => Ok(range.start),
            Err(error) => {
                custody.forget(&sealed)?;
                Err(error.into())
            }
        }
    }
}

/// Withholds parts of a note: `place`, `count`, `side`, or the name of an attribute. `zone` is the
/// coarse place that is said in public instead of the exact one.
///
/// # Errors
/// When the note doesn't say what is to be withheld, or says it elsewhere too.
pub fn seal_note(
    desk: &Desk,
    bodies: Vec<Body>,
    names: &[String],
    zone: Option<String>,
    audience: Audience,
    draw: Draw<'_>,
) -> Result<Confidential, DeskError> {
    seal_note_with_files(desk, bodies, (names, &[]), zone, audience, draw)
}

/// The same with files, each a name and its bytes: only their ciphertexts are in the record.
///
/// # Errors
/// As [`seal_note`], and when a file can't be encrypted.
pub fn seal_note_with_files(
    desk: &Desk,
    mut bodies: Vec<Body>,
    (names, files): (&[String], &[(String, Vec<u8>)]),
    zone: Option<String>,
    audience: Audience,
    draw: Draw<'_>,
) -> Result<Confidential, DeskError> {
    let asked = |text: String| Err(DeskError::Asked(text));
    let mut sealing = Sealing::new(audience, desk.record.origin());
    let Some(Body::Observation(observations)) = bodies.first_mut() else {
        return asked("only an observation can be sealed so".into());
    };
    for row in &mut observations.rows {
        let exact = row.at.clone();
        for name in names {
            let (path, value) = match name.as_str() {
                "place" => ("at".into(), row.at.take().map(|at| json!(at))),
                "count" => ("count".into(), row.count.take().map(|count| json!(count))),
                "side" => {
                    let sides = std::mem::take(&mut row.sides);
                    ("sides".into(), (!sides.is_empty()).then(|| json!(sides)))
                }
                name => {
                    let said = row.attrs.iter().find(|(known, _)| *known == name);
                    let said = said.map(|(_, value)| json!(value));
                    let rest = row.attrs.iter().filter(|(known, _)| *known != name);
                    row.attrs = rest.map(|(name, value)| (name.clone(), value.clone())).collect();
                    (format!("attrs/{}", pointer(name)), said)
                }
            };
            let Some(value) = value else {
                let names: Vec<&str> = row.attrs.iter().map(|(name, _)| name.as_str()).collect();
                return asked(format!(
                    "the note doesn't say {name:?}, so it can't be withheld; give place, count, \
                     side, or one of its attributes: {}",
                    if names.is_empty() { "none".into() } else { names.join(", ") }
                ));
            };
            sealing.field(&format!("/rows/0/{path}"), Withheld::new(value), Salt(draw()?));
        }
        if let Some(zone) = &zone {
            if row.at.is_some() {
                return asked(
                    "a zone beside an exact place: withhold the place with --seal place".into(),
                );
            }
            let Some(named) = desk.agreement.zone(zone) else {
                return asked(format!("the agreement has no zone {zone:?}"));
            };
            // What is said in public must be true: an engine takes it for certain.
            if let Some(Place::Disc(disc)) = exact
                && let point = (Point { lat_e7: disc.lat_e7, lon_e7: disc.lon_e7 })
                && named.area.locate(point, disc.radius_mm).side() != Side::Inside
            {
                return asked(format!(
                    "the place that is withheld is not surely in {zone}: name another zone, \
                     or none"
                ));
            }
            row.at = Some(Place::Zone(InZone { zone: zone.clone() }));
        }
    }
    let mut ciphertexts = Vec::new();
    for (name, bytes) in files {
        let (_, ciphertext) = seal_file(&mut sealing, name, bytes, draw)?;
        ciphertexts.push(ciphertext);
    }
    fill_up(&mut sealing, draw)?;
    let body = bodies.remove(0);
    Confidential::of(sealing, body, bodies, ciphertexts)
}

/// A file of which only the ciphertext is in the record.
///
/// # Errors
/// When the agreement has no such source, or the file can't be encrypted.
pub fn seal_document(
    desk: &Desk,
    (name, bytes): (&str, &[u8]),
    source: &str,
    audience: Audience,
    draw: Draw<'_>,
) -> Result<Confidential, DeskError> {
    let known: Vec<&str> = desk.agreement.sources.iter().map(|known| known.id.as_str()).collect();
    if !known.contains(&source) {
        let known = if known.is_empty() { "none".into() } else { known.join(", ") };
        let what = format!("the agreement has no source {source:?}; it has: {known}");
        return Err(DeskError::Asked(what));
    }
    let mut sealing = Sealing::new(audience, desk.record.origin());
    let (file, ciphertext) = seal_file(&mut sealing, name, bytes, draw)?;
    let body = Body::Document(Document {
        file,
        format: SEALED_NAME.into(),
        quarantine: None,
        rows: RowCount::default(),
        source: source.into(),
    });
    fill_up(&mut sealing, draw)?;
    Confidential::of(sealing, body, vec![], vec![ciphertext])
}

/// A reply whose words only its audience reads.
///
/// # Errors
/// When the body is no reply, or the words can't be encrypted.
pub fn seal_reply(
    desk: &Desk,
    mut body: Body,
    (name, bytes): (&str, &[u8]),
    audience: Audience,
    draw: Draw<'_>,
) -> Result<Confidential, DeskError> {
    let mut sealing = Sealing::new(audience, desk.record.origin());
    let Body::Reply(reply) = &mut body else {
        return Err(DeskError::Asked("only a reply can be sealed so".into()));
    };
    let (file, ciphertext) = seal_file(&mut sealing, name, bytes, draw)?;
    reply.text = file;
    fill_up(&mut sealing, draw)?;
    Confidential::of(sealing, body, vec![], vec![ciphertext])
}

/// An assessment, finding or other entry of which it is withheld who decided.
///
/// # Errors
/// When the name stands in the entry too, or its kind has nothing sealed.
pub fn seal_decider(
    desk: &Desk,
    body: Body,
    who: &str,
    audience: Audience,
    draw: Draw<'_>,
) -> Result<Confidential, DeskError> {
    let mut sealing = Sealing::new(audience, desk.record.origin());
    sealing.field("/decided_by", Withheld::new(json!(who)), Salt(draw()?));
    fill_up(&mut sealing, draw)?;
    Confidential::of(sealing, body, vec![], vec![])
}

/// Encrypts a file; gives what the body says of it, and the ciphertext.
fn seal_file(
    sealing: &mut Sealing,
    name: &str,
    bytes: &[u8],
    draw: Draw<'_>,
) -> Result<(Blob, Vec<u8>), DeskError> {
    let key = Hash(draw()?).to_hex();
    let ciphertext = encrypt(&key, bytes)?;
    let (ct, size) = (sha256(&ciphertext), ciphertext.len() as u64);
    sealing.file(SealedFile {
        ct,
        bytes: size,
        media: MEDIA_UNKNOWN.into(),
        name: Withheld::new(name.to_owned()),
        plaintext: Withheld::new(sha256(bytes)),
        key: Withheld::new(key),
        salt: Salt(draw()?),
    });
    Ok((Blob { bytes: size, name: SEALED_NAME.into(), sha256: ct }, ciphertext))
}

fn fill_up(sealing: &mut Sealing, draw: Draw<'_>) -> Result<(), DeskError> {
    let missing = sealing.fields().next_multiple_of(FIELDS_MULTIPLE) - sealing.fields();
    (0..missing).try_for_each(|_| {
        sealing.decoy(draw()?);
        Ok(())
    })
}

/// A name as a part of a JSON pointer.
fn pointer(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// What opened: fields and files that are what the entry commits to.
pub struct Opened {
    /// Who may read it.
    pub audience: Audience,
    /// The fields.
    pub fields: Vec<OpenField>,
    /// The files: name, hash of the ciphertext, and the bytes.
    pub files: Vec<(String, Hash, Vec<u8>)>,
    /// What was erased, each with the order.
    pub erased: Vec<(Hash, u64)>,
}

/// What an entry commits to, and its place.
///
/// # Errors
/// When there is no such entry, or it withholds nothing.
pub fn sealed_entry(record: &Record, index: u64) -> Result<(Slot, Sealed), DeskError> {
    let entry = record.entry(index)?;
    let Class::Restricted(sealed) = entry.class else {
        return Err(DeskError::Asked(format!("entry {index} is public: it withholds nothing")));
    };
    Ok((Slot { entry: index, leaf: record.leaf(index)? }, sealed))
}

/// Opens what an entry withholds, and checks each part against its commitment.
///
/// # Errors
/// When a part is not what the entry commits to, or can't be opened.
pub fn open_sealed(record: &Record, index: u64, opening: &Opening) -> Result<Opened, DeskError> {
    let (_, sealed) = sealed_entry(record, index)?;
    let slots = record.slots()?;
    erased_whole(&slots, &sealed)?;
    for field in &opening.fields {
        let part = field.check(&sealed)?;
        if let Some(by) = slots.erased_by(part) {
            return Err(StoreError::Erased { by }.into());
        }
    }
    let mut files = Vec::new();
    for file in &opening.files {
        let plaintext = decrypt(&file.key, &record.sealed_blob(&file.ct)?)?;
        file.check(&sealed, &plaintext)?;
        files.push((file.name.clone(), file.ct, plaintext));
    }
    let erased = sealed.digests();
    let erased = erased.filter_map(|part| Some((part, slots.erased_by(part)?))).collect();
    Ok(Opened { audience: sealed.audience(), fields: opening.fields.clone(), files, erased })
}

/// Refuses an entry of which nothing is left.
///
/// # Errors
/// [`StoreError::Erased`].
pub fn erased_whole(slots: &Slots, sealed: &Sealed) -> Result<(), DeskError> {
    let orders: Option<Vec<u64>> = sealed.digests().map(|part| slots.erased_by(part)).collect();
    match orders.and_then(|orders| orders.last().copied()) {
        Some(by) => Err(StoreError::Erased { by }.into()),
        None => Ok(()),
    }
}

/// What of an entry's opening is meant.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Fields, by the last part of their path or by all of it.
    pub fields: Vec<String>,
    /// Files.
    pub files: ChosenFiles,
}

/// Which of an entry's sealed files are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChosenFiles {
    /// None of them.
    #[default]
    None,
    /// The one whose ciphertext has this SHA-256.
    One(Hash),
    /// All of them.
    All,
}

impl ChosenFiles {
    fn has(self, ct: Hash) -> bool {
        match self {
            ChosenFiles::None => false,
            ChosenFiles::One(own) => own == ct,
            ChosenFiles::All => true,
        }
    }
}

/// Takes out of an opening what is to be shown to somebody: the entry that says so, the parts with
/// their salts, and the files' bytes.
///
/// # Errors
/// When a part is not there, or is not what the entry commits to.
pub fn disclose(
    record: &Record,
    index: u64,
    opening: &Opening,
    chosen: &Chosen,
    (recipient, ground): (&str, &str),
) -> Result<(Body, Disclosed, Vec<Vec<u8>>), DeskError> {
    let (of, _) = sealed_entry(record, index)?;
    // What isn't meant is not opened.
    let mut wanted = opening.clone();
    wanted.files.retain(|file| chosen.files.has(file.ct));
    let opened = open_sealed(record, index, &wanted)?;
    let mut fields = Vec::new();
    for name in &chosen.fields {
        fields.push(field_named(&opened.fields, name)?.clone());
    }
    let mut shown: Vec<(DisclosedFile, Vec<u8>)> = Vec::new();
    for (file, (_, ct, bytes)) in wanted.files.iter().zip(opened.files) {
        shown.push((DisclosedFile { ct, salt: file.salt.clone() }, bytes));
    }
    shown.sort_by_key(|(file, _)| file.ct);
    if fields.is_empty() && shown.is_empty() {
        return Err(DeskError::Asked("nothing is disclosed: name a field, or the file".into()));
    }
    let (files, bytes) = shown.into_iter().unzip();
    let origin = record.origin().to_owned();
    let disclosed = Disclosed { fields, files, form: DISCLOSURE_FORM.into(), of, origin };
    let body = Body::Disclosure(Disclosure {
        ground: ground.into(),
        of,
        recipient: recipient.into(),
        what: disclosed.parts()?,
    });
    Ok((body, disclosed, bytes))
}

fn field_named<'o>(fields: &'o [OpenField], name: &str) -> Result<&'o OpenField, DeskError> {
    let short = |path: &str| match path.rsplit('/').next().unwrap_or_default() {
        "at" => "place".to_owned(),
        "sides" => "side".to_owned(),
        last => last.replace("~1", "/").replace("~0", "~"),
    };
    let found = fields.iter().find(|field| field.path == name || short(&field.path) == name);
    found.ok_or_else(|| {
        let known: Vec<String> = fields.iter().map(|field| short(&field.path)).collect();
        let known = if known.is_empty() { "none".into() } else { known.join(", ") };
        DeskError::Asked(format!("the entry withholds no {name:?}; it withholds: {known}"))
    })
}

/// A hold on what an entry withholds.
///
/// # Errors
/// When the entry withholds nothing.
pub fn hold(
    record: &Record,
    index: u64,
    (authority, ground): (&str, &str),
) -> Result<Body, DeskError> {
    let (of, _) = sealed_entry(record, index)?;
    Ok(Body::Hold(Hold {
        approvals: vec![],
        authority: authority.into(),
        ground: ground.into(),
        lifts: false,
        of,
    }))
}

/// An order to be signed by those who may give it: that all that an entry withholds and that still
/// stands be erased, or that a hold ends.
///
/// # Errors
/// When the entry withholds nothing, nothing is left of it, or it is no hold.
pub fn order(
    record: &Record,
    index: u64,
    act: OrderAct,
    (authority, ground): (&str, &str),
) -> Result<Order, DeskError> {
    let slots = record.slots()?;
    let (of, mut what) = match act {
        OrderAct::Erase => (sealed_entry(record, index)?.0, slots.standing(index).collect()),
        OrderAct::Lift => {
            let (leaf, _) = slots
                .hold(index)
                .ok_or_else(|| DeskError::Asked(format!("entry {index} is no hold: name it")))?;
            (Slot { entry: index, leaf }, Vec::new())
        }
    };
    what.sort_unstable();
    if act == OrderAct::Erase && what.is_empty() {
        return Err(DeskError::Asked(format!("nothing is left of what entry {index} withheld")));
    }
    Ok(Order { act, authority: authority.into(), ground: ground.into(), of, what })
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ordered {
    /// It stands, at this entry.
    Entered(u64),
    /// It was refused, and the attempt is at this entry.
    Refused(u64, SealFault),
}

/// Enters an order. One that does not stand is refused, and that it was given is entered instead.
///
/// # Errors
/// When the record can't be written.
pub fn enter_order(
    record: &mut Record,
    keys: &Keys,
    at: Instant,
    order: Order,
    approvals: Vec<String>,
) -> Result<Ordered, DeskError> {
    let slots = record.slots()?;
    let placed = match slots.approvers() {
        Some(approvers) => approvers.place(approvals),
        None => Ok((approvals, Vec::new())),
    };
    let Order { act, authority, ground, of, what } = order;
    let attempt = (authority.clone(), ground.clone());
    let (approvals, signatures) = match placed {
        Ok(placed) => placed,
        Err(fault) => return refuse_order(record, keys, at, attempt, of, fault),
    };
    let body = match act {
        OrderAct::Erase => Body::Erasure(Erasure { approvals, authority, ground, of, what }),
        OrderAct::Lift => Body::Hold(Hold { approvals, authority, ground, lifts: true, of }),
    };
    match record.append_order(keys, at, body, &signatures) {
        Ok(entry) => Ok(Ordered::Entered(entry)),
        Err(StoreError::Sealed { fault, .. }) => refuse_order(record, keys, at, attempt, of, fault),
        Err(error) => Err(error.into()),
    }
}

/// Enters that an order was given which does not stand.
fn refuse_order(
    record: &mut Record,
    keys: &Keys,
    at: Instant,
    (authority, ground): (String, String),
    of: Slot,
    fault: SealFault,
) -> Result<Ordered, DeskError> {
    let code = fault.code.word().to_owned();
    let body = Body::RefusedOrder(RefusedOrder { authority, code, ground, of });
    let range = record.append(keys, at, vec![body], vec![])?;
    Ok(Ordered::Refused(range.start, fault))
}

/// Carries an order out where a custodian keeps what it names: keys, salts and values, and the
/// ciphertext in this copy of the record. Gives the custodian's word that it is done.
///
/// # Errors
/// When the entry is no order, or something can't be removed.
pub fn carry_out(
    record: &Record,
    index: u64,
    custody: &Custody,
    custodian: &str,
) -> Result<Body, DeskError> {
    let Body::Erasure(order) = record.entry(index)?.body else {
        return Err(DeskError::Asked(format!("entry {index} is no order of erasure")));
    };
    let slots = record.slots()?;
    if order.what.iter().any(|part| slots.erased_by(*part) != Some(index)) {
        return Err(DeskError::Asked(format!("the order at entry {index} does not stand")));
    }
    record.carry_out_erasures()?;
    let (_, sealed) = sealed_entry(record, order.of.entry)?;
    let parts: BTreeSet<Hash> = order.what.into_iter().collect();
    custody.destroy(&sealed, record.origin(), &parts)?;
    let of = Slot { entry: index, leaf: record.leaf(index)? };
    Ok(Body::Destruction(Destruction { custodian: custodian.into(), of }))
}

/// What is withheld of each entry, as everybody may know it: for `servanda sealed`.
///
/// # Errors
/// When the record can't be read.
pub fn sealed_list(record: &Record) -> Result<Vec<Value>, DeskError> {
    let slots = record.slots()?;
    let mut list = Vec::new();
    for item in record.entries(0..record.size()) {
        let (index, entry) = item?;
        let Some(sealed) = entry.class.sealed() else { continue };
        let erased: BTreeSet<u64> =
            sealed.digests().filter_map(|part| slots.erased_by(part)).collect();
        list.push(json!({
            "entry": index,
            "kind": entry.body.kind(),
            "class": sealed.audience().word(),
            "fields": sealed.fields().len(),
            "files": sealed.attachments().len(),
            "held_by": slots.held_by(index),
            "erased_by": erased,
        }));
    }
    Ok(list)
}
