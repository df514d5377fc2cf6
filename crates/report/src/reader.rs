//! What the parts of a page about the life of the agreement share: links to provisions, times on
//! both clocks, and circles told once.

use crate::when::{Both, both};
use servanda_comply::answer::Answer;
use servanda_time::Zone;
use std::collections::BTreeMap;

/// What is needed to show an answer's provisions and times.
pub(crate) struct Reader<'a> {
    asked: &'a str,
    zone: &'a Zone,
    links: BTreeMap<&'a str, String>,
    /// Each circle in words, `a → b → a`.
    circles: Vec<String>,
}

/// Where the names of provisions and incidents lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// To their place on the same page.
    Here,
    /// To pages of their own: `/provisions/ID`, `/cases/ID`.
    Pages,
}

impl Links {
    pub(crate) fn provision(self, id: &str, place: usize) -> String {
        match self {
            Links::Here => format!("#provision-{}", place + 1),
            Links::Pages => format!("/provisions/{id}"),
        }
    }

    /// None: an incident has no place on the same page.
    pub(crate) fn incident(self, id: &str) -> Option<String> {
        (self == Links::Pages).then(|| format!("/cases/{id}"))
    }
}

/// A provision, with the place that is about it; empty: there is none.
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) href: String,
}

/// Why something can never be. A circle that is told elsewhere on the page is named by its place.
pub(crate) struct Never {
    pub(crate) text: String,
    pub(crate) circle: Option<String>,
}

/// The earliest that something can be.
pub(crate) struct Earliest {
    pub(crate) at: Both,
    /// It is the instant asked about: nothing but acts is missing.
    pub(crate) is_at_once: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(answer: &'a Answer, zone: &'a Zone, to: Links) -> Reader<'a> {
        let mut links = BTreeMap::new();
        // A guarantee's worksheet says more than its states, so it comes last and stays.
        for (place, provision) in answer.provisions.iter().enumerate() {
            links.insert(provision.id.as_str(), to.provision(&provision.id, place));
        }
        for (place, sheet) in answer.guarantees.iter().enumerate() {
            let href = match to {
                Links::Here => format!("#{}", Reader::guarantee_anchor(place)),
                Links::Pages => to.provision(&sheet.provision, place),
            };
            links.insert(sheet.provision.as_str(), href);
        }
        let circles = answer.life.iter().flat_map(|life| &life.circles).map(|circle| {
            let around = circle.iter().chain(circle.first()).map(String::as_str);
            around.collect::<Vec<_>>().join(" → ")
        });
        Reader { asked: &answer.asked.at, zone, links, circles: circles.collect() }
    }

    pub(crate) fn circle_anchor(place: usize) -> String {
        format!("circle-{}", place + 1)
    }

    pub(crate) fn guarantee_anchor(place: usize) -> String {
        format!("guarantee-{}", place + 1)
    }

    pub(crate) fn named(&self, id: &str) -> Named {
        let href = self.links.get(id).cloned().unwrap_or_default();
        Named { id: id.to_owned(), href }
    }

    /// A time on both clocks.
    pub(crate) fn time(&self, text: Option<&String>) -> Option<Both> {
        text.map(|text| both(text, self.zone))
    }

    pub(crate) fn earliest(&self, text: &str) -> Earliest {
        Earliest { at: both(text, self.zone), is_at_once: text == self.asked }
    }

    pub(crate) fn never(&self, text: &str) -> Never {
        let told = self.circles.iter().position(|circle| text.contains(circle.as_str()));
        match told {
            Some(place) => Never {
                text: "it waits for itself".to_owned(),
                circle: Some(Reader::circle_anchor(place)),
            },
            None => Never { text: text.to_owned(), circle: None },
        }
    }
}
