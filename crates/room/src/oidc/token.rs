//! A provider's token: whose word it is, for whom, until when, and who it is about.
//!
//! The signature is checked before anything in the token is believed, by a key of the provider's
//! set and with the algorithm of that key's kind; what the token says of its algorithm must agree.

use crate::people::SUBJECT_BYTES_MAX;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq as _;
use thiserror::Error;

/// Largest token, in bytes.
const TOKEN_BYTES_MAX: usize = 64 * 1024;
/// How far the provider's clock may be from ours, in seconds.
pub(super) const SKEW_SECONDS: i64 = 60;
/// How long ago a token may have been made, in seconds: it is made while somebody waits for it.
const AGE_SECONDS_MAX: i64 = 10 * 60;

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum Fault {
    #[error("the token is none")]
    Form,
    #[error("the token is signed in a way that is not taken")]
    Algorithm,
    #[error("no key of the provider is the token's")]
    NoKey,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token is another provider's")]
    Issuer,
    #[error("the token is for somebody else")]
    Audience,
    #[error("the token is too old, or not valid yet")]
    Time,
    #[error("the token answers another question")]
    Nonce,
    #[error("the token says of nobody")]
    Subject,
}

/// What a token must say.
pub(super) struct Expected<'e> {
    pub(super) issuer: &'e str,
    pub(super) client: &'e str,
    pub(super) nonce: &'e str,
    pub(super) now_seconds: i64,
}

/// A key of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    id: Option<String>,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256 { point: Vec<u8> },
    Ed25519 { point: Vec<u8> },
}

impl Key {
    /// Of a JSON Web Key; none where it is of a kind that isn't taken, or not for signatures.
    pub(super) fn of(value: &Value) -> Option<Key> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        if text("use").is_some_and(|of| of != "sig") {
            return None;
        }
        let kind = match (text("kty")?, text("crv")) {
            ("RSA", _) => Kind::Rsa { n: bytes("n")?, e: bytes("e")? },
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                if x.len() != 32 || y.len() != 32 {
                    return None;
                }
                Kind::P256 { point: [&[4][..], &x, &y].concat() }
            }
            ("OKP", Some("Ed25519")) => Kind::Ed25519 { point: bytes("x")? },
            _ => return None,
        };
        let key = Key { id: text("kid").map(str::to_owned), kind };
        if text("alg").is_some_and(|own| !key.signs(own)) { None } else { Some(key) }
    }

    /// Whether it signs by an algorithm of that name.
    fn signs(&self, algorithm: &str) -> bool {
        match self.kind {
            Kind::Rsa { .. } => algorithm == "RS256",
            Kind::P256 { .. } => algorithm == "ES256",
            Kind::Ed25519 { .. } => algorithm == "EdDSA" || algorithm == "Ed25519",
        }
    }

    fn is_signature(&self, signed: &[u8], signature: &[u8]) -> bool {
        let checked = match &self.kind {
            Kind::Rsa { n, e } => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
            Kind::P256 { point } => {
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                key.verify(signed, signature)
            }
            Kind::Ed25519 { point } => {
                UnparsedPublicKey::new(&ED25519, point).verify(signed, signature)
            }
        };
        checked.is_ok()
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Checks a token, and gives who it is about.
pub(super) fn check(token: &str, keys: &[Key], expected: &Expected<'_>) -> Result<String, Fault> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(Fault::Form);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Form)?;
    let (header, claims) = signed.split_once('.').ok_or(Fault::Form)?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Fault::Form);
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| Fault::Form)?;
    if header.crit.is_some() || !["RS256", "ES256", "EdDSA", "Ed25519"].contains(&&*header.alg) {
        return Err(Fault::Algorithm);
    }
    let fits = |key: &&Key| {
        key.signs(&header.alg) && header.kid.as_ref().is_none_or(|id| key.id.as_ref() == Some(id))
    };
    let mut fitting = keys.iter().filter(fits);
    let key = fitting.next().ok_or(Fault::NoKey)?;
    if fitting.next().is_some() {
        // Which of them it is can't be told.
        return Err(Fault::NoKey);
    }
    if !key.is_signature(signed.as_bytes(), &decode(signature)?) {
        return Err(Fault::Signature);
    }
    let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| Fault::Form)?;
    if claims.iss != expected.issuer {
        return Err(Fault::Issuer);
    }
    let is_ours = match &claims.aud {
        Audience::One(one) => one == expected.client,
        // For us, and for nobody else who could have got it.
        Audience::Several(all) => all.len() == 1 && all[0] == expected.client,
    };
    if !is_ours || claims.azp.is_some_and(|azp| azp != expected.client) {
        return Err(Fault::Audience);
    }
    let (now, skew) = (expected.now_seconds as f64, SKEW_SECONDS as f64);
    let is_in_time = claims.exp > now - skew
        && claims.iat <= now + skew
        && claims.iat >= now - skew - AGE_SECONDS_MAX as f64
        && claims.nbf.is_none_or(|nbf| nbf <= now + skew);
    if !is_in_time {
        return Err(Fault::Time);
    }
    let nonce = claims.nonce.unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(Fault::Nonce);
    }
    let is_subject = !claims.sub.is_empty() && claims.sub.len() <= SUBJECT_BYTES_MAX;
    if is_subject { Ok(claims.sub) } else { Err(Fault::Subject) }
}
