//! One thread for each who gets news: it looks what is news, keeps it, and sends it until it is
//! taken.

use super::config::Hook;
use super::memory::{Memory, WAITING_MAX};
use crate::RoomError;
use crate::api::news::{news, record};
use crate::room::Room;
use servanda_net::tell;
use servanda_store::Folder;
use servanda_time::Instant;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant as Moment, timeout};

/// How long an answer may take.
const ANSWER_SECONDS: u64 = 20;
/// Seconds until the next attempt, after each that failed; the last holds for all that follow.
const WAIT_SECONDS: [u64; 9] = [1, 3, 10, 30, 120, 600, 3_600, 7_200, 21_600];
/// A wait that no room outlasts.
const NEVER_SECONDS: u64 = 100 * 365 * 86_400;
/// How often it is looked whether something is news, where no entry tells.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Whoever answers so wants no more (410).
const GONE: u16 = 410;

pub(super) struct Courier {
    room: Weak<Room>,
    hook: Hook,
    folder: Arc<Folder>,
    memory: Memory,
    sizes: watch::Receiver<u64>,
    /// Of which view it was looked at last what is news.
    seen: Option<(u64, u64, Instant)>,
    failures: usize,
    next: Option<Moment>,
    is_over: bool,
    /// As the figures count it.
    counted: i64,
}

impl Courier {
    pub(super) fn of(
        room: &Arc<Room>,
        hook: Hook,
        folder: &Arc<Folder>,
    ) -> Result<Courier, RoomError> {
        let memory = match Memory::read(folder, &hook.name)? {
            Some(memory) => memory,
            None => {
                let memory = Memory::beginning(&news(&room.view()));
                memory.write(folder, &hook.name)?;
                memory
            }
        };
        Ok(Courier {
            room: Arc::downgrade(room),
            hook,
            folder: Arc::clone(folder),
            memory,
            sizes: room.sizes(),
            seen: None,
            failures: 0,
            next: None,
            is_over: false,
            counted: 0,
        })
    }

    /// Until the room is closed.
    pub(super) fn run(mut self) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let Ok(runtime) = runtime.enable_time().build() else { return };
        loop {
            let Some(room) = self.room.upgrade() else { return };
            self.look(&room);
            let is_due = self.next.is_none_or(|next| next <= Moment::now());
            if !self.memory.waiting.is_empty() && is_due {
                self.send(&room);
            }
            self.count(&room);
            drop(room);
            // Another one may be sent at once.
            if !self.memory.waiting.is_empty() && self.next.is_none() {
                continue;
            }
            let wait = async { timeout(LOOK_EVERY, self.sizes.changed()).await };
            if let Ok(Err(_)) = runtime.block_on(wait) {
                return;
            }
        }
    }

    /// Keeps what is news.
    fn look(&mut self, room: &Room) {
        let view = room.view();
        let point = (view.size(), view.desk.size, view.at);
        if self.seen == Some(point) || self.is_over || self.memory.waiting.len() >= WAITING_MAX {
            return;
        }
        let mut memory = self.memory.clone();
        let origin = format!("{}\n{}", view.desk.record.origin(), self.hook.name);
        let all = news(&view);
        if memory.note(&all, &self.hook.kinds, &record(&view), &origin, room.now()) {
            if let Err(error) = memory.write(&self.folder, &self.hook.name) {
                // It stands in the record, and is found again.
                return self.complain(room, &error.to_string());
            }
            self.memory = memory;
        }
        // Where not all of it could be kept, it is looked again.
        if self.memory.waiting.len() < WAITING_MAX {
            self.seen = Some(point);
        }
    }

    /// Sends what waits longest.
    fn send(&mut self, room: &Room) {
        let Some(message) = self.memory.waiting.front() else { return };
        let seconds = room.now().ms().div_euclid(1_000);
        let time = seconds.to_string();
        let signature = self.hook.key.sign(&message.id, seconds, &message.body);
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", &message.id),
            ("webhook-timestamp", &time),
            ("webhook-signature", &signature),
        ];
        let told = tell(&self.hook.address, &headers, message.body.as_bytes(), ANSWER_SECONDS);
        let is_taken = matches!(told, Ok(200..=299));
        room.metrics.told(is_taken);
        if is_taken {
            self.memory.waiting.pop_front();
            if let Err(error) = self.memory.write(&self.folder, &self.hook.name) {
                // After a restart it would be sent again, with the same id.
                self.complain(room, &error.to_string());
            }
            (self.failures, self.next) = (0, None);
            return;
        }
        let what = match told {
            Ok(GONE) => {
                self.is_over = true;
                "answers 410, so nothing is sent there until the room is opened anew".to_owned()
            }
            Ok(status) => format!("answers {status}; it is sent again later"),
            Err(fault) => fault.to_string(),
        };
        // The first failure is told, and each after a long wait.
        let last = WAIT_SECONDS.len() - 1;
        if self.failures == 0 || self.failures >= last || self.is_over {
            self.complain(room, &what);
        }
        let seconds =
            if self.is_over { NEVER_SECONDS } else { WAIT_SECONDS[self.failures.min(last)] };
        self.failures += 1;
        self.next = Some(Moment::now() + Duration::from_secs(seconds));
    }

    fn count(&mut self, room: &Room) {
        let waiting = i64::try_from(self.memory.waiting.len()).unwrap_or(i64::MAX);
        room.metrics.news_waiting.inc_by(waiting - self.counted);
        self.counted = waiting;
    }

    fn complain(&self, room: &Room, what: &str) {
        room.tell(&format!("webhook {}: {what}", self.hook.name));
    }
}
