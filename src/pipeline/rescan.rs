//! The re-inspection of a copy. Nothing else can make a [`Releasable`], and the bundle accepts nothing else.

use std::borrow::Cow;
use std::io;

use super::spool::Spool;
use super::{Clean, Held, Outcome, sentence, sweep};
use crate::format::{self, Backend, Format};
use crate::limits::Limits;
use crate::model::{Cleaned, Finding, sha256_hex};
use crate::policy::Orders;

/// A copy that the re-inspection read again and found clean. Private fields, same module: there is no other way to make one.
#[derive(Debug, Clone)]
pub struct Releasable {
    place: Place,
    length: u64,
    sha256: String,
}

#[derive(Debug, Clone)]
enum Place {
    Memory(Vec<u8>),
    Spool(Spool, u64),
}

impl Releasable {
    fn of(mut bytes: Vec<u8>) -> Self {
        // Copies wait for each other.
        bytes.shrink_to_fit();
        Self { length: bytes.len() as u64, sha256: sha256_hex(&bytes), place: Place::Memory(bytes) }
    }

    /// The bytes to release.
    ///
    /// # Errors
    /// When they were put aside and cannot be read back as they were.
    pub fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        let (spool, offset) = match &self.place {
            Place::Memory(bytes) => return Ok(Cow::Borrowed(bytes)),
            Place::Spool(spool, offset) => (spool, *offset),
        };
        let bytes = spool.get(offset, self.length)?;
        if sha256_hex(&bytes) != self.sha256 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a copy that was put aside has changed"));
        }
        Ok(Cow::Owned(bytes))
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// SHA-256 of the bytes, in hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Lets go of the memory, where the spool takes the bytes.
    pub fn put_aside(&mut self, spool: &Spool) {
        if let Place::Memory(bytes) = &self.place
            && let Some(offset) = spool.put(bytes)
        {
            self.place = Place::Spool(spool.clone(), offset);
        }
    }
}

/// Reads a copy again, by the backend's independent reader and by a byte sweep for everything that was taken out.
///
/// A copy that cannot be read again, that is of another format, or in which anything is left is held, never released.
pub(super) fn prove(backend: &dyn Backend, format: Format, cleaned: Cleaned, orders: &Orders, limits: &Limits) -> Outcome {
    let held = |reason: String, residue: Vec<Finding>| Outcome::Held(Held { reasons: vec![reason], residue });
    let is = format::sniff(&cleaned.bytes);
    if !(is == format || (is.is_word() && format.is_word())) {
        return held(format!("the copy is no longer a {} file: it is {}", format.plain(), is.plain()), Vec::new());
    }
    let reread = match backend.reread(&cleaned.bytes, orders, limits) {
        Ok(reread) => reread,
        Err(error) => return held(format!("the copy cannot be read again: {error}"), Vec::new()),
    };
    if let Some(first) = reread.residue.first() {
        let reason = format!("the copy still holds {}", sentence(first));
        return held(reason, reread.residue);
    }
    let swept = sweep::sweep(&cleaned.secrets, &reread.visible, &reread.streams, is == Format::Pdf);
    if !swept.residue.is_empty() {
        let count: u64 = swept.residue.iter().map(|finding| finding.count).sum();
        return held(format!("{count} of the removed texts are still in the copy"), swept.residue);
    }
    let (mut proof, pages) = (reread.checks, reread.pages);
    proof.push(swept.proof);
    let Cleaned { bytes, removed, secrets, .. } = cleaned;
    Outcome::Clean(Clean { copy: Releasable::of(bytes), format: is, pages, removed, secrets, proof })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::DocError;
    use crate::model::{FindingKind, Inspection, Reread, Secret, Wanted};

    /// A backend whose second look says what the test wants. The bytes are those of a PDF for the sniffer.
    struct Fake(Result<Reread, DocError>);

    impl Backend for Fake {
        fn inspect(&self, _: &[u8], _: Wanted, _: &Limits) -> Result<Inspection, DocError> {
            Ok(Inspection::default())
        }
        fn sanitise(&self, bytes: &[u8], _: &Orders, _: &Limits) -> Result<Cleaned, DocError> {
            Ok(Cleaned { bytes: bytes.to_vec(), ..Cleaned::default() })
        }
        fn reread(&self, _: &[u8], _: &Orders, _: &Limits) -> Result<Reread, DocError> {
            self.0.clone()
        }
    }

    fn verdict(reread: Result<Reread, DocError>, secret: &str) -> Outcome {
        let secrets = vec![Secret { kind: FindingKind::Comment, part: "x".into(), text: secret.into() }];
        let cleaned = Cleaned { bytes: b"%PDF-1.7\n".to_vec(), secrets, ..Cleaned::default() };
        prove(&Fake(reread), Format::Pdf, cleaned, &Orders::default(), &Limits::default())
    }

    #[test]
    fn a_copy_that_was_put_aside_is_the_same_copy() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::beside(&folder.path().join("out"));
        let bytes = vec![7; 40 << 20];
        let mut copy = Releasable::of(bytes.clone());
        copy.put_aside(&spool);
        assert!(matches!(copy.place, Place::Spool(..)));
        assert_eq!((copy.length(), copy.sha256()), (40 << 20, sha256_hex(&bytes).as_str()));
        assert_eq!(copy.bytes().unwrap(), bytes);
        let changed = Releasable { sha256: sha256_hex(b"other"), ..copy };
        assert!(changed.bytes().is_err());
    }

    #[test]
    fn only_a_copy_without_residue_is_releasable() {
        let clean = Reread { streams: vec![b"nothing here".to_vec()], ..Reread::default() };
        assert!(matches!(verdict(Ok(clean), "a secret opinion"), Outcome::Clean(_)));
        let marked = Reread { residue: vec![Finding::new(FindingKind::Comment, "x", 1, "")], ..Reread::default() };
        assert!(matches!(verdict(Ok(marked), "a secret opinion"), Outcome::Held(_)));
        let leaking = Reread { streams: vec![b"<a secret opinion>".to_vec()], ..Reread::default() };
        assert!(matches!(verdict(Ok(leaking), "a secret opinion"), Outcome::Held(_)));
        let unread = DocError::whole(crate::error::FileFault::Empty);
        assert!(matches!(verdict(Err(unread), "a secret opinion"), Outcome::Held(_)));
    }
}
