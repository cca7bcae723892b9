//! Inflating for the second looks, which share nothing with the first ones.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

/// What stands around the data of a deflate stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// Nothing, as in ZIP (RFC 1951).
    Bare,
    /// A header and a checksum, as in PDF (RFC 1950).
    Zlib,
}

thread_local! {
    /// Memory for inflating, used again.
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// Inflates data that is whole and within the limit; `None` for any other. `hint` is how many bytes may come of it. Tells how many bytes of the
/// data were read.
pub fn inflate_whole(data: &[u8], wrapping: Wrapping, hint: usize, limit: usize) -> Option<(Vec<u8>, u64)> {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(wrapping == Wrapping::Zlib);
        // Most texts shrink by no more than that. One byte more shows that nothing follows.
        let mut out = Vec::with_capacity(hint.min(limit).min(data.len().saturating_mul(32)).saturating_add(1));
        loop {
            let rest = data.get(usize::try_from(inflater.total_in()).ok()?..)?;
            match inflater.decompress_vec(rest, &mut out, FlushDecompress::None) {
                Ok(Status::StreamEnd) => return (out.len() <= limit).then(|| (out, inflater.total_in())),
                Ok(_) if out.len() == out.capacity() && out.len() <= limit => out.reserve(out.len().clamp(4096, 8 << 20)),
                Ok(_) | Err(_) => return None,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, ZlibEncoder};

    use super::*;

    #[test]
    fn what_is_whole_is_inflated_and_nothing_else() {
        let text = b"the same words and the same words ".repeat(4_000);
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
        bare.write_all(&text).unwrap();
        let bare = bare.finish().unwrap();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(&text).unwrap();
        let zlib = zlib.finish().unwrap();
        for hint in [0, 10, text.len(), usize::MAX] {
            assert_eq!(inflate_whole(&bare, Wrapping::Bare, hint, text.len()), Some((text.clone(), bare.len() as u64)));
            assert_eq!(inflate_whole(&zlib, Wrapping::Zlib, hint, usize::MAX), Some((text.clone(), zlib.len() as u64)));
            assert_eq!(inflate_whole(&bare, Wrapping::Bare, hint, text.len() - 1), None);
            assert_eq!(inflate_whole(&bare[..bare.len() - 1], Wrapping::Bare, hint, text.len()), None);
            assert_eq!(inflate_whole(&bare, Wrapping::Zlib, hint, text.len()), None);
        }
        let with_more = [&*bare, b"more"].concat();
        assert_eq!(inflate_whole(&with_more, Wrapping::Bare, 0, text.len()).map(|(_, read)| read), Some(bare.len() as u64));
        assert_eq!(inflate_whole(b"", Wrapping::Bare, 0, 10), None);
    }
}
