//! News for other programs: what everybody may read is sent to addresses that the operator names,
//! signed as Standard Webhooks has it.
//!
//! News are the difference between what everybody may read now and what was sent before
//! ([`memory`]): whatever happens in between, nothing is lost by it. Each is kept with its id and
//! its words before it is sent, and forgotten when it was taken. A thread for each address sends
//! one after the other; nobody in the room waits for it.

mod config;
mod courier;
mod memory;
mod sign;

pub use crate::api::news::NEWS;
pub use config::Hooks;

use crate::room::Room;
use crate::{RoomError, people};
use courier::Courier;
use servanda_store::Folder;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::sync::Arc;

/// In the folder of the room's accounts.
const FOLDER: &str = "webhooks";
const FOLDER_MODE: u32 = 0o700;

/// Begins to send news, until the room is closed.
///
/// # Errors
/// When what was sent before can't be read, or another room on the record sends.
pub fn send_news(room: &Arc<Room>, hooks: Hooks) -> Result<(), RoomError> {
    let at = room.room_dir().join(FOLDER);
    let failed = |error: std::io::Error| people::broken(&at, &format!("can't be made: {error}"));
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(&at).map_err(failed)?;
    let folder = Arc::new(Folder::open(&at)?);
    let mut couriers = Vec::new();
    for hook in hooks.all {
        couriers.push(Courier::of(room, hook, &folder)?);
    }
    for courier in couriers {
        std::thread::spawn(move || courier.run());
    }
    Ok(())
}
