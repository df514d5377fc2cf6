//! Each file in `cases/` holds statements as JSON Lines and what the views say of them, in short.
//!
//! `agreement.md` beside it is the agreement of all. A block ```` ```jsonl ```` holds the entries
//! (see `given`), a block ```` ```expect ```` the views named in its first lines.
//! `UPDATE_EXPECT=1 cargo test -p servanda-positions --test cases` writes what is said now.

mod given;

use servanda_positions::{
    Contradiction, Filter, Names, Register, Shown, contradictions, percent_agreed, positions,
    timeline,
};
use std::fmt::Write;
use std::path::Path;

const GIVEN: &str = "\n```jsonl\n";
const EXPECT: &str = "\n```expect\n";

fn case(path: &Path, text: String) -> datatest_stable::Result<()> {
    let beside = path.parent().ok_or("no folder")?.join("agreement.md");
    let agreement = given::agreement(&std::fs::read_to_string(beside)?);
    let (story, rest) = text.split_once(GIVEN).ok_or("no block ```jsonl")?;
    let (lines, rest) = rest.split_once("\n```").ok_or("a block isn't closed")?;
    let expected = rest.split_once(EXPECT).map_or("", |(_, rest)| rest.trim_end());
    let expected = expected.trim_end_matches('`');
    let register = Register::gather(given::entries(lines));
    let names = Names::of(&agreement);
    let views = story.lines().find_map(|line| line.strip_prefix("Views: ")).unwrap_or("");
    let mut said = String::new();
    for view in views.trim_end_matches('.').split(", ") {
        match view {
            "positions" => show_positions(&register, &names, &mut said)?,
            "positions with the model" => {
                writeln!(said, "with the model:")?;
                show_positions(&register.clone().with_model(), &names, &mut said)?;
            }
            "contradictions" => show_contradictions(&register, &names, &mut said)?,
            "timeline" => show_timeline(&register, &names, &mut said)?,
            "percent agreed" => show_percent(&register, &names, &mut said)?,
            other => return Err(format!("no view {other:?}: say `Views: positions`").into()),
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, format!("{story}{GIVEN}{lines}\n```\n{EXPECT}{said}```\n"))?;
    } else if said.trim_end() != expected.trim_end() {
        return Err(format!("expected\n{expected}\nfound\n{said}").into());
    }
    Ok(())
}

fn cites(all: &[Shown]) -> String {
    let all: Vec<&str> = all.iter().map(|shown| shown.cite.as_str()).collect();
    all.join(" ")
}

fn word<T: serde::Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn show_positions(register: &Register, names: &Names, said: &mut String) -> std::fmt::Result {
    let view = positions(register, names.clone(), &Filter::default());
    writeln!(said, "{} texts, {} origins", view.texts, view.origins)?;
    for row in &view.rows {
        let single = if row.is_single_source { ", single source" } else { "" };
        writeln!(said, "{}: {} origins{single}", row.id, row.origins)?;
        for cell in &row.parties {
            let on = cell.on.as_deref().unwrap_or("?");
            let before = cell.before.as_ref().map(|b| format!(", before {}", b.cite));
            writeln!(
                said,
                "  {}: {} {} on {on} ({}), {} origins{}; all {}",
                cell.party,
                cell.latest.cite,
                word(&cell.latest.act),
                word(&cell.basis),
                cell.origins,
                before.unwrap_or_default(),
                cites(&cell.statements),
            )?;
        }
        for cell in &row.outlets {
            let against = if cell.against.is_empty() { "" } else { " against " };
            let (cites, others) = (cell.cites.join(" "), cell.against.join(" "));
            writeln!(said, "  {}: {} {cites}{against}{others}", cell.outlet, word(&cell.stand))?;
        }
    }
    for (what, all) in [
        ("without party", &view.without_party),
        ("without point", &view.without_point),
        ("rejected", &view.rejected),
        ("proposed", &view.proposed),
    ] {
        if !all.is_empty() {
            writeln!(said, "{what}: {}", cites(all))?;
        }
    }
    Ok(())
}

fn show_contradictions(register: &Register, names: &Names, said: &mut String) -> std::fmt::Result {
    let view = contradictions(register, names.clone());
    if view.contradictions.is_empty() {
        writeln!(said, "no contradiction")?;
    }
    let show = |what: &str, all: &[Contradiction], said: &mut String| {
        for one in all {
            writeln!(said, "{what} {} of {} ({})", word(&one.slot), one.about, one.rule)?;
            for side in &one.sides {
                writeln!(
                    said,
                    "  {}: {}; by {}; {} origins; {}",
                    side.value,
                    side.outlets.join(", "),
                    side.speakers.join(", "),
                    side.origins,
                    cites(&side.statements),
                )?;
            }
            if !one.within.is_empty() {
                writeln!(said, "  within {}", one.within.join(", "))?;
            }
        }
        Ok(())
    };
    show("contradiction:", &view.contradictions, said)?;
    show("divergence:", &view.divergences, said)?;
    for drift in &view.drifts {
        let differing = drift.differing.join(" ");
        writeln!(said, "drift: {}; {}; {differing}", drift.speaker, cites(&drift.statements))?;
    }
    for one in &view.attributions {
        writeln!(
            said,
            "attribution: {} by {}: {}; own {}, attributed {}; {} percent",
            one.about,
            one.speakers.join(", "),
            word(&one.slot),
            one.own.cite,
            cites(&one.attributed),
            one.shared_percent,
        )?;
    }
    Ok(())
}

fn show_timeline(register: &Register, names: &Names, said: &mut String) -> std::fmt::Result {
    for event in timeline(register, names.clone()).events {
        let planned = if event.is_planned { "planned " } else { "" };
        let disputed = if event.is_disputed { ", disputed" } else { "" };
        writeln!(
            said,
            "{planned}{} of {} at {}: {} origins{disputed}; {}",
            word(&event.kind),
            event.participants.join(" and "),
            event.places.join(", "),
            event.origins,
            cites(&event.statements),
        )?;
        for date in &event.dates {
            let outlets = date.outlets.join(", ");
            writeln!(said, "  {}: {outlets}; {} origins", date.date, date.origins)?;
        }
    }
    Ok(())
}

fn show_percent(register: &Register, names: &Names, said: &mut String) -> std::fmt::Result {
    let view = percent_agreed(register, names.clone());
    for share in &view.stated {
        writeln!(
            said,
            "{} percent of {:?} by {} on {}: {} origins; {}",
            share.percent,
            share.object,
            share.speaker,
            share.on.as_deref().unwrap_or("?"),
            share.origins,
            cites(&share.statements),
        )?;
    }
    writeln!(said, "left out: {}", cites(&view.left_out))
}

datatest_stable::harness! {
    { test = case, root = "cases", pattern = r"(case|seed)_[a-z_]+\.md$" },
}
