//! Signatures over the tag manifest, in the format of OpenSSH.
//!
//! Why SSH signatures: `ssh-keygen` is on nearly every machine, so a reader can check a bundle without this tool
//! (`ssh-keygen -Y verify`), and officers and forges hold such keys already; minisign would be one more tool on both sides.
//! Only Ed25519: one algorithm, without parameters that can be chosen badly.
//!
//! The tag manifest lists the digests of the payload manifest and of every other tag file, and the payload manifest those of the
//! payload: one signature over it covers every byte of the bundle except its own file.
//!
//! # Standard
//! OpenSSH `PROTOCOL.sshsig` (version 1) and `PROTOCOL.key`; RFC 8709 for the encoding of Ed25519 keys and signatures.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::Digest as _;

use super::fault::{BundleError, show};

/// What the signature is for; a signature made for anything else is not accepted.
pub const NAMESPACE: &str = "cleardraft-bundle";
const KEY_TYPE: &[u8] = b"ssh-ed25519";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
const KEY_BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const KEY_END: &str = "-----END OPENSSH PRIVATE KEY-----";
const MAGIC: &[u8] = b"SSHSIG";
/// Longest key or signature file that is read, in bytes.
const FILE_BYTES: u64 = 1 << 20;

/// An Ed25519 key that signs bundles.
pub struct Signer(SigningKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(..)")
    }
}

impl Signer {
    /// Reads an unencrypted OpenSSH private key.
    ///
    /// # Errors
    /// [`BundleError::KeyUnreadable`] with the reason; the key itself is never shown.
    pub fn open(path: &Path) -> Result<Self, BundleError> {
        let text = read_text(path)?;
        private_key(&text).map(Self).map_err(|why| key_error(path, why))
    }

    /// The armoured signature of a message: what `ssh-keygen -Y sign -n cleardraft-bundle` writes. Deterministic (RFC 8032).
    pub fn sign(&self, message: &[u8]) -> String {
        let mut blob = MAGIC.to_vec();
        blob.extend(1_u32.to_be_bytes());
        put(&mut blob, &key_blob(&self.0.verifying_key()));
        put(&mut blob, NAMESPACE.as_bytes());
        put(&mut blob, b"");
        put(&mut blob, b"sha512");
        let mut signature = Vec::new();
        put(&mut signature, KEY_TYPE);
        put(&mut signature, &self.0.sign(&signed_data(b"sha512", message).unwrap_or_default()).to_bytes());
        put(&mut blob, &signature);
        armour(&blob)
    }
}

/// Text form of a signature: base64 in lines of 70 characters between two markers, as OpenSSH writes it.
fn armour(blob: &[u8]) -> String {
    let body = BASE64.encode(blob);
    let mut out = format!("{BEGIN}\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(70));
        out.push_str(line);
        out.push('\n');
        rest = tail;
    }
    out.push_str(END);
    out.push('\n');
    out
}

/// Whether a signature fits the message at all, whoever made it. Proves nothing about its origin.
///
/// # Errors
/// Why not, in plain words.
pub fn consistent(message: &[u8], armoured: &str) -> Result<(), &'static str> {
    SignatureParts::read(armoured)?.fits(message)
}

/// Public keys whose signatures are believed.
#[derive(Debug, Clone)]
pub struct Trust(Vec<VerifyingKey>);

impl Trust {
    /// Reads public keys: a `.pub` file, or an `allowed_signers` file without options.
    ///
    /// # Errors
    /// [`BundleError::KeyUnreadable`] when a line is not understood or no key is there: a key is never left out in silence.
    pub fn open(path: &Path) -> Result<Self, BundleError> {
        let text = read_text(path)?;
        Self::parse(&text).map_err(|why| key_error(path, &why))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            let (["ssh-ed25519", blob, ..] | [_, "ssh-ed25519", blob, ..]) = words.as_slice() else {
                return Err(format!("line {} is not an Ed25519 public key (other key types and options are not supported)", index + 1));
            };
            let key = BASE64.decode(blob).ok().and_then(|blob| public_key(&blob));
            keys.push(key.ok_or_else(|| format!("line {} holds no Ed25519 public key", index + 1))?);
        }
        if keys.is_empty() { Err("it holds no key".into()) } else { Ok(Self(keys)) }
    }

    /// Whether one of the keys made this signature of the message.
    ///
    /// # Errors
    /// Why not, in plain words.
    pub fn check(&self, message: &[u8], armoured: &str) -> Result<(), &'static str> {
        let parts = SignatureParts::read(armoured)?;
        if !self.0.contains(&parts.key) {
            return Err("the signature is by a key that is not trusted");
        }
        parts.fits(message)
    }
}

/// An armoured signature, taken apart.
struct SignatureParts {
    key: VerifyingKey,
    hash: Vec<u8>,
    signature: Signature,
}

impl SignatureParts {
    fn read(armoured: &str) -> Result<Self, &'static str> {
        const DAMAGED: &str = "the signature file is damaged or not an SSH signature";
        let body = armoured.trim().strip_prefix(BEGIN).and_then(|tail| tail.strip_suffix(END)).ok_or(DAMAGED)?;
        let compact: String = body.split_ascii_whitespace().collect();
        let blob = BASE64.decode(compact).map_err(|_| DAMAGED)?;
        let mut reader = Reader(blob.strip_prefix(MAGIC).ok_or(DAMAGED)?);
        if reader.number() != Some(1) {
            return Err("the signature is of an unknown version");
        }
        let key_blob = reader.string().ok_or(DAMAGED)?;
        let key = public_key(key_blob).ok_or("the signature is not by an Ed25519 key")?;
        if reader.string().ok_or(DAMAGED)? != NAMESPACE.as_bytes() {
            return Err("the signature was made for another purpose (namespace)");
        }
        if !reader.string().ok_or(DAMAGED)?.is_empty() {
            return Err(DAMAGED);
        }
        let hash = reader.string().ok_or(DAMAGED)?.to_vec();
        let mut inner = Reader(reader.string().ok_or(DAMAGED)?);
        let is_ed25519 = inner.string() == Some(KEY_TYPE);
        let bytes = inner.string().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok()).filter(|_| is_ed25519).ok_or(DAMAGED)?;
        // One signature has one text: nothing may be added to the file or changed in it unseen.
        if !reader.0.is_empty() || !inner.0.is_empty() || armoured != armour(&blob) {
            return Err(DAMAGED);
        }
        Ok(Self { key, hash, signature: Signature::from_bytes(&bytes) })
    }

    fn fits(&self, message: &[u8]) -> Result<(), &'static str> {
        let data = signed_data(&self.hash, message).ok_or("the signature uses an unknown digest")?;
        self.key.verify_strict(&data, &self.signature).map_err(|_| "the signature does not fit the tag manifest")
    }
}

/// What is signed: the digest of the message, bound to its purpose. `None` for a digest that the format does not know.
fn signed_data(hash: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let digest = match hash {
        b"sha256" => sha2::Sha256::digest(message).to_vec(),
        b"sha512" => sha2::Sha512::digest(message).to_vec(),
        _ => return None,
    };
    let mut data = MAGIC.to_vec();
    put(&mut data, NAMESPACE.as_bytes());
    put(&mut data, b"");
    put(&mut data, hash);
    put(&mut data, &digest);
    Some(data)
}

fn private_key(text: &str) -> Result<SigningKey, &'static str> {
    const DAMAGED: &str = "it is damaged";
    let body = text.trim().strip_prefix(KEY_BEGIN).and_then(|tail| tail.strip_suffix(KEY_END)).ok_or("it is not an OpenSSH private key")?;
    let compact: String = body.split_ascii_whitespace().collect();
    let blob = BASE64.decode(compact).map_err(|_| DAMAGED)?;
    let mut reader = Reader(blob.strip_prefix(b"openssh-key-v1\0").ok_or(DAMAGED)?);
    let cipher = reader.string().ok_or(DAMAGED)?;
    if cipher != b"none" {
        return Err("it is protected by a passphrase, which this tool never asks for");
    }
    reader.string().and_then(|_kdf| reader.string()).ok_or(DAMAGED)?;
    if reader.number() != Some(1) {
        return Err("it holds more than one key");
    }
    reader.string().ok_or(DAMAGED)?;
    let mut private = Reader(reader.string().ok_or(DAMAGED)?);
    let checks = (private.number().ok_or(DAMAGED)?, private.number().ok_or(DAMAGED)?);
    if checks.0 != checks.1 {
        return Err(DAMAGED);
    }
    if private.string() != Some(KEY_TYPE) {
        return Err("it is not an Ed25519 key");
    }
    let public = private.string().ok_or(DAMAGED)?;
    let pair = private.string().and_then(|pair| <[u8; 64]>::try_from(pair).ok()).ok_or(DAMAGED)?;
    let key = SigningKey::from_keypair_bytes(&pair).map_err(|_| DAMAGED)?;
    if key.verifying_key().as_bytes() == public { Ok(key) } else { Err(DAMAGED) }
}

fn key_blob(key: &VerifyingKey) -> Vec<u8> {
    let mut blob = Vec::new();
    put(&mut blob, KEY_TYPE);
    put(&mut blob, key.as_bytes());
    blob
}

fn public_key(blob: &[u8]) -> Option<VerifyingKey> {
    let mut reader = Reader(blob);
    (reader.string()? == KEY_TYPE).then_some(())?;
    let bytes = <[u8; 32]>::try_from(reader.string()?).ok()?;
    reader.0.is_empty().then_some(())?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// Reads the wire format of RFC 4251 §5.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u32> {
        let (head, tail) = self.0.split_first_chunk::<4>()?;
        self.0 = tail;
        Some(u32::from_be_bytes(*head))
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let untrusted_len = usize::try_from(self.number()?).ok()?;
        let (head, tail) = self.0.split_at_checked(untrusted_len)?;
        self.0 = tail;
        Some(head)
    }
}

/// Appends a string of RFC 4251 §5; everything that is written here is far below 4 GiB.
fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend(bytes);
}

fn read_text(path: &Path) -> Result<String, BundleError> {
    use std::io::Read as _;
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| key_error(path, &error.to_string()))?;
    file.take(FILE_BYTES).read_to_string(&mut text).map_err(|_| key_error(path, "it is not text"))?;
    Ok(text)
}

fn key_error(path: &Path, why: &str) -> BundleError {
    BundleError::KeyUnreadable { path: show(path), why: crate::model::printable(why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(seed: u8) -> (Signer, Trust) {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let line = format!("officer@example ssh-ed25519 {} comment", BASE64.encode(key_blob(&key.verifying_key())));
        (Signer(key), Trust::parse(&line).unwrap())
    }

    #[test]
    fn a_signature_fits_its_message_and_key_and_nothing_else() {
        let (signer, trust) = self::signer(7);
        let (_, other) = self::signer(8);
        let signature = signer.sign(b"listing");
        assert_eq!(trust.check(b"listing", &signature), Ok(()));
        assert_eq!(signature, signer.sign(b"listing"));
        assert!(trust.check(b"listinG", &signature).is_err());
        assert!(other.check(b"listing", &signature).is_err());
        assert!(trust.check(b"listing", "").is_err());
    }

    #[test]
    fn every_flip_of_a_bit_in_the_signature_file_is_seen() {
        let (signer, trust) = self::signer(7);
        let signature = signer.sign(b"listing").into_bytes();
        for at in 0..signature.len() {
            let mut damaged = signature.clone();
            for bit in 0..8 {
                damaged[at] = signature[at] ^ (1 << bit);
                let accepted = std::str::from_utf8(&damaged).is_ok_and(|text| trust.check(b"listing", text).is_ok());
                assert!(!accepted, "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn key_files_that_are_not_understood_are_refused_whole() {
        assert!(Trust::parse("").is_err());
        assert!(Trust::parse("ssh-rsa AAAA").is_err());
        assert!(Trust::parse("ssh-ed25519 AAAA").is_err());
        assert!(Trust::parse("a cert-authority ssh-ed25519 AAAA").is_err());
        assert!(private_key("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----").is_err());
    }
}
