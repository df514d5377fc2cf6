//! An invented truce: two sides, a river, a few sources.

use crate::world::{World, list, text};
use serde_json::Value;

/// When everything is received.
pub(crate) const NOW: &str = "2026-06-20T12:00:00Z";

const AGREEMENT: &str = r#"+++
id       = "river-truce"
title    = "Truce on the river"
version  = "1"
timezone = "UTC"

[party.N]
name    = "NORTHLAND"
aliases = ["the North"]

[party.S]
name = "SOUTHLAND"

[zone.river]
name   = "ten kilometres round the bridge"
circle = { lon = 10.0, lat = 45.0, radius_m = 10000 }

[zone.hills]
name   = "where nobody goes"
circle = { lon = 12.0, lat = 46.0, radius_m = 5000 }

[source.patrol]
name    = "Patrols of the mission"
mapping = "watch_log.map.toml"
shows   = ["explosion", "shot"]
lag     = "1 day"

[source.satellite]
name   = "Heat from above"
format = "firms"
shows  = ["fire"]
passes = { by = "satellite", gap = "30 minutes" }
strata = "light"
lag    = "1 day"

[source.orbit]
name    = "When the satellites passed"
mapping = "orbit.map.toml"
shows   = ["fire"]

[source.camera]
name  = "Cameras on the bridge"
shows = ["shot"]

[source.events]
name    = "Lethal events"
format  = "ucdp"
shows   = ["lethal-event"]
rows    = "events"
measure = "death"
lag     = "1 day"

[source.claims]
name   = "The parties' own claims"
format = "claims"
shows  = ["claim"]
+++

# Truce on the river

## 1. Fire

Neither side fires within ten kilometres of the bridge from 1 to 7 June 2026.

```toml term
[prohibit.fire]
who         = ["N", "S"]
acts        = ["explosion", "shot", "lethal-event"]
where       = "river"
from        = "2026-06-01T00:00Z"
until       = "2026-06-08T00:00Z"
shown_by    = ["patrol", "events"]
tolerance   = "none"
verified_by = "head of verification"
decided_by  = "joint commission"
standard    = "reasonable grounds to believe"
remedy      = "the commission meets within a day"
```

## 2. Burning

Neither side sets fire to the fields.

```toml term
[prohibit.burning]
who         = ["N", "S"]
acts        = ["fire"]
where       = "river"
from        = "2026-06-01T00:00Z"
until       = "2026-06-08T00:00Z"
shown_by    = ["satellite"]
tolerance   = "none"
verified_by = "head of verification"
decided_by  = "joint commission"
standard    = "reasonable grounds to believe"
remedy      = "the commission meets within a day"
```

## 3. The hills

Nobody fires in the hills.

```toml term
[prohibit.hills]
who         = ["N", "S"]
acts        = ["explosion", "shot"]
where       = "hills"
from        = "2026-06-01T00:00Z"
until       = "2026-06-08T00:00Z"
shown_by    = ["patrol"]
tolerance   = "none"
verified_by = "head of verification"
decided_by  = "joint commission"
standard    = "reasonable grounds to believe"
remedy      = "the commission meets within a day"
```
"#;

const WATCH_LOG: &str = r#"kind  = "coverage"
watch = "how"

[time]
from = "from"
to   = "to"

[place]
zone = "zone"

[place.zones]
"bridge" = "river"
"hills"  = "hills"
"#;

const ORBIT: &str = r#"kind  = "coverage"
watch = { text = "partial" }

[time]
from = "begin"
to   = "end"

[place]
zone = { id = "river" }

[attributes]
satellite = "satellite"
light     = "light"
"#;

/// The header of a table of detections.
pub(crate) const DETECTIONS: &str =
    "latitude,longitude,scan,track,acq_date,acq_time,satellite,confidence,daynight\n";
/// The header of a table of lethal events.
pub(crate) const EVENTS: &str =
    "id,side_a,side_b,where_prec,latitude,longitude,date_start,date_end,best,low,high\n";
/// The header of a watch log.
pub(crate) const LOG: &str = "from,to,zone,how\n";

/// Writes the agreement's folder.
pub(crate) fn write_agreement(world: &World) {
    world.write("river-truce/agreement.md", AGREEMENT);
    world.write("river-truce/watch_log.map.toml", WATCH_LOG);
    world.write("river-truce/orbit.map.toml", ORBIT);
}

/// A world with a record of the truce, `record`, that holds nothing yet.
pub(crate) fn founded() -> World {
    let world = World::new();
    write_agreement(&world);
    let agreement = "river-truce/agreement.md";
    world.ok(&["init", "record", "--agreement", agreement, "--key-dir", "keys", "--now", NOW]);
    world
}

/// The arguments that every command needs which writes.
pub(crate) const WRITE: [&str; 4] = ["--key-dir", "keys", "--now", NOW];

impl World {
    /// Runs a command that writes.
    pub(crate) fn write_run(&self, args: &[&str]) -> crate::world::Run {
        self.ok(&[args, &WRITE].concat())
    }

    /// Adds a file with these bytes; gives the summary of it.
    pub(crate) fn add(&self, name: &str, bytes: impl AsRef<[u8]>) -> Value {
        self.add_with(name, bytes, &[])
    }

    /// Adds a file with further arguments.
    pub(crate) fn add_with(&self, name: &str, bytes: impl AsRef<[u8]>, more: &[&str]) -> Value {
        self.write(name, bytes);
        let args = [&["add", "record", name, "--format", "json"][..], more, &WRITE].concat();
        list(&self.json(&args), "files")[0].clone()
    }

    /// The patrol hears an explosion at the bridge; gives the row's id.
    pub(crate) fn note_explosion(&self, from: &str) -> String {
        let args = ["note", "record", "--source", "patrol", "--what", "explosion"];
        let place = ["--from", from, "--lat", "45.01", "--lon", "10.01", "--radius", "200"];
        let noted = self.write_run(&[&args[..], &place].concat());
        noted.out.trim().strip_prefix("noted as ").unwrap().to_string()
    }

    /// The answer on the record `record`.
    pub(crate) fn status(&self, more: &[&str]) -> Value {
        self.json(&[&["status", "record", "--format", "json"], more].concat())
    }

    /// How many entries the record holds, and its root.
    pub(crate) fn head(&self) -> (u64, String) {
        let verified = self.json(&["verify", "record", "--format", "json"]);
        (verified["size"].as_u64().unwrap(), text(&verified, "root").to_string())
    }
}

/// The answer on one provision.
#[track_caller]
pub(crate) fn provision<'a>(answer: &'a Value, id: &str) -> &'a Value {
    list(answer, "provisions").iter().find(|provision| provision["id"] == id).unwrap()
}

/// The gravest state of one party's line of a provision.
#[track_caller]
pub(crate) fn state_of(answer: &Value, id: &str, party: &str) -> String {
    let lines = list(provision(answer, id), "lines");
    let line = lines.iter().find(|line| line["party"] == party).unwrap();
    text(line, "state").to_string()
}

/// The state of one party's line at an instant.
#[track_caller]
pub(crate) fn state_then(answer: &Value, id: &str, party: &str, at: &str) -> String {
    let lines = list(provision(answer, id), "lines");
    let line = lines.iter().find(|line| line["party"] == party).unwrap();
    let run = list(line, "runs").iter().find(|run| {
        let (from, to) = (run["from"].as_str(), run["to"].as_str());
        from.is_none_or(|from| from <= at) && to.is_none_or(|to| at < to)
    });
    text(run.unwrap_or_else(|| panic!("no state at {at}")), "state").to_string()
}
