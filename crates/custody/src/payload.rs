//! Payloads in age format.

use age::secrecy::{ExposeSecret as _, SecretString};
use age::{Decryptor, Encryptor, Identity, Recipient};
use std::io::{Read as _, Write as _};

use crate::CustodyError;

/// The secret has 256 bits already: stretching it would only cost time.
const WORK_FACTOR_LOG2: u8 = 1;
/// Largest plaintext, in bytes.
const PLAINTEXT_BYTES_MAX: u64 = 1 << 30;
/// Most recipients of one class.
const RECIPIENTS_MAX: usize = 1_000;

/// Encrypts a file under a secret, which is 64 hexadecimal digits of 256 random bits.
///
/// # Errors
/// [`CustodyError::Payload`].
pub fn encrypt(secret: &str, plaintext: &[u8]) -> Result<Vec<u8>, CustodyError> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(secret.to_owned()));
    recipient.set_work_factor(WORK_FACTOR_LOG2);
    encrypt_to(&[&recipient], plaintext)
}

/// Opens what [`encrypt`] made. That it opens does not mean that it is what the entry commits to:
/// see [`servanda_seal::OpenFile::check`].
///
/// # Errors
/// [`CustodyError::Payload`].
pub fn decrypt(secret: &str, ciphertext: &[u8]) -> Result<Vec<u8>, CustodyError> {
    let mut identity = age::scrypt::Identity::new(SecretString::from(secret.to_owned()));
    // A header could ask for days of work.
    identity.set_max_work_factor(WORK_FACTOR_LOG2);
    decrypt_with(&identity, ciphertext)
}

/// The members of a class, by their age public keys.
pub struct Recipients(Vec<age::x25519::Recipient>);

impl Recipients {
    /// Reads public keys, one a line; lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// [`CustodyError::Payload`], with the line.
    pub fn parse(text: &str) -> Result<Recipients, CustodyError> {
        let mut keys = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = line.parse().map_err(|why| {
                CustodyError::Payload(format!("line {}: no age public key: {why}", number + 1))
            })?;
            keys.push(key);
        }
        if keys.is_empty() || keys.len() > RECIPIENTS_MAX {
            let what = format!("there must be 1 to {RECIPIENTS_MAX} age public keys, one a line");
            return Err(CustodyError::Payload(what));
        }
        Ok(Recipients(keys))
    }
}

/// A member's secret key.
pub struct Reader(age::x25519::Identity);

impl Reader {
    /// Reads the key out of an identity file, as `age-keygen` writes it.
    ///
    /// # Errors
    /// [`CustodyError::Payload`].
    pub fn parse(text: &str) -> Result<Reader, CustodyError> {
        let key = text.lines().map(str::trim).find(|line| line.starts_with("AGE-SECRET-KEY-1"));
        let key = key.and_then(|key| key.parse().ok());
        key.map(Reader).ok_or_else(|| {
            CustodyError::Payload("no age secret key (AGE-SECRET-KEY-1…) in it".into())
        })
    }

    /// A new key.
    #[must_use]
    pub fn generate() -> Reader {
        Reader(age::x25519::Identity::generate())
    }

    /// The key, to be kept.
    #[must_use]
    pub fn to_secret(&self) -> String {
        self.0.to_string().expose_secret().to_owned()
    }

    /// Its public key, to be given to custodians.
    #[must_use]
    pub fn to_public(&self) -> String {
        self.0.to_public().to_string()
    }
}

/// Encrypts to the members of a class.
///
/// # Errors
/// [`CustodyError::Payload`].
pub fn wrap(to: &Recipients, plaintext: &[u8]) -> Result<Vec<u8>, CustodyError> {
    let recipients: Vec<&dyn Recipient> = to.0.iter().map(|key| key as &dyn Recipient).collect();
    encrypt_to(&recipients, plaintext)
}

/// Opens what was encrypted to a member.
///
/// # Errors
/// [`CustodyError::Payload`].
pub fn unwrap(reader: &Reader, ciphertext: &[u8]) -> Result<Vec<u8>, CustodyError> {
    decrypt_with(&reader.0, ciphertext)
}

fn encrypt_to(to: &[&dyn Recipient], plaintext: &[u8]) -> Result<Vec<u8>, CustodyError> {
    let failed = |why: String| CustodyError::Payload(format!("can't be encrypted: {why}"));
    let encryptor = Encryptor::with_recipients(to.iter().copied())
        .map_err(|error| failed(error.to_string()))?;
    let mut ciphertext = Vec::new();
    let mut writer =
        encryptor.wrap_output(&mut ciphertext).map_err(|error| failed(error.to_string()))?;
    writer.write_all(plaintext).map_err(|error| failed(error.to_string()))?;
    writer.finish().map_err(|error| failed(error.to_string()))?;
    Ok(ciphertext)
}

fn decrypt_with(identity: &dyn Identity, ciphertext: &[u8]) -> Result<Vec<u8>, CustodyError> {
    let failed = |why: String| CustodyError::Payload(format!("can't be opened: {why}"));
    let decryptor = Decryptor::new(ciphertext).map_err(|error| failed(error.to_string()))?;
    let reader =
        decryptor.decrypt(std::iter::once(identity)).map_err(|error| failed(error.to_string()))?;
    let mut plaintext = Vec::new();
    reader
        .take(PLAINTEXT_BYTES_MAX)
        .read_to_end(&mut plaintext)
        .map_err(|error| failed(error.to_string()))?;
    Ok(plaintext)
}
