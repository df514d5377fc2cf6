//! Figures for the room's operator, as Prometheus reads them.
//!
//! They count what was asked and how long it took; no label holds a name, an address, an id or
//! anything of a case: routes are templates such as `/cases/{id}`. They are given on an address of
//! their own, never on the room's: they are for the operator, not for visitors.

use crate::limits::Limit;
use crate::room::Room;
use axum::extract::MatchedPath;
use axum::http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// Bounds of the buckets for requests, in seconds.
const REQUEST_SECONDS: [f64; 12] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Bounds of the buckets for working a view out, in seconds.
const VIEW_SECONDS: [f64; 9] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0];
/// What stands for the template of an address that is none of the room's.
const NO_ROUTE: &str = "other";
/// What the kernel says about this process.
const OWN_STATUS: &str = "/proc/self/status";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Which {
    limit: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// What is counted while the room is open.
pub(crate) struct Metrics {
    requests: Family<Answered, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    views: Histogram,
    /// Entries that this room appended.
    pub(crate) entries: Counter,
    /// Names and passwords that didn't belong together.
    pub(crate) logins_failed: Counter,
    followers: Gauge,
    news: Family<Outcome, Counter>,
    /// News that wait to be taken.
    pub(crate) news_waiting: Gauge,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(REQUEST_SECONDS)),
            views: Histogram::new(VIEW_SECONDS),
            entries: Counter::default(),
            logins_failed: Counter::default(),
            followers: Gauge::default(),
            news: Family::default(),
            news_waiting: Gauge::default(),
        }
    }
}

/// Somebody who follows what is entered; counted until it is dropped.
pub(crate) struct Follower(Gauge);

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// In which form the figures are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Prometheus's text format 0.0.4.
    Plain,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

impl Form {
    /// What an Accept header asks for: OpenMetrics where it is named and nothing liked better.
    pub(crate) fn of(accept: &str) -> Form {
        let liked = |kinds: &[&str]| {
            let mut best: Option<f32> = None;
            for one in accept.split(',') {
                let mut parts = one.split(';').map(str::trim);
                if !kinds.contains(&parts.next().unwrap_or_default()) {
                    continue;
                }
                let mut weight = 1.0;
                for part in parts {
                    match part.split_once('=') {
                        Some(("q", q)) => weight = q.parse().unwrap_or(0.0),
                        Some(("version", "0.0.1" | "1.0.0" | "0.0.4")) | None => (),
                        // Another version of it is another form.
                        Some(("version", _)) => weight = 0.0,
                        Some(_) => (),
                    }
                }
                best = Some(best.map_or(weight, |best: f32| best.max(weight)));
            }
            best
        };
        let plain = liked(&["text/plain", "text/*", "*/*"]).unwrap_or(0.0);
        match liked(&["application/openmetrics-text"]) {
            Some(weight) if weight > 0.0 && weight >= plain => Form::OpenMetrics,
            _ => Form::Plain,
        }
    }

    /// Its media type.
    pub(crate) fn media(self) -> &'static str {
        match self {
            Form::Plain => "text/plain; version=0.0.4; charset=utf-8",
            Form::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn answered(
        &self,
        matched: Option<&MatchedPath>,
        status: StatusCode,
        took: Duration,
    ) {
        let route = matched.map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
        let status = match status.as_u16() {
            0..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.durations.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { route, status }).inc();
    }

    /// Counts a view that was worked out.
    pub(crate) fn worked_out(&self, took_ms: i64) {
        self.views.observe(seconds(took_ms));
    }

    /// Counts somebody who follows.
    pub(crate) fn follower(&self) -> Follower {
        self.followers.inc();
        Follower(self.followers.clone())
    }

    /// Counts news that were handed over, or were not taken.
    pub(crate) fn told(&self, is_taken: bool) {
        let outcome = if is_taken { "taken" } else { "failed" };
        self.news.get_or_create(&Outcome { outcome }).inc();
    }

    /// All figures as they are now. What can't be had is left out.
    pub(crate) fn text(&self, room: &Room, form: Form) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = encode(&mut text, &self.registry(room));
        match form {
            Form::OpenMetrics => text,
            Form::Plain => plain(&text),
        }
    }

    fn registry(&self, room: &Room) -> Registry {
        let now = room.now();
        let view = room.shown_view();
        let mut figures = Registry::default();
        let all = figures.sub_registry_with_prefix("servanda");
        all.register("http_requests", "Requests that were answered", self.requests.clone());
        let about = "From a request's head to the head of its answer";
        let durations = self.durations.clone();
        all.register_with_unit("http_request_duration", about, Unit::Seconds, durations);
        let about = "Requests and logins that were refused as there were too many";
        all.register("refused_by_limit", about, refused(&room.limits.named()));
        let about = "Logins whose name and password did not belong together";
        all.register("logins_failed", about, self.logins_failed.clone());
        let about = "Entries that this room appended since it was opened";
        all.register("entries_appended", about, self.entries.clone());
        all.register("record_entries", "Entries of the record", gauge(view.size()));
        let about = "How old the engine's answer is that pages show";
        let age = gauge_seconds(now.ms() - view.at.ms());
        all.register_with_unit("view_age", about, Unit::Seconds, age);
        let about = "What working a view out took";
        all.register_with_unit("view_duration", about, Unit::Seconds, self.views.clone());
        let sessions = gauge(room.sessions.count_all(now.ms()) as u64);
        all.register("sessions", "Sessions that are open", sessions);
        let about = "Connections that follow what is entered";
        all.register("event_followers", about, self.followers.clone());
        let about = "Files that were shown and wait for a word";
        all.register("uploads_waiting", about, gauge(room.uploads.count(now) as u64));
        all.register("webhook_attempts", "News that were sent to others", self.news.clone());
        let about = "News that others have not taken yet";
        all.register("webhooks_waiting", about, self.news_waiting.clone());
        // Every process has these under the same names.
        let process = figures.sub_registry_with_prefix("process");
        if let Some(bytes) = resident_bytes() {
            let about = "Memory of the process that is in use";
            process.register_with_unit("resident_memory", about, Unit::Bytes, gauge(bytes));
        }
        figures
    }
}

/// OpenMetrics as text format 0.0.4: there a counter is called as its line is, and neither units
/// nor the end are said.
fn plain(text: &str) -> String {
    let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let counters: BTreeSet<&str> =
        kinds.filter(|(_, kind)| *kind == "counter").map(|(name, _)| name).collect();
    let mut out = String::with_capacity(text.len());
    for line in text.lines().filter(|line| *line != "# EOF" && !line.starts_with("# UNIT ")) {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some(what), Some(name), Some(rest)) if counters.contains(name) => {
                // Writing into a String cannot fail.
                let _ = writeln!(out, "# {what} {name}_total {rest}");
            }
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

fn gauge(value: u64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    gauge
}

fn seconds(ms: i64) -> f64 {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0)).as_secs_f64()
}

fn gauge_seconds(ms: i64) -> Gauge<f64, AtomicU64> {
    let gauge = Gauge::default();
    gauge.set(seconds(ms));
    gauge
}

fn refused(limits: &[(&'static str, &Limit)]) -> Family<Which, Counter> {
    let refused: Family<Which, Counter> = Family::default();
    for (limit, own) in limits {
        refused.get_or_create(&Which { limit }).inc_by(own.refused());
    }
    refused
}

/// Bytes of memory that this process has in use, where the system says it.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string(OWN_STATUS).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_most_is_given() {
        for (accept, form) in [
            ("", Form::Plain),
            ("*/*", Form::Plain),
            ("text/plain;version=0.0.4", Form::Plain),
            ("application/openmetrics-text", Form::OpenMetrics),
            ("application/openmetrics-text; version=1.0.0; charset=utf-8", Form::OpenMetrics),
            ("application/openmetrics-text;version=2.0.0", Form::Plain),
            ("application/openmetrics-text;q=0", Form::Plain),
            ("application/openmetrics-text;q=0.3,text/plain;q=0.8", Form::Plain),
            // As Prometheus itself asks.
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                 application/openmetrics-text;version=0.0.1;q=0.5,\
                 text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
                 text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                Form::OpenMetrics,
            ),
        ] {
            assert_eq!(Form::of(accept), form, "{accept}");
        }
    }

    #[test]
    fn the_older_form_calls_counters_by_their_lines() {
        let newer = "# HELP a_seconds It.\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\n\
                     a_seconds_total 1\n# HELP b It.\n# TYPE b gauge\nb 2\n# EOF\n";
        let older = "# HELP a_seconds_total It.\n# TYPE a_seconds_total counter\n\
                     a_seconds_total 1\n# HELP b It.\n# TYPE b gauge\nb 2\n";
        assert_eq!(plain(newer), older);
    }
}
