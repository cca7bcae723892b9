//! Digest algorithms of BagIt manifests, and the hashing of files in bounded memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::Digest as _;

use crate::model::hex;

/// A digest algorithm that manifests name (RFC 8493 §2.4; MD5 and SHA-1 occur in old bags).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// MD5: tells accidents, not intent.
    Md5,
    /// SHA-1: tells accidents, not intent.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// The algorithm of a manifest's name: lower case, letters and digits only.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "md5" => Self::Md5,
            "sha1" => Self::Sha1,
            "sha224" => Self::Sha224,
            "sha256" => Self::Sha256,
            "sha384" => Self::Sha384,
            "sha512" => Self::Sha512,
            _ => return None,
        })
    }

    /// The name as standards write it.
    pub fn plain(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Number of hexadecimal digits.
    pub fn digits(self) -> usize {
        match self {
            Self::Md5 => 32,
            Self::Sha1 => 40,
            Self::Sha224 => 56,
            Self::Sha256 => 64,
            Self::Sha384 => 96,
            Self::Sha512 => 128,
        }
    }

    /// Digest of no bytes at all, in lower case.
    pub fn of_nothing(self) -> String {
        Hasher::new(self).finish()
    }
}

enum Hasher {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha224(sha2::Sha224),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
}

impl Hasher {
    fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Md5 => Self::Md5(md5::Md5::new()),
            Algorithm::Sha1 => Self::Sha1(sha1::Sha1::new()),
            Algorithm::Sha224 => Self::Sha224(sha2::Sha224::new()),
            Algorithm::Sha256 => Self::Sha256(sha2::Sha256::new()),
            Algorithm::Sha384 => Self::Sha384(sha2::Sha384::new()),
            Algorithm::Sha512 => Self::Sha512(sha2::Sha512::new()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Md5(state) => state.update(bytes),
            Self::Sha1(state) => state.update(bytes),
            Self::Sha224(state) => state.update(bytes),
            Self::Sha256(state) => state.update(bytes),
            Self::Sha384(state) => state.update(bytes),
            Self::Sha512(state) => state.update(bytes),
        }
    }

    fn finish(self) -> String {
        match self {
            Self::Md5(state) => hex(&state.finalize()),
            Self::Sha1(state) => hex(&state.finalize()),
            Self::Sha224(state) => hex(&state.finalize()),
            Self::Sha256(state) => hex(&state.finalize()),
            Self::Sha384(state) => hex(&state.finalize()),
            Self::Sha512(state) => hex(&state.finalize()),
        }
    }
}

/// Digests of one file by several algorithms in one reading, in lower case; never more than 32 KiB in memory.
///
/// # Errors
/// What the file system says.
pub fn hash_file(path: &Path, algorithms: &[Algorithm]) -> io::Result<BTreeMap<Algorithm, String>> {
    const CHUNK_BYTES: u64 = 32 << 10;
    let mut file = File::open(path)?;
    // Most files are small: a whole buffer would take longer to clear than they take to hash.
    let expected = file.metadata()?.len().min(CHUNK_BYTES);
    let mut hashers: Vec<(Algorithm, Hasher)> = algorithms.iter().map(|algorithm| (*algorithm, Hasher::new(*algorithm))).collect();
    let mut buffer = Vec::with_capacity(expected as usize + 1);
    while file.by_ref().take(CHUNK_BYTES).read_to_end(&mut buffer)? > 0 {
        for (_, hasher) in &mut hashers {
            hasher.update(&buffer);
        }
        buffer.clear();
    }
    Ok(hashers.into_iter().map(|(algorithm, hasher)| (algorithm, hasher.finish())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_nothing_are_the_published_ones() {
        assert_eq!(Algorithm::Md5.of_nothing(), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(Algorithm::Sha1.of_nothing(), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(Algorithm::Sha256.of_nothing(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for algorithm in [Algorithm::Md5, Algorithm::Sha1, Algorithm::Sha224, Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
            assert_eq!(algorithm.of_nothing().len(), algorithm.digits());
        }
    }
}
