use std::fmt;

/// A value that must not be seen. It is shown in no message, compared with nothing and written
/// nowhere by accident: whoever wants it asks for it by name.
pub struct Withheld<T>(T);

impl<T> Withheld<T> {
    /// Takes a value in.
    pub fn new(value: T) -> Withheld<T> {
        Withheld(value)
    }

    /// The value, for those who may have it.
    pub fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, for those who may have it.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Withheld<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[withheld]")
    }
}
