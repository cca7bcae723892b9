//! Inflating members within limits (RFC 1951; APPNOTE.TXT §4.4.5).

use std::cell::Cell;

use flate2::{Decompress, FlushDecompress, Status};

use super::{Entry, Method, ZipFault};
use crate::error::DocError;
use crate::format::content::PIECE_BYTES;
use crate::limits::Limits;

/// Member contents after inflation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inflated {
    /// The contents.
    pub bytes: Vec<u8>,
    /// Bytes of the member after the end of its deflate stream.
    pub tail: usize,
}

/// Inflated bytes that one document may still use.
#[derive(Debug)]
pub struct Budget<'l> {
    limits: &'l Limits,
    left: u64,
    /// One state for all members, and for all documents of a thread: a new one costs more than a small member takes.
    state: Option<Decompress>,
}

thread_local! {
    /// The state that nobody uses.
    static STATE: Cell<Option<Decompress>> = const { Cell::new(None) };
}

impl Drop for Budget<'_> {
    fn drop(&mut self) {
        // At the end of a thread there is no place left for it.
        let _ = STATE.try_with(|state| state.set(self.state.take()));
    }
}

impl<'l> Budget<'l> {
    /// The whole budget.
    pub fn new(limits: &'l Limits) -> Self {
        Self { limits, left: limits.total_bytes, state: STATE.take() }
    }

    /// The state, as new.
    fn fresh(&mut self) -> &mut Decompress {
        let state = self.state.get_or_insert_with(|| Decompress::new(false));
        state.reset(false);
        state
    }

    fn draw(&mut self, name: &str, bytes: u64) -> Result<(), DocError> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(DocError::part(name, ZipFault::TotalTooLarge { limit: self.limits.total_bytes })),
        }
    }
}

/// Bytes up to which it does not matter that a member is larger than the directory says: memory is set aside by what it says.
const SMALL_LIE_BYTES: u64 = 16 << 20;

impl Entry<'_> {
    /// What the member inflates to, by the directory.
    pub fn promised_bytes(&self) -> u64 {
        self.untrusted_len
    }

    /// Inflates the member, within the limits, and checks its checksum.
    ///
    /// # Errors
    /// [`ZipFault::Bomb`], [`ZipFault::EntryTooLarge`], [`ZipFault::TotalTooLarge`], [`ZipFault::SizeDiffers`],
    /// [`ZipFault::Checksum`], [`ZipFault::Damaged`], and when the file cannot be read.
    pub fn inflate(&self, budget: &mut Budget<'_>) -> Result<Inflated, DocError> {
        let bound = self.bound(budget)?;
        let Some(raw) = self.raw.in_memory() else {
            let mut bytes = Vec::with_capacity(self.untrusted_len.min(bound).min(self.raw.length().saturating_mul(32)) as usize);
            let (_, tail) = self.run(budget, |piece| bytes.extend_from_slice(piece))?;
            return Ok(Inflated { bytes, tail });
        };
        let inflated = match self.method {
            Method::Stored => Inflated { bytes: raw.to_vec(), tail: 0 },
            Method::Deflated => {
                inflate_by(budget.fresh(), raw, self.untrusted_len, bound).map_err(|fault| self.refused(fault, bound, budget))?
            }
        };
        if crc32fast::hash(&inflated.bytes) != self.crc32 {
            return Err(self.fault(ZipFault::Checksum));
        }
        budget.draw(&self.name, inflated.bytes.len() as u64)?;
        Ok(inflated)
    }

    /// As [`inflate`](Self::inflate), and lets go of the contents. Tells how many bytes there are, and how many after the end of the
    /// deflate stream.
    ///
    /// # Errors
    /// The same.
    pub fn check(&self, budget: &mut Budget<'_>) -> Result<(u64, usize), DocError> {
        self.run(budget, |_| {})
    }

    /// Inflates the member piece by piece.
    fn run(&self, budget: &mut Budget<'_>, mut each: impl FnMut(&[u8])) -> Result<(u64, usize), DocError> {
        let bound = self.bound(budget)?;
        let mut checksum = crc32fast::Hasher::new();
        let mut length = 0_u64;
        let mut take = |piece: &[u8]| {
            checksum.update(piece);
            length += piece.len() as u64;
            each(piece);
            if length > bound { Err(InflateFault::TooLarge) } else { Ok(()) }
        };
        let mut fault = None;
        let mut tail = 0;
        match self.method {
            Method::Stored => self.raw.pieces(|piece| {
                fault = fault.or(take(piece).err());
                Ok(())
            })?,
            Method::Deflated => {
                let mut inflating = Inflating { state: budget.fresh(), buffer: vec![0; PIECE_BYTES], tail: None };
                self.raw.pieces(|piece| {
                    if fault.is_none() {
                        fault = inflating.put(piece, &mut take).err();
                    }
                    Ok(())
                })?;
                match inflating.tail {
                    Some(bytes) => tail = bytes,
                    None => fault = fault.or(Some(InflateFault::Damaged)),
                }
            }
        }
        if let Some(fault) = fault {
            return Err(self.refused(fault, bound, budget));
        }
        if checksum.finalize() != self.crc32 {
            return Err(self.fault(ZipFault::Checksum));
        }
        budget.draw(&self.name, length)?;
        Ok((length, tail))
    }

    fn fault(&self, fault: ZipFault) -> DocError {
        DocError::part(self.name.clone(), fault)
    }

    /// Bytes up to which the member may inflate by its own size.
    fn ratio_bytes(&self, limits: &Limits) -> u64 {
        self.raw.length().saturating_mul(limits.ratio).max(1 << 20)
    }

    /// Bytes past which the member is not inflated.
    fn bound(&self, budget: &Budget<'_>) -> Result<u64, DocError> {
        let limits = budget.limits;
        if self.method == Method::Stored {
            let too_large = self.raw.length() > limits.part_bytes;
            return if too_large { Err(self.fault(ZipFault::EntryTooLarge { limit: limits.part_bytes })) } else { Ok(limits.part_bytes) };
        }
        let most = limits.part_bytes.min(self.ratio_bytes(limits));
        if self.untrusted_len > most {
            return Err(self.fault(self.too_large(limits)));
        }
        Ok(most.min(self.untrusted_len.max(SMALL_LIE_BYTES)).min(budget.left.saturating_add(1)))
    }

    fn too_large(&self, limits: &Limits) -> ZipFault {
        let by_ratio = self.ratio_bytes(limits) < limits.part_bytes;
        if by_ratio { ZipFault::Bomb { ratio: limits.ratio } } else { ZipFault::EntryTooLarge { limit: limits.part_bytes } }
    }

    fn refused(&self, fault: InflateFault, bound: u64, budget: &Budget<'_>) -> DocError {
        let limits = budget.limits;
        self.fault(match fault {
            InflateFault::TooLarge if bound > budget.left => ZipFault::TotalTooLarge { limit: limits.total_bytes },
            InflateFault::TooLarge if bound < limits.part_bytes.min(self.ratio_bytes(limits)) => ZipFault::SizeDiffers,
            InflateFault::TooLarge => self.too_large(limits),
            InflateFault::Damaged => ZipFault::Damaged { what: "the deflate stream cannot be read".into() },
        })
    }
}

/// A deflate stream that comes in pieces.
struct Inflating<'s> {
    state: &'s mut Decompress,
    buffer: Vec<u8>,
    /// Bytes after its end, once that was seen.
    tail: Option<usize>,
}

impl Inflating<'_> {
    fn put(&mut self, mut piece: &[u8], take: &mut impl FnMut(&[u8]) -> Result<(), InflateFault>) -> Result<(), InflateFault> {
        if let Some(tail) = &mut self.tail {
            *tail += piece.len();
            return Ok(());
        }
        loop {
            let (consumed, made) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(piece, &mut self.buffer, FlushDecompress::None).map_err(|_| InflateFault::Damaged)?;
            let (consumed, made) = ((self.state.total_in() - consumed) as usize, (self.state.total_out() - made) as usize);
            piece = piece.get(consumed..).unwrap_or_default();
            take(self.buffer.get(..made).unwrap_or_default())?;
            if status == Status::StreamEnd {
                self.tail = Some(piece.len());
                return Ok(());
            }
            // A buffer that was not filled has taken all that there is to make of the piece.
            if made < self.buffer.len() {
                return if piece.is_empty() { Ok(()) } else { Err(InflateFault::Damaged) };
            }
        }
    }
}

/// Why a deflate stream was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InflateFault {
    /// It goes past the bound.
    TooLarge,
    /// It is not a deflate stream, or it is cut.
    Damaged,
}

/// Inflates a raw deflate stream (RFC 1951) to at most `bound` bytes.
///
/// `untrusted_len` is only a hint for the first allocation.
///
/// # Errors
/// [`InflateFault`].
pub fn inflate_raw(raw: &[u8], untrusted_len: u64, bound: u64) -> Result<Inflated, InflateFault> {
    inflate_by(&mut Decompress::new(false), raw, untrusted_len, bound)
}

fn inflate_by(state: &mut Decompress, raw: &[u8], untrusted_len: u64, bound: u64) -> Result<Inflated, InflateFault> {
    const FIRST: u64 = 1 << 16;
    let mut out = Vec::with_capacity(untrusted_len.min(bound).min(FIRST.max(raw.len() as u64 * 32)) as usize + 1);
    loop {
        if out.len() == out.capacity() {
            out.reserve((out.len()).clamp(1 << 12, 1 << 24));
        }
        let consumed = state.total_in() as usize;
        let before = out.len();
        let status = state.decompress_vec(raw.get(consumed..).unwrap_or_default(), &mut out, FlushDecompress::None);
        if out.len() as u64 > bound {
            return Err(InflateFault::TooLarge);
        }
        match status {
            Ok(Status::StreamEnd) => {
                let tail = raw.len().saturating_sub(state.total_in() as usize);
                return Ok(Inflated { bytes: out, tail });
            }
            Ok(Status::Ok | Status::BufError) => {
                let stuck = out.len() == before && state.total_in() as usize == consumed && out.len() < out.capacity();
                if stuck {
                    return Err(InflateFault::Damaged);
                }
            }
            Err(_) => return Err(InflateFault::Damaged),
        }
    }
}
