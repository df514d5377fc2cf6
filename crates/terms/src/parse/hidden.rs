//! Characters that a reader cannot see.

use crate::codes;
use crate::findings::Findings;
use servanda_diag::Diagnostic;
use servanda_text::{SourceText, Span, is_hidden};

/// No more places than this are pointed at.
const PLACES_MAX: usize = 8;

/// Control characters are errors: no editor writes them. Marks that steer reading direction and
/// the like are warnings: some scripts use them, and forgers do too.
pub(crate) fn check(source: &SourceText, findings: &mut Findings) {
    let (mut controls, mut marks) = (Vec::new(), Vec::new());
    for (at, c) in source.text().char_indices() {
        let byte_order_mark = at == 0 && c == '\u{FEFF}';
        if !is_hidden(c) || c == '\r' || byte_order_mark {
            continue;
        }
        let span = Span::of(at..at + c.len_utf8());
        let list = if c.is_control() { &mut controls } else { &mut marks };
        list.push((span, c));
    }
    if let Some(found) =
        pointed(codes::HIDDEN.error("the file holds control characters"), &controls)
    {
        findings.push(
            found
                .reason("They show nothing, and other programs may stop reading at them.")
                .help("delete them"),
        );
    }
    if let Some(found) =
        pointed(codes::HIDDEN.warning("the file holds characters that are not seen"), &marks)
    {
        findings.push(
            found
                .reason(
                    "They can make a text look different from what the machine reads, so that \
                     two parties sign two texts.",
                )
                .help("delete them, unless the script of the text needs them"),
        );
    }
}

fn pointed(found: Diagnostic, places: &[(Span, char)]) -> Option<Diagnostic> {
    let (first, c) = places.first()?;
    let name = |c: &char| format!("U+{:04X}", u32::from(*c));
    let mut found = found.primary(*first, name(c));
    for (span, c) in places.iter().take(PLACES_MAX).skip(1) {
        found = found.secondary(*span, name(c));
    }
    if places.len() > PLACES_MAX {
        let title = format!("{} ({} places)", found.title, places.len());
        found.title = title;
    }
    Some(found)
}
