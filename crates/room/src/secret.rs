//! What is drawn at random, and passwords.

use crate::{AccountFault, RoomError};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use servanda_tlog::Hash;

/// Shortest password, in characters. Longer beats odder: there are no rules about its signs.
pub const PASSWORD_CHARACTERS_MIN: usize = 12;
/// Longest password, in bytes: hashing more would be work for nothing.
pub const PASSWORD_BYTES_MAX: usize = 256;
/// Memory that one hash takes, in KiB; how often it is gone over; lanes. The first choice of
/// OWASP's password storage cheat sheet for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Most that a hash in the file of people may ask for: a changed file must not stop the machine.
const MEMORY_KIB_MAX: u32 = 64 * 1024;
const PASSES_MAX: u32 = 8;
/// A drawn password: so many signs of this alphabet, 100 bits. None of it looks like another.
const DRAWN_SIGNS: usize = 20;
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789_";

/// 256 random bits.
pub(crate) fn draw() -> Result<[u8; 32], RoomError> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).map_err(|_| RoomError::NoRandomness)?;
    Ok(bits)
}

/// 256 random bits as 64 hexadecimal digits.
pub(crate) fn draw_hex() -> Result<String, RoomError> {
    Ok(Hash(draw()?).to_hex())
}

/// A password for somebody who chooses none: groups of five signs.
///
/// # Errors
/// When the system gives no randomness.
pub fn draw_password() -> Result<String, RoomError> {
    let bits = draw()?;
    let mut password = String::new();
    for (n, byte) in bits.iter().take(DRAWN_SIGNS).enumerate() {
        if n > 0 && n % 5 == 0 {
            password.push('-');
        }
        password.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    Ok(password)
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A password as it is kept (PHC string of Argon2id).
pub(crate) fn hash_password(password: &str) -> Result<String, RoomError> {
    if password.chars().count() < PASSWORD_CHARACTERS_MIN || password.len() > PASSWORD_BYTES_MAX {
        return Err(AccountFault::Password.into());
    }
    let salt = draw()?;
    let hash = argon2().hash_password_with_salt(password.as_bytes(), &salt[..16]);
    Ok(hash.map_err(|_| AccountFault::Password)?.to_string())
}

/// That a kept password is a hash which this program makes, or one no dearer.
pub(crate) fn check_hash(text: &str) -> Result<(), String> {
    let hash = PasswordHash::new(text).map_err(|_| "its hash is no PHC string".to_owned())?;
    if hash.algorithm.as_str() != "argon2id" || hash.salt.is_none() || hash.hash.is_none() {
        return Err("its hash is none of Argon2id".into());
    }
    let params = Params::try_from(&hash).map_err(|_| "its hash has no parameters".to_owned())?;
    if params.m_cost() > MEMORY_KIB_MAX || params.t_cost() > PASSES_MAX || params.p_cost() > LANES {
        return Err("its hash asks for more work than a login may cost".into());
    }
    Ok(())
}

/// Whether a password is the one of a hash. Takes as long when it isn't.
pub(crate) fn is_password(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    let short = password.len() <= PASSWORD_BYTES_MAX;
    // One that is too long is compared all the same, as something else: the work is the same.
    let password = if short { password.as_bytes() } else { b"too long" };
    argon2().verify_password(password, &hash).is_ok() && short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let hash = hash_password("twelve signs at least").unwrap();
        check_hash(&hash).unwrap();
        assert!(is_password("twelve signs at least", &hash));
        assert!(!is_password("twelve signs at most", &hash));
        assert!(!is_password("", &hash));
        assert!(!is_password("twelve signs at least", "no hash"));
    }

    #[test]
    fn too_short_and_too_long_are_refused() {
        assert!(hash_password("elevensigns").is_err());
        assert!(hash_password(&"x".repeat(PASSWORD_BYTES_MAX + 1)).is_err());
        // Characters count, not bytes.
        assert!(hash_password(&"é".repeat(PASSWORD_CHARACTERS_MIN)).is_ok());
        let hash = hash_password("too long").err();
        assert!(hash.is_some(), "what stands in for long ones can be nobody's password");
    }

    #[test]
    fn drawn_passwords_differ_and_are_long_enough() {
        let (one, other) = (draw_password().unwrap(), draw_password().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), DRAWN_SIGNS + 3);
        assert!(hash_password(&one).is_ok());
    }

    #[test]
    fn hashes_that_would_stop_the_machine_are_refused() {
        let good = hash_password("twelve signs at least").unwrap();
        for (from, to) in [
            ("m=19456", "m=4000000"),
            ("t=2", "t=200"),
            ("p=1", "p=64"),
            ("$argon2id$", "$argon2i$"),
            ("$argon2id$", "$scrypt$"),
        ] {
            let bad = good.replace(from, to);
            assert_ne!(bad, good);
            assert!(check_hash(&bad).is_err(), "{bad}");
        }
        assert!(check_hash("").is_err());
    }
}
