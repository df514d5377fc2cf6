//! The interface's words: messages in Fluent, one file a language, and none in the code.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

pub use fluent_bundle::FluentValue as Value;

/// The messages of the language that is always there.
pub(crate) const ENGLISH: &str = include_str!("../messages/en.ftl");

/// The words of one language.
pub struct Words {
    language: String,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// English.
    #[must_use]
    pub fn english() -> Words {
        Words::of("en", ENGLISH)
    }

    /// The messages of a file. What is wrong in it is left out: a test reads each file.
    fn of(language: &str, messages: &str) -> Words {
        let id: LanguageIdentifier = language.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Marks of isolation would be written out in a page like all hidden characters; templates
        // put names into <bdi>.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(messages.to_owned()).unwrap_or_else(|(res, _)| res);
        bundle.add_resource_overriding(resource);
        Words { language: language.to_owned(), bundle }
    }

    /// The language's tag (BCP 47).
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// A message, with what it leaves open filled in. One that there isn't is shown by its key.
    #[must_use]
    pub fn say(&self, key: &str, open: &[(&str, Value<'_>)]) -> String {
        let message = self.bundle.get_message(key);
        let Some(pattern) = message.as_ref().and_then(fluent_bundle::FluentMessage::value) else {
            return key.to_owned();
        };
        let mut args = FluentArgs::with_capacity(open.len());
        for (name, value) in open {
            args.set((*name).to_owned(), value.clone());
        }
        let mut faults = Vec::new();
        self.bundle.format_pattern(pattern, Some(&args), &mut faults).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_filled_in_and_nothing_is_hidden_in_it() {
        let words = Words::of(
            "en",
            "seen = { $n ->\n    [one] one entry\n   *[other] { $n } entries\n}\n\
             by = by { $who }\n",
        );
        assert_eq!(words.say("seen", &[("n", 1.into())]), "one entry");
        assert_eq!(words.say("seen", &[("n", 1200.into())]), "1200 entries");
        let who = "\u{202E}x";
        assert_eq!(words.say("by", &[("who", who.into())]), "by \u{202E}x");
    }

    #[test]
    fn what_is_missing_is_shown_by_its_key() {
        assert_eq!(Words::english().say("there-is-no-such-key", &[]), "there-is-no-such-key");
    }

    #[test]
    fn the_messages_can_all_be_read() {
        assert!(FluentResource::try_new(ENGLISH.to_owned()).is_ok());
    }
}
