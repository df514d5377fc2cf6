//! Merkle tree, tiles, checkpoints, signed notes and proofs of an append-only log.
//!
//! The formats are those of C2SP (<https://c2sp.org>: signed-note, tlog-checkpoint, tlog-tiles)
//! over the Merkle tree of RFC 6962 with SHA-256, so other implementations can check what is
//! written here. The crate is pure: it reads no file, no clock and no randomness; bytes come in,
//! bytes or a reason for refusal go out.
//!
//! - [`leaf_hash`], [`Tree`] and [`root_of`]: hashing and growing.
//! - [`prove_inclusion`], [`prove_consistency`] and their `verify` halves: an entry is in the log;
//!   a log only grew.
//! - [`prove_range`], [`RangeRoot`]: between two entries nothing is missing. [`ProofFile`],
//!   [`RangeFile`]: proofs as files.
//! - [`TileId`], [`TileWriter`], [`TileNodes`], [`encode_bundle`]: how the log lies in files.
//! - [`Signer`], [`VerifierKey`], [`sign`], [`open`], [`Note`]: signed text.
//! - [`Checkpoint`]: the signed size and root; [`LogKeys`]: whose signatures it must have.
//! - [`ActSigner`], [`ActKey`]: acts signed by several hands.
//! - [`Cosigner`], [`CosignerKey`]: who else saw it; [`Policy`]: whose word is enough;
//!   [`assess`]: how final that makes each entry.
//! - [`Stamp`]: what an outside authority says of the time.
//! - [`Promise`]: the operator's word that something will be in the log.
//!
//! Size and root are worth only as much as the checkpoint they come from. Every parser is strict:
//! what it accepts is written back byte for byte.
//!
//! ```
//! use servanda_tlog::{
//!     Checkpoint, Signer, Tree, leaf_hash, prove_consistency, prove_inclusion,
//!     verify_consistency, verify_inclusion,
//! };
//!
//! // The operator appends entries and signs a checkpoint after two and after three of them.
//! let operator = Signer::from_seed("example.com/record", [7; 32])?;
//! let leaves = ["agreed", "seen", "found"].map(|entry| leaf_hash(entry.as_bytes()));
//! let mut tree = Tree::new();
//! let mut signed = Vec::new();
//! for leaf in leaves {
//!     tree.push(leaf);
//!     let checkpoint = Checkpoint::new("example.com/record", tree.size(), tree.root())?;
//!     signed.push(checkpoint.sign(&operator)?);
//! }
//!
//! // A reader who knows the operator's public key checks that "seen" is there ...
//! let key = operator.verifier_key();
//! let (old, _) = Checkpoint::open(&signed[1], "example.com/record", key)?;
//! let (new, _) = Checkpoint::open(&signed[2], "example.com/record", key)?;
//! let proof = prove_inclusion(&leaves[..], 1, new.size())?;
//! verify_inclusion(&proof, 1, new.size(), leaf_hash(b"seen"), new.root())?;
//!
//! // ... and that nothing was changed between the two checkpoints.
//! let proof = prove_consistency(&leaves[..], old.size(), new.size())?;
//! verify_consistency(&proof, old.size(), new.size(), old.root(), new.root())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod act_key;
mod add_entries;
mod anchor;
mod bundle;
mod checkpoint;
mod cosigner;
mod grade;
mod hash;
mod key;
mod letter;
mod note;
mod policy;
mod proof;
mod proof_file;
mod range;
mod standing;
mod subtree;
mod tile_hashes;
mod tiles;
mod tree;
mod witness;

pub use act_key::{
    ActKey, ActKeyKind, ActSigner, Hands, HandsError, hands_under, mldsa44_signed, sha3_256,
};
pub use add_entries::{MirrorInfo, PACKAGE_BYTES_MAX, Package, Upload, UploadError};
pub use anchor::{STAMP_BYTES_MAX, STAMP_MEDIA, Stamp, StampError, stamp_request, stamped_hash};
pub use bundle::{BundleError, ENTRY_BYTES_MAX, decode_bundle, encode_bundle, split_bundle};
pub use checkpoint::{CHECKPOINT_BYTES_MAX, Checkpoint, CheckpointError};
pub use cosigner::{
    COSIGNED_AT_MAX, Cosigner, CosignerKey, CosignerKind, LogKeys, MLDSA44_PUBLIC_KEY_BYTES,
    MLDSA44_SIGNATURE_BYTES,
};
pub use grade::{Attested, Finality, Grade, STALE_AFTER_S, Span, assess};
pub use hash::{HASH_BYTES, Hash, HashError, empty_root, leaf_hash, node_hash, sha256};
pub use key::{
    KEY_NAME_BYTES_MAX, KeyError, KeyId, PUBLIC_KEY_BYTES, SEED_BYTES, SIGNATURE_BYTES, Signer,
    VerifierKey,
};
pub use letter::{Kept, Letter, PROMISE_BYTES_MAX, PROMISE_WITHIN_S, Promise, PromiseError};
pub use note::{Note, NoteError, OpenedNote, SIGNATURES_MAX, Signature, open, sign};
pub use policy::{
    POLICY_BYTES_MAX, POLICY_ITEMS_MAX, Policy, PolicyError, PolicyFault, Quorum, Seen,
};
pub use proof::{
    ProofError, prove_consistency, prove_inclusion, root_at, verify_consistency, verify_inclusion,
};
pub use proof_file::{PROOF_BYTES_MAX, ProofFile, ProofFileError};
pub use range::{RANGE_PROOF_BYTES_MAX, RangeFile, RangeProof, RangeRoot, prove_range};
pub use standing::{Standing, stand};
pub use subtree::{prove_subtree_consistency, verify_subtree_consistency};
pub use tile_hashes::{
    TileError, TileFile, TileNodes, TileWriter, changed_tiles, tile_bytes, tile_hashes,
};
pub use tiles::{
    BundleId, TILE_HEIGHT, TILE_LEVEL_MAX, TILE_PATH_BYTES_MAX, TILE_WIDTH, TileId, TilePathError,
    bundles_between, tiles_between, tiles_for,
};
pub use tree::{NodeReader, TREE_SIZE_MAX, Tree, TreeError, root_of};
pub use witness::{ADD_CHECKPOINT_BYTES_MAX, AddCheckpoint, CONSISTENCY_LINES_MAX, Refusal};
