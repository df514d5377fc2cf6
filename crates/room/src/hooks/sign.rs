//! Signatures as Standard Webhooks has them: over the id, the time and the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::Sha256;
use std::fmt;

/// Bytes of a key that both sides know.
const SHARED_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
const SEED_BYTES: usize = 32;

/// A key, which is never printed.
pub(super) enum Key {
    /// Known to both sides: `v1`, HMAC-SHA-256.
    Shared(Vec<u8>),
    /// Known to us alone: `v1a`, Ed25519.
    Own(Box<Ed25519KeyPair>),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Reads `whsec_…` or `whsk_…`.
    pub(super) fn parse(text: &str) -> Result<Key, String> {
        let bytes = |text: &str| {
            STANDARD.decode(text).map_err(|_| "its key is not in base64 after its beginning")
        };
        if let Some(rest) = text.strip_prefix("whsec_") {
            let bytes = bytes(rest)?;
            if !SHARED_BYTES.contains(&bytes.len()) {
                return Err("a key that both sides know has 24 to 64 bytes".into());
            }
            return Ok(Key::Shared(bytes));
        }
        let Some(rest) = text.strip_prefix("whsk_") else {
            return Err("its key begins with whsec_ (both sides know it) or whsk_ (Ed25519)".into());
        };
        let bytes = bytes(rest)?;
        // Some write the public key behind the seed.
        let (seed, public) = bytes.split_at_checked(SEED_BYTES).unwrap_or_default();
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok();
        let pair = pair.filter(|own| public.is_empty() || own.public_key().as_ref() == public);
        let wrong = "its key is no Ed25519 key: 32 bytes of seed, or 64 with the public key";
        Ok(Key::Own(Box::new(pair.ok_or(wrong)?)))
    }

    /// The header `webhook-signature`.
    pub(super) fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        let signed = format!("{id}.{seconds}.{body}");
        match self {
            Key::Shared(key) => {
                let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
                    return String::new(); // Keys of HMAC have any length.
                };
                mac.update(signed.as_bytes());
                format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
            }
            Key::Own(pair) => format!("v1a,{}", STANDARD.encode(pair.sign(signed.as_bytes()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ED25519, UnparsedPublicKey};

    #[test]
    fn the_specifications_own_example_is_signed_as_it_says() {
        let key = Key::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = "{\"test\": 2432232314}";
        let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(!format!("{key:?}").contains("MfKQ"));
    }

    #[test]
    fn a_key_of_ours_alone_signs_what_its_public_key_checks() {
        let seed = [7; 32];
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let whole = [&seed[..], pair.public_key().as_ref()].concat();
        for bytes in [&seed[..], &whole] {
            let key = Key::parse(&format!("whsk_{}", STANDARD.encode(bytes))).unwrap();
            let line = key.sign("msg_1", 5, "{}");
            let signature = STANDARD.decode(line.strip_prefix("v1a,").unwrap()).unwrap();
            let public = UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref());
            public.verify(b"msg_1.5.{}", &signature).unwrap();
        }
        let other = [&seed[..], &seed].concat();
        for bytes in [&other[..], &seed[..31], &[]] {
            assert!(Key::parse(&format!("whsk_{}", STANDARD.encode(bytes))).is_err());
        }
    }
}
