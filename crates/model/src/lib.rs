//! A language model as a second reader of published texts: what it is asked, and what of its
//! answer counts.
//!
//! Pure: who carries question and answer is not known here. The rules read first. What a model
//! says is believed in nothing that can be checked: the words must stand in the paragraph, the
//! speaker in the text or in the agreement, a quotation in quotation marks; kinds, acts, statuses
//! and topics must be of our lists. What a rule found already is not added again. All else is
//! refused, and counted by its reason.
//!
//! ```
//! use servanda_model::{Prompt, SecondReader};
//! use servanda_statements::{Cast, Paragraph, Part, Text};
//! # use servanda_terms::{SourceText, load};
//! # use std::collections::BTreeMap;
//! # let agreement = "+++\nid = 'x'\ntitle = 'X'\nversion = '1'\ntimezone = 'UTC'\n+++\n";
//! # let (agreement, _) = load(&SourceText::new("x.md", agreement), &BTreeMap::new());
//! # let agreement = agreement.unwrap();
//! let cast = Cast::of(&agreement);
//! let prompt = Prompt::of(&agreement, &cast);
//! let text = "The guns are to fall silent; so it was put by the envoy of Northland.";
//! let paragraphs = [Paragraph { text, part: Part::Body }];
//! let text = Text { paragraphs: &paragraphs, published: None, outlet: None };
//! let mut reader = SecondReader::of(&text, &cast, &prompt, &[]);
//! let question = &reader.questions()[0];
//! assert!(question.text.contains("The guns are to fall silent"));
//! let answer = r#"{"statements": [{"paragraph": 0, "content": "The guns are to fall silent",
//!     "speaker": "the envoy of Northland", "kind": "indirect", "act": "demand"}]}"#;
//! assert!(reader.hear(question, answer).is_ok());
//! assert_eq!(reader.heard().statements[0].speaker.name, "the envoy of Northland");
//! ```

mod folded;
mod hear;
mod prompt;
mod question;

pub use hear::{Broken, Heard, Refused, SecondReader};
pub use prompt::Prompt;
pub use question::Question;
