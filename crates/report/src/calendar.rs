//! Clocks as a calendar: RFC 5545, one event for each date that is known.

use servanda_comply::answer::{Answer, Clock, ClockState};
use servanda_time::Instant;

/// Octets of a content line, at most (RFC 5545, 3.1).
const LINE_OCTETS_MAX: usize = 75;

/// The clocks of an answer as an iCalendar file. A clock whose date isn't known yet has no event;
/// the same clock has the same identifier in every answer of its record, so that a calendar that
/// is read again is brought up to date.
///
/// ```
/// # use servanda_report::calendar;
/// # fn of(answer: &servanda_comply::Answer) {
/// let text = calendar(answer);
/// assert!(text.starts_with("BEGIN:VCALENDAR\r\n"));
/// # }
/// ```
#[must_use]
pub fn calendar(answer: &Answer) -> String {
    let mut text = String::new();
    let asked = &answer.asked;
    line(&mut text, "BEGIN:VCALENDAR");
    line(&mut text, "VERSION:2.0");
    line(&mut text, "PRODID:-//Servanda//Clocks//EN");
    line(&mut text, &format!("X-WR-CALNAME:{}", escaped(&answer.title)));
    let origin = asked.record.as_ref().map_or(asked.agreement.as_str(), |record| &record.origin);
    for clock in &answer.clocks {
        event(&mut text, clock, origin, &asked.at);
    }
    line(&mut text, "END:VCALENDAR");
    text
}

fn event(text: &mut String, clock: &Clock, origin: &str, asked: &str) {
    let Some(due) = clock.due.as_deref().and_then(utc) else { return };
    let Some(stamp) = utc(asked) else { return };
    let name =
        [Some(clock.provision.as_str()), clock.reading.as_deref(), Some(clock.what.as_str())];
    let name = name.into_iter().flatten().collect::<Vec<_>>().join("/");
    line(text, "BEGIN:VEVENT");
    line(text, &format!("UID:{}", escaped(&format!("{name}@{origin}"))));
    line(text, &format!("DTSTAMP:{stamp}"));
    line(text, &format!("DTSTART:{due}"));
    let reading = clock.reading.as_ref().map(|reading| format!(" [{reading}]"));
    let summary = format!("{}: {}{}", clock.provision, clock.what, reading.unwrap_or_default());
    line(text, &format!("SUMMARY:{}", escaped(&summary)));
    let mut said = vec![format!("{} when asked at {asked}", clock.state.word())];
    if !clock.waits_for.is_empty() {
        said.push(format!("waits for {}", clock.waits_for.join(", ")));
    }
    said.extend(clock.why.iter().map(|why| why.text.clone()));
    line(text, &format!("DESCRIPTION:{}", escaped(&said.join("\n"))));
    let settled = matches!(clock.state, ClockState::Met | ClockState::Late | ClockState::Ended);
    line(text, if settled { "STATUS:CONFIRMED" } else { "STATUS:TENTATIVE" });
    line(text, "TRANSP:TRANSPARENT");
    line(text, "END:VEVENT");
}

/// A time as `20260411T130000Z`; parts of a second are left out.
fn utc(text: &str) -> Option<String> {
    let at = Instant::parse(text, None).ok()?.to_string();
    let plain = at.split('.').next().unwrap_or(&at).trim_end_matches('Z');
    Some(plain.replace(['-', ':'], "") + "Z")
}

/// A text value: separators and line ends written out, control characters left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A content line, folded between characters.
fn line(text: &mut String, content: &str) {
    let mut octets = 0;
    for c in content.chars() {
        if octets + c.len_utf8() > LINE_OCTETS_MAX {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets += c.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_and_separators_written_out() {
        let mut text = String::new();
        line(&mut text, &format!("SUMMARY:{}", escaped(&"á,;\\\n\u{7}".repeat(30))));
        assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX), "{text}");
        let whole = text.replace("\r\n ", "");
        assert_eq!(whole, format!("SUMMARY:{}\r\n", "á\\,\\;\\\\\\n".repeat(30)));
        assert_eq!(utc("2026-04-11T13:00:00.5Z").unwrap(), "20260411T130000Z");
        assert_eq!(utc("soon"), None);
    }
}
