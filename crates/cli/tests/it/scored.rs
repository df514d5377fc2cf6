//! Incidents by score: what `explain` says of why observations are together.

use crate::truce::{NOW, WRITE, write_agreement};
use crate::world::{World, list, text};

/// The truce's record with a model by which observations are joined.
fn founded() -> World {
    let world = World::new();
    write_agreement(&world);
    let own = String::from_utf8(world.read("river-truce/agreement.md")).unwrap();
    let camera = "name  = \"Cameras on the bridge\"\nshows = [\"shot\"]\n";
    assert!(own.contains(camera));
    let model = "\n[scoring]\nversion = \"2030-01\"\nkinds = [\"explosion\", \"shot\"]\nrate = 5000\n\
                 classes = [{ name = \"all\", sources = [\"patrol\", \"camera\"], right = 95 }]\n";
    let shows = camera.replace("[\"shot\"]", "[\"explosion\", \"shot\"]");
    world.write("river-truce/agreement.md", own.replace(camera, &format!("{shows}{model}")));
    let agreement = "river-truce/agreement.md";
    world.ok(&["init", "record", "--agreement", agreement, "--key-dir", "keys", "--now", NOW]);
    world
}

fn note(world: &World, source: &str, from: &str, to: &str, lat: &str) -> String {
    let what = ["note", "record", "--source", source, "--what", "explosion"];
    let place = ["--from", from, "--to", to, "--lat", lat, "--lon", "10.01", "--radius", "200"];
    let noted = world.ok(&[&what[..], &place, &WRITE].concat());
    noted.out.trim().strip_prefix("noted as ").unwrap().to_string()
}

#[test]
fn explain_says_by_which_scores_observations_are_together_and_what_came_nearest() {
    let world = founded();
    let seen = "2026-06-02T10:00:00Z";
    let first = note(&world, "patrol", seen, "2026-06-02T10:02:00Z", "45.0100");
    // Their times share no instant: without a model they would be two.
    let second = note(&world, "camera", "2026-06-02T10:02:30Z", "2026-06-02T10:03:00Z", "45.0105");
    note(&world, "camera", "2026-06-02T10:02:00Z", "2026-06-02T10:08:00Z", "45.0160");
    let incidents = world.status(&[])["incidents"].clone();
    assert_eq!((&incidents[0]["incidents"], &incidents[0]["observations"]), (&2.into(), &3.into()));
    let content = |of: &str| {
        let told = world.json(&["explain", "record", of, "--format", "json"]);
        text(&told, "content").to_string()
    };
    // An incident has the least content id of its observations.
    let least = content(&first).min(content(&second));
    let id = format!("i-{}", &least[..16]);
    let told = world.json(&["explain", "record", &id, "--format", "json"]);
    let [scores] = &list(&told, "scores")[..] else { panic!("{told}") };
    assert_eq!(text(scores, "model"), "2030-01");
    let [merge] = &list(scores, "merges")[..] else { panic!("{scores}") };
    let nats = |part: &str| -> i64 {
        text(merge, part).replace('.', "").parse().unwrap_or_else(|_| panic!("{merge}"))
    };
    let parts: i64 = ["place", "time", "kind", "rate"].into_iter().map(nats).sum();
    assert!(nats("score") > 0 && (parts - nats("score")).abs() <= 2, "{merge}");
    let other = &scores["runner_up"];
    assert_eq!(list(other, "observations").len(), 1);
    assert!(text(other, "score").starts_with('-'), "{other}");
    let shown = world.ok(&["explain", "record", &id]).out;
    assert!(shown.contains(text(merge, "score")) && shown.contains("2030-01"), "{shown}");
}
