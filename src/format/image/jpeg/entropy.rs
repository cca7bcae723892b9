//! Where the coded data of a scan ends (ITU-T T.81 Annexes F and G): its blocks are read and counted, their values are not needed.

use std::ops::Range;

use super::{Frame, Scan, damaged};
use crate::format::image::ImageFault;

/// Bits that one look at the table decides.
const FAST: u32 = 9;

/// A Huffman table (B.2.4.2, Annex C), and which of its codes a scan has used.
pub(super) struct Huffman {
    /// By the next `FAST` bits: number of the code and its length; a length of 0 for longer codes.
    fast: Vec<(u8, u8)>,
    /// By length: the first code of that length, how many there are, and the number of the first.
    lengths: [(u32, u32, u32); 17],
    symbols: Vec<u8>,
    pub used: [bool; 256],
}

impl Huffman {
    /// From the 16 counts and the symbols. `None` where there are more codes than there is room for.
    pub fn new(body: &[u8]) -> Option<Self> {
        let (counts, symbols) = body.split_at_checked(16)?;
        let mut out = Self { fast: vec![(0, 0); 1 << FAST], lengths: [(0, 0, 0); 17], symbols: symbols.to_vec(), used: [false; 256] };
        let (mut code, mut number) = (0_u32, 0_u32);
        for (length, count) in (1_u32..).zip(counts.iter().map(|count| u32::from(*count))) {
            out.lengths[length as usize] = (code, count, number);
            for _ in 0..count {
                if code >= 1 << length {
                    return None;
                }
                if length <= FAST {
                    let from = (code << (FAST - length)) as usize;
                    out.fast.get_mut(from..from + (1 << (FAST - length)))?.fill((number as u8, length as u8));
                }
                code += 1;
                number += 1;
            }
            code <<= 1;
        }
        (number as usize == symbols.len()).then_some(out)
    }
}

/// Bits of a scan, stuffed zeros left out, up to the next marker.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
    /// Bytes that were taken for zero because the data had ended.
    past: u32,
}

impl Bits<'_> {
    fn fill(&mut self) {
        while self.count <= 48 {
            let byte = match (self.data.get(self.at), self.data.get(self.at + 1)) {
                (Some(0xff), Some(0)) => {
                    self.at += 2;
                    0xff
                }
                (Some(0xff) | None, _) => {
                    self.past += 1;
                    0
                }
                (Some(byte), _) => {
                    self.at += 1;
                    *byte
                }
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    fn take(&mut self, bits: u32) -> u32 {
        if bits == 0 {
            return 0;
        }
        if self.count < bits {
            self.fill();
        }
        let value = (self.held >> (64 - bits)) as u32;
        self.held <<= bits;
        self.count -= bits;
        value
    }

    fn symbol(&mut self, table: &mut Huffman) -> Result<u8, ImageFault> {
        if self.count < 16 {
            self.fill();
        }
        let (mut number, mut length) = table.fast[(self.held >> (64 - FAST)) as usize];
        if length == 0 {
            let found = (FAST + 1..=16).find_map(|length| {
                let (first, count, number) = table.lengths[length as usize];
                let offset = ((self.held >> (64 - length)) as u32).checked_sub(first).filter(|offset| *offset < count)?;
                Some(((number + offset) as u8, length as u8))
            });
            (number, length) = found.ok_or_else(|| damaged("a code that its table does not have"))?;
        }
        self.take(u32::from(length));
        table.used[usize::from(number)] = true;
        Ok(table.symbols[usize::from(number)])
    }

    /// Whether more was read than there is.
    fn has_ended(&self) -> bool {
        self.past * 8 > self.count
    }

    /// Where the byte after the last one that was read from starts.
    fn end(&self) -> usize {
        let mut unread = (self.count / 8).saturating_sub(self.past);
        let mut at = self.at;
        while unread > 0 {
            at -= if at >= 2 && self.data[at - 2..at] == [0xff, 0] { 2 } else { 1 };
            unread -= 1;
        }
        at
    }
}

/// The work that is left, in blocks.
pub(super) struct Budget(pub u64);

/// Which coefficients of each block are known not to be zero, by component.
pub(super) type Nonzero = Vec<Vec<u64>>;

/// Reads a scan. `data` starts behind its header. Returns the pieces that hold its blocks and the markers between them; where the data ends
/// early, readers draw what there is, and so everything is kept.
pub(super) fn scan(
    frame: &Frame,
    scan: &Scan,
    tables: &mut [Option<Huffman>; 8],
    restart: u16,
    data: &[u8],
    nonzero: &mut Nonzero,
    budget: &mut Budget,
) -> Result<Vec<Range<usize>>, ImageFault> {
    let parts: Vec<(usize, usize, usize)> = scan
        .parts
        .iter()
        .map(|part| {
            let component = frame.components[part.component];
            if scan.parts.len() == 1 { (part.component, 1, 1) } else { (part.component, component.across, component.down) }
        })
        .collect();
    let (columns, rows) = match scan.parts.as_slice() {
        [part] => frame.blocks(part.component),
        _ => frame.units(),
    };
    let units = columns as u64 * rows as u64;
    let work: u64 = parts.iter().map(|(_, across, down)| units * (across * down) as u64).sum();
    budget.0 = budget.0.checked_sub(work).ok_or_else(|| damaged("it has too many scans"))?;
    let mut bits = Bits { data, at: 0, held: 0, count: 0, past: 0 };
    let (mut pieces, mut from, mut run) = (Vec::new(), 0, 0_u32);
    for unit in 0..units {
        if restart > 0 && unit > 0 && unit % u64::from(restart) == 0 {
            // Bytes before the marker, if any, hold nothing.
            let end = bits.end();
            let marker = next_restart(data, end).ok_or_else(|| damaged("a restart marker is missing"))?;
            pieces.push(from..end);
            from = marker;
            bits = Bits { data, at: marker + 2, held: 0, count: 0, past: 0 };
            run = 0;
        }
        let (column, row) = ((unit % columns as u64) as usize, (unit / columns as u64) as usize);
        for (part, (component, across, down)) in scan.parts.iter().zip(&parts) {
            for block in 0..across * down {
                let (x, y) = (column * across + block % across, row * down + block / across);
                let place = y * frame.stride(*component) + x;
                let known = nonzero.get_mut(*component).and_then(|known| known.get_mut(place));
                read_block(&mut bits, scan, part.tables, tables, known, &mut run)?;
            }
        }
        if bits.has_ended() {
            // A marker in the way: what is behind it is shown by some readers, as something else.
            if bits.at + 1 < data.len() {
                return Err(damaged("a marker inside of its blocks"));
            }
            pieces.push(from..data.len());
            return Ok(pieces);
        }
    }
    pieces.push(from..bits.end());
    Ok(pieces)
}

/// Where the next restart marker stands.
fn next_restart(data: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(0xff, data.get(from..)?).map(|at| from + at).find(|at| matches!(data.get(at + 1), Some(0xd0..=0xd7)))
}

/// One block of one scan. `of`: which tables it is coded with; `run`: blocks that the last code has ended too.
fn read_block(
    bits: &mut Bits<'_>,
    scan: &Scan,
    of: [usize; 2],
    tables: &mut [Option<Huffman>; 8],
    known: Option<&mut u64>,
    run: &mut u32,
) -> Result<(), ImageFault> {
    let missing = || damaged("a table is missing");
    let [dc, ac] = of;
    if scan.first == 0 {
        if scan.refines {
            bits.take(1);
        } else {
            let size = bits.symbol(tables[dc].as_mut().ok_or_else(missing)?)?;
            bits.take(u32::from(size).min(16));
        }
        if scan.progressive {
            return Ok(());
        }
    }
    let mut at = u32::from(scan.first.max(1));
    let last = u32::from(scan.last);
    let unknown = &mut 0;
    let known = known.unwrap_or(unknown);
    if *run > 0 {
        *run -= 1;
        if scan.refines {
            correct(bits, *known, at, last);
        }
        return Ok(());
    }
    let table = tables[4 + ac].as_mut().ok_or_else(missing)?;
    while at <= last {
        let code = bits.symbol(table)?;
        let (zeros, size) = (u32::from(code >> 4), u32::from(code & 15));
        if size == 0 && zeros < 15 {
            if scan.progressive {
                *run = (1 << zeros) - 1 + bits.take(zeros);
            }
            if scan.refines {
                correct(bits, *known, at, last);
            }
            return Ok(());
        }
        if scan.refines {
            if size > 0 {
                bits.take(1);
            }
            at = skip_zeros(bits, *known, at, last, zeros);
        } else {
            bits.take(size);
            at += zeros;
        }
        if size > 0 && at < 64 {
            *known |= 1 << at;
        }
        at += 1;
    }
    Ok(())
}

/// A bit for each coefficient that is known not to be zero (G.1.2.3).
fn correct(bits: &mut Bits<'_>, known: u64, from: u32, last: u32) {
    for at in from..=last {
        if known >> at & 1 == 1 {
            bits.take(1);
        }
    }
}

/// Goes past a number of coefficients that are zero so far, correcting the others, to the next that is zero.
fn skip_zeros(bits: &mut Bits<'_>, known: u64, from: u32, last: u32, mut zeros: u32) -> u32 {
    for at in from..=last {
        if known >> at & 1 == 1 {
            bits.take(1);
        } else if zeros == 0 {
            return at;
        } else {
            zeros -= 1;
        }
    }
    last + 1
}
