//! The re-inspection of a copy. Nothing else can make a [`Releasable`], and the bundle accepts nothing else.

/// Bytes that the re-inspection read again and found clean. Private field, same module: there is no other way to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Releasable(Vec<u8>);

impl Releasable {
    /// The bytes to release.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}
