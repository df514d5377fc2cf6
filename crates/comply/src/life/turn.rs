//! What can come in the life of an agreement, each with its words.

/// Something in the life of an agreement that has a moment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Turn {
    /// The last signature.
    Signature,
    /// The agreement's entry into force.
    Force,
    /// Its end.
    End,
    /// A provision begins to bind.
    Start(String),
    /// It ceases to bind.
    Stop(String),
    /// It is done.
    Done(String),
    /// It is done, as a whole or in that stage, by that party.
    DoneBy(String, Option<String>, Option<String>),
    /// A stage of it is done by all who are bound.
    StageDone(String, String),
    /// A party's withdrawal takes effect.
    Withdrawn(String),
    /// A guarantee's trigger is found met.
    Trigger(String),
    /// A condition holds: a truth, not a moment.
    Holds(String),
}

impl Turn {
    /// In words.
    pub(crate) fn words(&self) -> String {
        match self {
            Turn::Signature => "signature".into(),
            Turn::Force => "entry into force".into(),
            Turn::End => "end of the agreement".into(),
            Turn::Start(id) => format!("start of {id}"),
            Turn::Stop(id) => format!("end of {id}"),
            Turn::Done(id) | Turn::Holds(id) => id.clone(),
            Turn::StageDone(id, stage) | Turn::DoneBy(id, Some(stage), _) => {
                format!("{id}, {stage}")
            }
            Turn::DoneBy(id, None, _) => id.clone(),
            Turn::Withdrawn(party) => format!("withdrawal of {party}"),
            Turn::Trigger(id) => format!("trigger of {id}"),
        }
    }
}

impl Turn {
    /// Whether it is something about that provision, or about the agreement as a whole.
    pub(crate) fn is_of(&self, provision: &str) -> bool {
        match self {
            Turn::Signature | Turn::Force | Turn::End | Turn::Withdrawn(_) => {
                provision == "agreement"
            }
            Turn::Start(id)
            | Turn::Stop(id)
            | Turn::Done(id)
            | Turn::DoneBy(id, ..)
            | Turn::StageDone(id, _)
            | Turn::Trigger(id)
            | Turn::Holds(id) => id == provision,
        }
    }

    /// Whether something ends.
    pub(crate) fn is_end(&self) -> bool {
        matches!(self, Turn::End | Turn::Stop(_))
    }
}
