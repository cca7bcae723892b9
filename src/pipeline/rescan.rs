//! The re-inspection of a copy. Nothing else can make a [`Releasable`], and the bundle accepts nothing else.

use std::borrow::Cow;
use std::io;

use super::{Clean, Held, Outcome, TRACKED, sentence, sweep};
use crate::error::DocError;
use crate::format::{self, Backend, Content, Format, Spool};
use crate::limits::Limits;
use crate::model::{Cleaned, Finding, FindingKind, Proof, Reread, Secret, Severity, Wanted};
use crate::policy::{Action, Orders};

/// A copy that the re-inspection read again and found clean. Private fields, same module: there is no other way to make one.
#[derive(Debug, Clone)]
pub struct Releasable {
    content: Content<'static>,
    sha256: String,
}

impl Releasable {
    fn of(content: Content<'static>) -> io::Result<Self> {
        Ok(Self { sha256: content.sha256_hex()?, content })
    }

    /// The bytes to release.
    ///
    /// # Errors
    /// When they were put aside and cannot be read back as they were.
    pub fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        let bytes = self.content.whole()?;
        if matches!(bytes, Cow::Owned(_)) && crate::model::sha256_hex(&bytes) != self.sha256 {
            return Err(changed());
        }
        Ok(bytes)
    }

    /// Calls `each` with the bytes to release, piece by piece.
    ///
    /// # Errors
    /// As for [`bytes`](Self::bytes), and what `each` says. What it was given before counts for nothing then.
    pub fn pieces(&self, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        use sha2::Digest as _;
        if self.content.in_memory().is_some() {
            return self.content.pieces(0..self.length(), each);
        }
        let mut digest = sha2::Sha256::new();
        self.content.pieces(0..self.length(), |piece| {
            digest.update(piece);
            each(piece)
        })?;
        if crate::model::hex(&digest.finalize()) == self.sha256 { Ok(()) } else { Err(changed()) }
    }

    /// The copy, wherever it is.
    pub(super) fn content(&self) -> &Content<'static> {
        &self.content
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        self.content.length()
    }

    /// SHA-256 of the bytes, in hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Lets go of the memory, where the spool takes the bytes.
    #[must_use]
    pub fn put_aside(self, spool: &Spool) -> Self {
        Self { content: spool.put(self.content), ..self }
    }
}

fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a copy that was put aside has changed")
}

/// Reads a copy again, by the backend's independent reader and by a byte sweep for everything that was taken out.
///
/// A copy that cannot be read again, that is of another format, or in which anything is left is held, never released.
pub(super) fn prove(backend: &dyn Backend, format: Format, cleaned: Cleaned, orders: &Orders, limits: &Limits) -> Outcome {
    let Cleaned { copy, removed, secrets, beside_text, rearranged, .. } = cleaned;
    let is = format::sniff(&copy);
    if !(is == format || (is.is_word() && format.is_word())) {
        let reason = format!("the copy is no longer a {} file: it is {}", format.plain(), is.plain());
        return Held::because(vec![reason]);
    }
    let unread = |error: &dyn std::fmt::Display| Held::because(vec![format!("the copy cannot be read again: {error}")]);
    let found = if rearranged { look_as_at_first(backend, &copy, orders, limits) } else { Ok(None) };
    match found {
        Ok(None) => {}
        Ok(Some(held)) => return Outcome::Held(held),
        Err(error) => return unread(&error),
    }
    let (proof, pages) = match look_again(backend, is, &copy, (&secrets, &beside_text), orders, limits) {
        Ok(Ok(proof)) => proof,
        Ok(Err(held)) => return Outcome::Held(held),
        Err(error) => return unread(&error),
    };
    match Releasable::of(copy) {
        Ok(copy) => Outcome::Clean(Clean { copy, format: is, pages, removed, secrets, proof }),
        Err(error) => unread(&error.kind()),
    }
}

/// What the inspection of a source would find, in a copy whose words stand elsewhere than in the source. A kept redline is what the policy
/// wants.
fn look_as_at_first(backend: &dyn Backend, copy: &Content<'_>, orders: &Orders, limits: &Limits) -> Result<Option<Held>, DocError> {
    let is_residue =
        |kind: FindingKind| kind.severity() == Severity::High && orders.action(kind) != Action::Keep && !TRACKED.contains(&kind);
    let mut residue = backend.inspect(copy, Wanted::Findings, limits)?.findings;
    residue.retain(|finding| is_residue(finding.kind));
    Ok(residue.first().cloned().map(|first| still_holds(&first, residue)))
}

fn still_holds(first: &Finding, residue: Vec<Finding>) -> Held {
    Held { reasons: vec![format!("the copy still holds {}", sentence(first))], residue, words: Vec::new() }
}

/// What was looked for without finding it, and the pages; or what was found.
fn look_again(
    backend: &dyn Backend,
    is: Format,
    copy: &Content<'_>,
    (secrets, beside_text): (&[Secret], &[String]),
    orders: &Orders,
    limits: &Limits,
) -> Result<Result<(Proof, Option<u32>), Held>, DocError> {
    let Reread { residue, streams, mut visible, pages, checks } = backend.reread(copy, orders, limits)?;
    if let Some(first) = residue.first() {
        return Ok(Err(still_holds(first, residue.clone())));
    }
    for words in beside_text {
        // No removed text has this character: none is seen over the end of one of them and the beginning of the next.
        visible.push('\0');
        visible.push_str(words);
    }
    let swept = sweep::sweep(secrets, &visible, &streams, is == Format::Pdf)?;
    if !swept.residue.is_empty() {
        let kinds: Vec<String> = swept.residue.iter().map(|finding| format!("{} ({})", finding.kind.plain(), finding.count)).collect();
        let reason = format!("words that were taken out are still in the copy: {}", kinds.join(", "));
        return Ok(Err(Held { reasons: vec![reason], residue: swept.residue, words: swept.words }));
    }
    Ok(Ok((Proof { looked_for: checks, swept: swept.proof }, pages)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Finding, FindingKind, Inspection, Wanted, sha256_hex};

    /// A backend whose second look says what the test wants. The bytes are those of a PDF for the sniffer.
    struct Fake {
        residue: Vec<Finding>,
        streams: Vec<Vec<u8>>,
        is_lost: bool,
        is_unreadable: bool,
    }

    impl Backend for Fake {
        fn inspect(&self, _: &Content<'_>, _: Wanted, _: &Limits) -> Result<Inspection, DocError> {
            Ok(Inspection::default())
        }
        fn sanitise(&self, source: &Content<'_>, _: &Orders, _: &Limits, _: &Spool) -> Result<Cleaned, DocError> {
            Ok(cleaned(source.whole()?.into_owned(), Vec::new()))
        }
        fn reread<'c>(&self, _: &'c Content<'_>, _: &Orders, _: &'c Limits) -> Result<Reread<'c>, DocError> {
            let lost = || DocError::whole(crate::error::FileFault::Empty);
            if self.is_unreadable {
                return Err(lost());
            }
            let mut reread = Reread { residue: self.residue.clone(), streams: self.streams.clone().into(), ..Reread::default() };
            if self.is_lost {
                reread.streams.others = Some(Box::new(move |_| Err(lost())));
            }
            Ok(reread)
        }
    }

    fn cleaned(bytes: Vec<u8>, secrets: Vec<Secret>) -> Cleaned {
        Cleaned { copy: bytes.into(), removed: Vec::new(), holds: Vec::new(), secrets, beside_text: Vec::new(), rearranged: false }
    }

    fn verdict(fake: &Fake, secret: &str) -> Outcome {
        let secrets = vec![Secret { kind: FindingKind::Comment, part: "x".into(), text: secret.into() }];
        prove(fake, Format::Pdf, cleaned(b"%PDF-1.7\n".to_vec(), secrets), &Orders::default(), &Limits::default())
    }

    #[test]
    fn a_copy_that_was_put_aside_is_the_same_copy() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::beside(&folder.path().join("out"));
        let bytes = vec![7; 40 << 20];
        let copy = Releasable::of(bytes.clone().into()).unwrap().put_aside(&spool);
        assert!(matches!(copy.content, Content::File(_)));
        assert_eq!((copy.length(), copy.sha256()), (40 << 20, sha256_hex(&bytes).as_str()));
        assert_eq!(copy.bytes().unwrap(), bytes);
        let mut pieces = Vec::new();
        let mut collect = |copy: &Releasable| {
            copy.pieces(|piece| {
                pieces.extend_from_slice(piece);
                Ok(())
            })
        };
        collect(&copy).unwrap();
        let changed = Releasable { sha256: sha256_hex(b"other"), ..copy };
        assert!(changed.bytes().is_err() && collect(&changed).is_err());
        assert_eq!(pieces[..bytes.len()], bytes);
    }

    #[test]
    fn only_a_copy_without_residue_is_releasable() {
        let fake = || Fake { residue: Vec::new(), streams: vec![b"nothing here".to_vec()], is_lost: false, is_unreadable: false };
        assert!(matches!(verdict(&fake(), "a secret opinion"), Outcome::Clean(_)));
        let marked = Fake { residue: vec![Finding::new(FindingKind::Comment, "x", 1, "")], ..fake() };
        assert!(matches!(verdict(&marked, "a secret opinion"), Outcome::Held(_)));
        let leaking = Fake { streams: vec![b"<a secret opinion>".to_vec()], ..fake() };
        let Outcome::Held(held) = verdict(&leaking, "a secret opinion") else { panic!("a leak") };
        assert_eq!(held.reasons, ["words that were taken out are still in the copy: comments (1)"]);
        assert_eq!(held.words.iter().map(|words| (&*words.part, &*words.text)).collect::<Vec<_>>(), [("x", "a secret opinion")]);
        let beside = |words: &[&str]| {
            let secrets = vec![Secret { kind: FindingKind::TrackedDeletion, part: "x".into(), text: "a secret opinion".into() }];
            let beside_text = words.iter().map(|words| (*words).to_owned()).collect();
            let cleaned = Cleaned { beside_text, ..cleaned(b"%PDF-1.7\n".to_vec(), secrets) };
            let outcome = prove(&leaking, Format::Pdf, cleaned, &Orders::default(), &Limits::default());
            matches!(outcome, Outcome::Clean(_))
        };
        assert!(beside(&["of charts", "not a Secret opinion"]));
        assert!(!beside(&["a secret", "opinion"]));
        for unread in [Fake { is_lost: true, ..fake() }, Fake { is_unreadable: true, ..fake() }] {
            assert!(matches!(verdict(&unread, "a secret opinion"), Outcome::Held(_)));
        }
    }
}
