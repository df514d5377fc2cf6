//! The import gate for GeoJSON.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = servanda_place::ImportLimits::default();
    if let Ok(features) = servanda_place::read_features(data, &limits) {
        for feature in features {
            if let servanda_place::Geometry::Zone(zone) = feature.geometry {
                let _ = servanda_place::write_zone(&zone);
            }
        }
    }
});
