//! The bundle before it is written: every file of the bag, the same for the same contents.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use super::fault::BundleError;
use super::manifest;
use crate::model::{printable, sha256_hex};
use crate::pipeline::Releasable;

/// Declaration of every bag we write (RFC 8493 §2.1.1).
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// Folder of the released documents.
pub const DOCUMENTS: &str = "data/documents/";
/// The payload manifest.
pub const MANIFEST: &str = "manifest-sha256.txt";
/// The tag manifest: what a signature covers.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// Signature of the tag manifest: a tag file that no manifest lists, called as `ssh-keygen -Y sign` calls it.
pub const SIGNATURE: &str = "tagmanifest-sha256.txt.sig";
/// What was released and what was done to it, in numbers.
pub const DISCLOSURE: &str = "disclosure.json";

/// Everything that goes out.
#[derive(Debug, Clone)]
pub struct Contents {
    /// Released copies under their neutral names (`0001.docx`); they go to `data/documents/`.
    pub documents: Vec<(String, Releasable)>,
    /// Other payload by path below `data/`: `schedule.csv`, `schedule.html`, `letter.docx`.
    pub payload: BTreeMap<String, Vec<u8>>,
    /// The tag file `disclosure.json` as it is to stand.
    pub disclosure: Vec<u8>,
    /// Elements of `bag-info.txt` in their order; `Payload-Oxum` is added. Dates come from the case file or not at all.
    pub bag_info: Vec<(String, String)>,
}

/// Contents of one file.
#[derive(Debug, Clone)]
pub enum Body<'a> {
    /// Bytes in memory.
    Bytes(Cow<'a, [u8]>),
    /// A released copy, wherever it waits.
    Copy(&'a Releasable),
}

impl Body<'_> {
    /// The bytes.
    ///
    /// # Errors
    /// When a copy that waits on the disk cannot be read back.
    pub fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::Copy(copy) => copy.bytes(),
        }
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Copy(copy) => copy.length(),
        }
    }

    /// SHA-256 in hexadecimal digits.
    pub fn sha256(&self) -> String {
        match self {
            Self::Bytes(bytes) => sha256_hex(bytes),
            Self::Copy(copy) => copy.sha256().to_owned(),
        }
    }
}

/// What can be written to a file.
pub trait Source: Sync {
    /// Calls `each` with the bytes, piece by piece.
    ///
    /// # Errors
    /// When the bytes cannot be had, and what `each` says. What it was given before counts for nothing then.
    fn pieces(&self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()>;
}

impl Source for Body<'_> {
    fn pieces(&self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => each(bytes),
            Self::Copy(copy) => copy.pieces(each),
        }
    }
}

impl Source for Vec<u8> {
    fn pieces(&self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        each(self)
    }
}

impl<'a> From<&'a [u8]> for Body<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<String> for Body<'_> {
    fn from(text: String) -> Self {
        Self::Bytes(Cow::Owned(text.into_bytes()))
    }
}

/// Files of a tree by path with forward slashes.
pub type Files<'a> = BTreeMap<String, Body<'a>>;

/// The whole bag, by path with forward slashes. Pure: no clock, no disk, no order of arrival.
///
/// # Errors
/// [`BundleError::BadName`] when a name is unsafe or used twice.
pub fn render(contents: &Contents) -> Result<Files<'_>, BundleError> {
    let mut files = Files::new();
    let documents = contents.documents.iter().map(|(name, copy)| (format!("{DOCUMENTS}{name}"), Body::Copy(copy)));
    let payload = contents.payload.iter().map(|(path, bytes)| (format!("data/{path}"), Body::from(bytes.as_slice())));
    for (path, body) in documents.chain(payload) {
        let unsafe_name = manifest::path_fault(&path).is_some() || manifest::portability_fault(&path).is_some();
        if unsafe_name || files.insert(path.clone(), body).is_some() {
            return Err(BundleError::BadName { path: printable(&path) });
        }
    }
    let octets: u64 = files.values().map(Body::length).sum();
    let mut info = String::new();
    for (label, value) in &contents.bag_info {
        info.push_str(&info_element(label, value));
    }
    info.push_str(&info_element("Payload-Oxum", &format!("{octets}.{}", files.len())));
    let listing = listing(&files);
    let mut tags = Files::new();
    tags.insert("bagit.txt".into(), DECLARATION.as_bytes().into());
    tags.insert("bag-info.txt".into(), info.into());
    tags.insert(DISCLOSURE.into(), contents.disclosure.as_slice().into());
    tags.insert(MANIFEST.into(), listing.into());
    let tag_listing = self::listing(&tags);
    files.append(&mut tags);
    files.insert(TAG_MANIFEST.into(), tag_listing.into());
    Ok(files)
}

fn listing(files: &Files) -> String {
    use rayon::prelude::*;
    let digests: Vec<(&String, String)> = files.par_iter().map(|(path, body)| (path, body.sha256())).collect();
    manifest::print(digests.iter().map(|(path, digest)| (path.as_str(), digest.as_str())))
}

/// One element of `bag-info.txt` on one line: white space inside a value, line ends included, becomes one space.
pub(super) fn info_element(label: &str, value: &str) -> String {
    let label: String = label.chars().filter(|character| !character.is_control() && *character != ':').collect();
    let value: Vec<&str> = value.split_whitespace().collect();
    format!("{}: {}\n", label.trim(), printable(&value.join(" ")))
}
