//! Points that are not agreed.

use super::{Duty, listed};
use crate::codes;
use crate::details::{Details, PointStatus};
use crate::findings::Findings;

/// Names each point of a draft that is open, with each party's stand. A text that is no draft and
/// gives no positions may leave a matter to the parties.
pub(crate) fn open(duty: &Duty, findings: &mut Findings) {
    let Some(Details::Point(point)) = duty.provision.readings.first().map(|r| &r.details) else {
        return;
    };
    let is_told = duty.agreement.draft.is_some() || !point.positions.is_empty();
    if point.status != PointStatus::Open || !is_told {
        return;
    }
    let stands: Vec<String> = point
        .positions
        .iter()
        .map(|position| format!("{} {}", position.party, position.stance.word()))
        .collect();
    let stands = match stands.as_slice() {
        [] => "no position is known".to_owned(),
        stands => listed(stands.iter().map(String::as_str)),
    };
    findings.push(
        codes::POINT_OPEN
            .note(format!("`{}` is open: {stands}", duty.provision.id))
            .primary(duty.mark.head, "not agreed")
            .reason("Nothing that depends on it can be computed.")
            .help("when it is agreed, write its article, or status = \"agreed\""),
    );
}
