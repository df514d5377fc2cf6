//! Probe.
#[test]
fn probe() {
    let v = jsonschema::validator_for(&serde_json::json!({"type":"object"})).unwrap();
    assert!(v.is_valid(&serde_json::json!({})));
}
