//! A record is pushed to a mirror over HTTP (C2SP tlog-mirror).

use anyhow::{Context, bail};
use servanda_net::{Address, Answer, submit};
use servanda_store::{Record, blob_path};
use servanda_text::escape;
use servanda_tlog::MirrorInfo;

/// How often a mirror is asked that takes nothing of what it is sent.
const IDLE_MAX: u32 = 4;

/// Pushes a record to the mirror at this address, and gives its cosignatures.
pub(crate) fn push(record: &Record, base: &str) -> anyhow::Result<String> {
    let base = base.trim_end_matches('/');
    add_checkpoint(record, base)?;
    let address = Address::parse(&format!("{base}/add-entries"))?;
    // It says itself what it has, when it is sent nothing.
    let (mut start, mut end, mut ticket) = (record.size(), record.size(), Vec::new());
    let (mut first_missing, mut idle) = (end, 0);
    loop {
        let answer = submit(&address, &record.ask_to_mirror(start, end, ticket.clone())?)?;
        if answer.status == 200 {
            return String::from_utf8(answer.body).context("the mirror's answer is no text");
        }
        let info = match answer.status {
            202 | 409 => {
                MirrorInfo::parse(&answer.body).context("the mirror's answer has no form")?
            }
            _ => return Err(refused(&answer)),
        };
        if info.size > record.size() || info.next > info.size {
            bail!("this mirror knows {} entries: it knows a longer record than this", info.size);
        }
        first_missing = first_missing.min(info.next);
        if info.next >= info.size && start == end {
            add_files(record, base, first_missing)?;
        }
        idle = if (info.next, info.size) == (start, end) { idle + 1 } else { 0 };
        if idle == IDLE_MAX {
            bail!("this mirror has all that it was sent, and doesn't say that it is enough");
        }
        (start, end, ticket) = (info.next, info.size, info.ticket);
    }
}

/// The mirror takes note of the record's checkpoint; one that knows another size is asked again.
fn add_checkpoint(record: &Record, base: &str) -> anyhow::Result<()> {
    let address = Address::parse(&format!("{base}/add-checkpoint"))?;
    let mut old = 0;
    for _ in 0..IDLE_MAX {
        let request = record.ask_to_cosign(old).with_context(|| {
            format!("this mirror knows {old} entries: it knows a longer record than this")
        })?;
        let answer = submit(&address, &request.to_bytes())?;
        match answer.status {
            200 => return Ok(()),
            409 => {
                let size = String::from_utf8_lossy(&answer.body).trim_end().parse();
                old = size.context("it says 409, and not which size")?;
            }
            _ => return Err(refused(&answer)),
        }
    }
    bail!("it takes other checkpoints faster than it can be asked; try again")
}

/// Sends the files that the entries from this one on name. A mirror that asks for none of them
/// says 404, which is no fault.
fn add_files(record: &Record, base: &str, start: u64) -> anyhow::Result<()> {
    let log = servanda_tlog::sha256(record.origin().as_bytes()).to_hex();
    for hash in record.files_of(start, record.size())? {
        let address = Address::parse(&format!("{base}/{log}/{}", blob_path(hash)))?;
        let answer = submit(&address, &record.blob(&hash)?)?;
        if !matches!(answer.status, 200 | 404) {
            return Err(refused(&answer));
        }
    }
    Ok(())
}

/// What a service said that refused.
pub(crate) fn refused(answer: &Answer) -> anyhow::Error {
    let body = String::from_utf8_lossy(&answer.body);
    let why: String = escape(body.lines().next().unwrap_or_default()).chars().take(200).collect();
    anyhow::anyhow!("refused ({}): {why}", answer.status)
}
