//! Proofs, policies, and what witnesses and mirrors are sent: what is read is written back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use servanda_tlog::{
    AddCheckpoint, BundleId, CosignerKey, MirrorInfo, Package, Policy, ProofFile, RangeFile,
    Signature, TileId, Upload, encode_bundle, split_bundle,
};

fuzz_target!(|data: &[u8]| {
    if let Ok(proof) = ProofFile::parse(data) {
        assert_eq!(proof.to_bytes(), data);
    }
    if let Some(range) = RangeFile::parse(data) {
        assert_eq!(range.to_bytes(), data);
    }
    if let Ok(request) = AddCheckpoint::parse(data) {
        assert_eq!(request.to_bytes(), data);
    }
    if let Some(info) = MirrorInfo::parse(data) {
        assert_eq!(info.to_bytes(), data);
    }
    if let Ok((upload, rest)) = Upload::parse(data) {
        assert_eq!([upload.to_bytes().unwrap(), rest.to_vec()].concat(), data);
        let mut rest = rest;
        for (first, start, end) in upload.packages().take(40) {
            assert!(first <= start && start < end && end <= upload.end && end - first <= 256);
            let Some((package, after)) = Package::parse(rest, end - start) else { break };
            assert_eq!([package.to_bytes().unwrap(), after.to_vec()].concat(), rest);
            rest = after;
        }
    }
    if let Some(entries) = split_bundle(data)
        && (1..=256).contains(&entries.len())
    {
        assert_eq!(encode_bundle(&entries).as_deref(), Ok(data));
    }
    let _ = Policy::parse(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(signature) = Signature::parse(text) {
        assert_eq!(signature.to_string(), text);
    }
    if let Ok(key) = text.parse::<CosignerKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(tile) = text.parse::<TileId>() {
        assert_eq!(tile.to_string(), text);
    }
    if let Ok(bundle) = text.parse::<BundleId>() {
        assert_eq!(bundle.to_string(), text);
    }
});
