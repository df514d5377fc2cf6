//! From the tables of a mapping file to its rules.

use super::{
    Cell, ClaimRule, ColumnId, CountRule, CoverageExtent, CoverageRule, Mapping, MappingKind,
    PlaceRule, Radius, TimeRule,
};
use crate::limits::RADIUS_MM_MAX;
use crate::toml::{Errors, Fields};
use servanda_entry::Watch;
use servanda_time::{Amount, Precision, Zone};
use std::collections::BTreeMap;
use toml_edit::Item;

const KINDS: [&str; 4] = ["observation", "claim", "site", "coverage"];
const EVERY_KIND: [&str; 6] = ["kind", "timezone", "licence", "note", "time", "place"];

/// The keys that each kind has beside [`EVERY_KIND`].
fn keys_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "observation" => &[
            "observation",
            "unit",
            "count",
            "counts",
            "attributes",
            "key",
            "origin",
            "sides",
            "coverage",
        ],
        "claim" => &["claim", "unit", "count"],
        "site" => &["sites", "name", "attributes", "key"],
        _ => &["watch", "attributes"],
    }
}

/// Reads the rules one by one; each that is wrong leaves an error, so that all are told at once.
pub(super) struct Builder<'t> {
    pub(super) errors: Errors<'t>,
    columns: Vec<String>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(errors: Errors<'t>) -> Builder<'t> {
        Builder { errors, columns: Vec::new() }
    }

    /// The mapping, when there is no error; otherwise there is at least one.
    pub(super) fn mapping(&mut self, name: &str, top: Fields<'_>) -> Option<Mapping> {
        let kind = self.kind(top)?;
        let known: Vec<&str> = EVERY_KIND.iter().chain(keys_of(kind)).copied().collect();
        top.only(&known, &mut self.errors);
        let (time, precision) = self.time(top, kind);
        let place = self.place(top);
        self.needs(kind, top, place.as_ref());
        let mapping = Mapping {
            name: name.to_string(),
            timezone: self.timezone(top),
            licence: top.word("licence", &mut self.errors).unwrap_or_default(),
            note: top.word("note", &mut self.errors).unwrap_or_default(),
            time,
            precision,
            place,
            counts: self.counts(top),
            attributes: self.attributes(top),
            key: self.column_list(top, "key"),
            label: self.cell(top, "name"),
            origins: self.origins(top),
            sides: self.column_list(top, "sides"),
            claim: self.claim(top),
            watch: self.cell(top, "watch"),
            coverage: self.coverage(top),
            columns: std::mem::take(&mut self.columns),
            kind: match kind {
                "observation" => {
                    MappingKind::Observation(top.word("observation", &mut self.errors)?)
                }
                "site" => MappingKind::Site(top.word("sites", &mut self.errors)?),
                "claim" => MappingKind::Claim,
                _ => MappingKind::Coverage,
            },
        };
        self.errors.is_empty().then_some(mapping)
    }

    /// What the kind must have and can't have.
    fn needs(&mut self, kind: &str, top: Fields<'_>, place: Option<&PlaceRule>) {
        let needed: &[(&str, &str)] = match kind {
            "observation" => &[
                ("observation", "observation = \"…\", the word for what is observed"),
                ("time", "[time]"),
            ],
            "claim" => &[("claim", "[claim] with by and what")],
            "site" => &[("sites", "sites = \"…\", the id of the register"), ("place", "[place]")],
            _ => &[
                ("time", "[time]"),
                ("watch", "watch, a column with complete, partial or blind, or { text = \"…\" }"),
            ],
        };
        for (key, what) in needed {
            if !top.has(key) {
                let message = format!("a mapping of the kind \"{kind}\" needs {what}");
                self.errors.add(top.at("kind"), message);
            }
        }
        if kind == "claim" && top.has("place") {
            self.errors.add(top.at("place"), "a claim has no place; leave it out");
        }
        if kind == "coverage" && matches!(place, Some(PlaceRule::Disc { .. })) {
            self.errors.add(top.at("place"), "coverage is of a zone, not of a point");
        }
        if kind == "site" && top.has("time") {
            self.errors.add(top.at("time"), "a site has no time; leave it out");
        }
    }

    fn kind(&mut self, top: Fields<'_>) -> Option<&'static str> {
        if !top.has("kind") {
            let message = format!("\"kind\" is missing; it is one of {}", KINDS.join(", "));
            self.errors.add(None, message);
            return None;
        }
        let word = top.word("kind", &mut self.errors)?;
        let known = KINDS.into_iter().find(|kind| *kind == word);
        if known.is_none() {
            self.errors.add(
                top.at("kind"),
                format!("unknown kind \"{word}\"; it is one of {}", KINDS.join(", ")),
            );
        }
        known
    }

    fn timezone(&mut self, top: Fields<'_>) -> Option<Zone> {
        let name = top.word("timezone", &mut self.errors)?;
        match Zone::named(&name) {
            Ok(zone) => Some(zone),
            Err(error) => {
                self.errors.add(top.at("timezone"), error.to_string());
                None
            }
        }
    }

    fn column(&mut self, name: String) -> ColumnId {
        let at = self.columns.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.columns.push(name);
            self.columns.len() - 1
        });
        ColumnId(at)
    }

    fn column_of(&mut self, fields: Fields<'_>, key: &str) -> Option<ColumnId> {
        let name = fields.word(key, &mut self.errors)?;
        Some(self.column(name))
    }

    fn column_list(&mut self, fields: Fields<'_>, key: &str) -> Vec<ColumnId> {
        let names = fields.words(key, &mut self.errors);
        names.into_iter().map(|name| self.column(name)).collect()
    }

    /// `"column"` or `{ text = "…" }`.
    fn cell(&mut self, fields: Fields<'_>, key: &str) -> Option<Cell> {
        let item = fields.item(key)?;
        if let Some(name) = item.as_str().filter(|name| !name.is_empty()) {
            return Some(Cell::Column(self.column(name.to_string())));
        }
        let fixed = item.as_table_like().filter(|table| table.len() == 1);
        if let Some(text) = fixed.and_then(|table| table.get("text")).and_then(Item::as_str) {
            return Some(Cell::Text(text.to_string()));
        }
        let message = format!("\"{key}\" must be a column, or {{ text = \"…\" }}");
        self.errors.add(item.span().or(fields.at(key)), message);
        None
    }

    fn origins(&mut self, top: Fields<'_>) -> Vec<Cell> {
        match top.item("origin") {
            Some(item) if item.is_array() => {
                self.column_list(top, "origin").into_iter().map(Cell::Column).collect()
            }
            _ => self.cell(top, "origin").into_iter().collect(),
        }
    }

    fn time(&mut self, top: Fields<'_>, kind: &str) -> (Option<TimeRule>, Option<Precision>) {
        let Some(time) = top.table("time", &mut self.errors) else {
            return (None, None);
        };
        time.only(&["from", "to", "at", "until", "day", "span", "precision"], &mut self.errors);
        let precision = self.precision(time);
        let span = self.span(time);
        let names = ["from", "to", "at", "until", "day"];
        let given: Vec<&str> = names.into_iter().filter(|name| time.has(name)).collect();
        let rule = match given.as_slice() {
            ["from", "to"] => self
                .column_of(time, "from")
                .zip(self.column_of(time, "to"))
                .map(|(from, to)| TimeRule::FromTo(from, to)),
            ["at"] => self.column_of(time, "at").map(|at| TimeRule::At(at, span)),
            ["until"] => {
                // A claim may say up to when without saying since when.
                if !time.has("span") && kind != "claim" {
                    self.errors
                        .add(time.at("until"), "\"until\" needs a \"span\", such as \"1 day\"");
                }
                self.column_of(time, "until").map(|until| TimeRule::Until(until, span))
            }
            ["day"] => self.column_of(time, "day").map(TimeRule::Day),
            _ => {
                let message = "[time] needs from and to, or at, or until, or day";
                self.errors.add(time.at(given.first().copied().unwrap_or("")), message);
                None
            }
        };
        if time.has("span") && !matches!(given.as_slice(), ["at"] | ["until"]) {
            self.errors.add(time.at("span"), "\"span\" goes with \"at\" or \"until\"");
        }
        (rule, precision)
    }

    fn precision(&mut self, time: Fields<'_>) -> Option<Precision> {
        match time.word("precision", &mut self.errors)?.as_str() {
            "day" => Some(Precision::Day),
            "minute" => Some(Precision::Minute),
            "second" => Some(Precision::Second),
            _ => {
                let message = "\"precision\" is day, minute or second";
                self.errors.add(time.at("precision"), message);
                None
            }
        }
    }

    fn span(&mut self, time: Fields<'_>) -> Option<Amount> {
        let text = time.word("span", &mut self.errors)?;
        let read = text.parse::<Amount>().map_err(|error| error.to_string());
        let checked = read.and_then(|span| match span.count {
            0 => Err("a span of nothing; give at least 1".to_string()),
            _ if time.has("until") && span.elapsed_ms().is_none() => {
                Err("a span of months or years can't be counted back from an end".to_string())
            }
            _ => Ok(span),
        });
        match checked {
            Ok(span) => Some(span),
            Err(message) => {
                self.errors.add(time.at("span"), message);
                None
            }
        }
    }

    fn place(&mut self, top: Fields<'_>) -> Option<PlaceRule> {
        let place = top.table("place", &mut self.errors)?;
        if place.has("zone") {
            return self.zone(place);
        }
        place.only(&["lat", "lon", "radius_m"], &mut self.errors);
        if !(place.has("lat") && place.has("lon")) {
            self.errors.add(place.at("lat"), "[place] needs lat and lon, or zone");
            return None;
        }
        let radius = self.radius(place);
        let (lat, lon) = (self.column_of(place, "lat")?, self.column_of(place, "lon")?);
        Some(PlaceRule::Disc { lat, lon, radius })
    }

    fn zone(&mut self, place: Fields<'_>) -> Option<PlaceRule> {
        place.only(&["zone", "zones"], &mut self.errors);
        let item = place.item("zone")?;
        if let Some(table) = item.as_table_like() {
            let id = table.get("id").and_then(Item::as_str).filter(|_| table.len() == 1);
            if let (Some(id), false) = (id, place.has("zones")) {
                return Some(PlaceRule::Zone(id.to_string()));
            }
            let message = "\"zone\" must be a column, or { id = \"…\" } without zones";
            self.errors.add(item.span().or(place.at("zone")), message);
            return None;
        }
        let column = self.column_of(place, "zone")?;
        let Some(table) = place.table("zones", &mut self.errors) else {
            self.errors.add(
                place.at("zone"),
                "a zone column needs [place.zones]: each name in the file = the zone's id",
            );
            return None;
        };
        let mut zones = BTreeMap::new();
        for name in table.keys() {
            if let Some(id) = table.word(name, &mut self.errors) {
                zones.insert(name.to_string(), id);
            }
        }
        Some(PlaceRule::ZoneColumn { column, zones })
    }

    fn radius(&mut self, place: Fields<'_>) -> Radius {
        let Some(item) = place.item("radius_m") else {
            return Radius::Millimetres(0);
        };
        if let Some(name) = item.as_str() {
            return Radius::Metres(self.column(name.to_string()));
        }
        let metres = item.as_integer().and_then(|m| u64::try_from(m).ok());
        let mm = metres.and_then(|m| m.checked_mul(1_000)).filter(|mm| *mm <= RADIUS_MM_MAX);
        match mm {
            Some(mm) => Radius::Millimetres(mm),
            None => {
                let message = "\"radius_m\" must be a column, or whole metres such as 500";
                self.errors.add(item.span().or(place.at("radius_m")), message);
                Radius::Millimetres(0)
            }
        }
    }

    fn counts(&mut self, top: Fields<'_>) -> Vec<CountRule> {
        let unit = top.word("unit", &mut self.errors);
        if top.has("count") && top.has("counts") {
            let message = "[count] is for one figure a row, [[counts]] for several; use one";
            self.errors.add(top.at("counts"), message);
        }
        let mut rules = Vec::new();
        if let Some(count) = top.table("count", &mut self.errors) {
            count.only(&["best", "low", "high", "unit"], &mut self.errors);
            if !["best", "low", "high"].iter().any(|key| count.has(key)) {
                self.errors.add(count.at(""), "[count] needs best, low or high");
            }
            rules.push(CountRule {
                unit: self.unit(count, unit.as_deref()),
                best: self.column_of(count, "best"),
                low: self.column_of(count, "low"),
                high: self.column_of(count, "high"),
                zone: None,
            });
        }
        for count in top.tables("counts", &mut self.errors) {
            count.only(&["column", "zone", "unit"], &mut self.errors);
            let best = self.column_of(count, "column");
            if best.is_none() {
                self.errors.add(count.at(""), "[[counts]] needs its column");
            }
            if count.has("zone") && top.has("place") {
                self.errors
                    .add(count.at("zone"), "the place stands here or in [place], not in both");
            }
            rules.push(CountRule {
                unit: self.unit(count, unit.as_deref()),
                best,
                low: None,
                high: None,
                zone: count.word("zone", &mut self.errors),
            });
        }
        if rules.is_empty() && top.has("unit") {
            self.errors.add(top.at("unit"), "a unit needs [count] or [[counts]]");
        }
        rules
    }

    fn unit(&mut self, count: Fields<'_>, of_all: Option<&str>) -> String {
        let own = count.word("unit", &mut self.errors);
        own.or(of_all.map(str::to_string)).unwrap_or_else(|| {
            let message = "a count needs its unit, such as unit = \"violation\"";
            self.errors.add(count.at(""), message);
            String::new()
        })
    }

    fn attributes(&mut self, top: Fields<'_>) -> Vec<(String, Cell)> {
        let Some(table) = top.table("attributes", &mut self.errors) else {
            return Vec::new();
        };
        let names = table.keys();
        names
            .into_iter()
            .filter_map(|name| Some((name.to_string(), self.cell(table, name)?)))
            .collect()
    }

    fn claim(&mut self, top: Fields<'_>) -> Option<ClaimRule> {
        let claim = top.table("claim", &mut self.errors)?;
        claim.only(&["by", "against", "what", "address", "quality"], &mut self.errors);
        for key in ["by", "what"] {
            if !claim.has(key) {
                self.errors.add(claim.at(key), format!("[claim] needs \"{key}\""));
            }
        }
        let (by, what) = (self.cell(claim, "by"), self.cell(claim, "what"));
        let (against, address) = (self.cell(claim, "against"), self.cell(claim, "address"));
        let quality = self.cell(claim, "quality");
        Some(ClaimRule { by: by?, against, what: what?, address, quality })
    }

    fn coverage(&mut self, top: Fields<'_>) -> Option<CoverageRule> {
        let table = top.table("coverage", &mut self.errors)?;
        table.only(&["regions_with_rows", "rows", "watch"], &mut self.errors);
        let regions = table.flag("regions_with_rows", &mut self.errors);
        let rows = table.word("rows", &mut self.errors);
        let watch = match table.word("watch", &mut self.errors).as_deref() {
            None | Some("partial") => Watch::Partial,
            Some("complete") => Watch::Complete,
            Some(_) => {
                let message = "\"watch\" is partial or complete here";
                self.errors.add(table.at("watch"), message);
                Watch::Partial
            }
        };
        let extent = match (regions, rows.as_deref()) {
            (true, None) => CoverageExtent::RegionsWithRows,
            (false, Some("span")) => CoverageExtent::Rows,
            _ => {
                let message = "[coverage] needs regions_with_rows = true, or rows = \"span\"";
                self.errors.add(table.at("rows"), message);
                return None;
            }
        };
        Some(CoverageRule { extent, watch })
    }
}
