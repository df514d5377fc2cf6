//! Who writes, and which journal holds.

/// Largest lock in bytes: three lines.
pub(crate) const LOCK_BYTES_MAX: u64 = 128;
const TITLE: &str = "servanda lock 1";

/// What `lock` says. Each value is there once at most, so its ETag tells it from all others.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lock {
    /// How often it was taken, or a journal closed. One owner for each.
    pub(crate) epoch: u64,
    /// The epoch whose frames hold; 0 when none do.
    pub(crate) journal: u64,
}

impl Lock {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        format!("{TITLE}\n{}\n{}\n", self.epoch, self.journal).into_bytes()
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Lock> {
        let lines = std::str::from_utf8(bytes).ok()?.strip_prefix(TITLE)?.strip_prefix('\n')?;
        let (epoch, rest) = lines.split_once('\n')?;
        let journal = rest.strip_suffix('\n')?;
        let lock = Lock { epoch: epoch.parse().ok()?, journal: journal.parse().ok()? };
        (lock.to_bytes() == bytes && lock.journal <= lock.epoch).then_some(lock)
    }

    /// None after so many writers as no record ever has.
    pub(crate) fn taken_over(self) -> Option<Lock> {
        Some(Lock { epoch: self.epoch.checked_add(1)?, ..self })
    }

    pub(crate) fn opened(self) -> Lock {
        Lock { journal: self.epoch, ..self }
    }

    pub(crate) fn closed(self) -> Option<Lock> {
        let own = u64::from(self.journal == self.epoch);
        Some(Lock { epoch: self.epoch.checked_add(own)?, journal: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn only_what_is_written_is_read() {
        let lock = Lock { epoch: 12, journal: 7 };
        assert_eq!(Lock::read(&lock.to_bytes()), Some(lock));
        for bad in [
            "",
            "servanda lock 1\n1\n",
            "servanda lock 1\n1\n2\n",
            "servanda lock 1\n01\n0\n",
            "servanda lock 1\n1\n0\n\n",
            "servanda lock 2\n1\n0\n",
        ] {
            assert_eq!(Lock::read(bad.as_bytes()), None, "{bad}");
        }
    }
}
