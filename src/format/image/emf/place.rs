//! Where the text of a metafile lands, as far as the records say it plainly.

use std::collections::BTreeMap;

use super::super::bytes::{le32, le32i, slice};
use super::{FONT, TEXT_A, TEXT_W};

/// Page and world space of the playback device context (MS-EMF §2.3.11, §2.3.12), enough to tell text that nobody can see.
///
/// As soon as something is used that is not followed here, nothing counts as outside any more.
#[derive(Clone)]
struct Space {
    window: [f64; 4],
    viewport: [f64; 4],
    scaled: bool,
    world: [f64; 6],
    font_height: f64,
}

pub(super) struct Mapping {
    /// Left, top, right, bottom in device units.
    frame: Option<[f64; 4]>,
    now: Space,
    saved: Vec<Space>,
    fonts: BTreeMap<u32, f64>,
    plain: bool,
    /// Text may stand where the last one ended, which is not followed here.
    runs_on: bool,
}

const IDENTITY: [f64; 6] = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

impl Mapping {
    pub(super) fn new(header: &[u8]) -> Self {
        let number = |at| le32i(header, at).map(f64::from);
        let frame = || {
            let (device_x, device_y) = (number(72)?, number(76)?);
            let (millimetres_x, millimetres_y) = (number(80)?, number(84)?);
            let x = |at| Some(number(at)? / 100.0 * device_x / millimetres_x);
            let y = |at| Some(number(at)? / 100.0 * device_y / millimetres_y);
            let frame = [x(24)?, y(28)?, x(32)?, y(36)?];
            (frame.iter().all(|edge| edge.is_finite()) && frame[0] < frame[2] && frame[1] < frame[3]).then_some(frame)
        };
        let now = Space { window: [0.0, 0.0, 1.0, 1.0], viewport: [0.0, 0.0, 1.0, 1.0], scaled: false, world: IDENTITY, font_height: 24.0 };
        Self { frame: frame(), now, saved: Vec::new(), fonts: BTreeMap::new(), plain: true, runs_on: false }
    }

    /// Takes note of a record. Says whether it is text that lies wholly outside the frame.
    pub(super) fn follow(&mut self, kind: u32, record: &[u8]) -> bool {
        let number = |at| le32i(record, at).map_or(0.0, f64::from);
        match kind {
            9 => self.now.window[2..].copy_from_slice(&[number(8), number(12)]),
            10 => self.now.window[..2].copy_from_slice(&[number(8), number(12)]),
            11 => self.now.viewport[2..].copy_from_slice(&[number(8), number(12)]),
            12 => self.now.viewport[..2].copy_from_slice(&[number(8), number(12)]),
            17 => match le32(record, 8) {
                Some(1) => self.now.scaled = false,
                Some(7 | 8) => self.now.scaled = true,
                _ => self.plain = false,
            },
            31..=33 if kind != 33 || self.saved.len() >= 256 => self.plain = false,
            33 => self.saved.push(self.now.clone()),
            34 => match (le32i(record, 8), self.saved.pop()) {
                (Some(-1), Some(space)) => self.now = space,
                _ => self.plain = false,
            },
            35 => self.now.world = matrix(record),
            36 => match le32(record, 32) {
                Some(1) => self.now.world = IDENTITY,
                Some(2) => self.now.world = multiply(matrix(record), self.now.world),
                Some(3) => self.now.world = multiply(self.now.world, matrix(record)),
                Some(4) => self.now.world = matrix(record),
                _ => self.plain = false,
            },
            FONT => {
                self.fonts.insert(le32(record, 8).unwrap_or(0), number(12).abs());
            }
            37 => {
                if let Some(height) = le32(record, 8).and_then(|handle| self.fonts.get(&handle)) {
                    self.now.font_height = height.max(1.0);
                }
            }
            // TA_UPDATECP (§2.1.28): the current point counts, not the reference point.
            22 if le32(record, 8).is_some_and(|mode| mode & 1 == 1) => self.runs_on = true,
            TEXT_A | TEXT_W => return self.is_outside(record),
            _ => {}
        }
        false
    }

    fn is_outside(&self, record: &[u8]) -> bool {
        let (Some(frame), true) = (self.frame, self.plain && !self.runs_on) else { return false };
        let (Some(x), Some(y), Some(count)) = (le32i(record, 36), le32i(record, 40), le32(record, 44)) else { return false };
        let spacing = le32(record, 72).unwrap_or(0) as usize;
        let two = le32(record, 52).is_some_and(|options| options & 0x2000 != 0);
        let advances = slice(record, spacing, (count as usize).saturating_mul(if two { 8 } else { 4 })).filter(|_| spacing > 0);
        let width = match advances {
            Some(advances) => (0..advances.len()).step_by(4).map(|at| le32i(advances, at).map_or(0.0, |step| f64::from(step).abs())).sum(),
            None => self.now.font_height * f64::from(count),
        };
        let reach = width + 2.0 * self.now.font_height;
        let corners = [(-reach, -reach), (reach, -reach), (-reach, reach), (reach, reach)]
            .map(|(dx, dy)| self.device(f64::from(x) + dx, f64::from(y) + dy));
        let all = |outside: &dyn Fn((f64, f64)) -> bool| corners.iter().all(|corner| outside(*corner));
        all(&|(x, _)| x < frame[0]) || all(&|(x, _)| x > frame[2]) || all(&|(_, y)| y < frame[1]) || all(&|(_, y)| y > frame[3])
    }

    /// Whether everything was followed that says where something is.
    pub(super) fn is_followed(&self) -> bool {
        self.plain
    }

    /// A step to the right and one downward for text that is not turned, in device units: letters stand upright however the axes run.
    pub(super) fn upright(&self) -> ((f64, f64), (f64, f64)) {
        let [m11, m12, m21, m22, ..] = self.now.world;
        let [x, y] = [2, 3].map(|axis| self.scale(axis).abs());
        ((m11 * x, m12 * y), (m21 * x, m22 * y))
    }

    fn scale(&self, axis: usize) -> f64 {
        match (self.now.scaled, self.now.window.get(axis), self.now.viewport.get(axis)) {
            (true, Some(window), Some(viewport)) => viewport / window,
            _ => 1.0,
        }
    }

    /// A point of world space in device units.
    pub(super) fn device(&self, x: f64, y: f64) -> (f64, f64) {
        let [m11, m12, m21, m22, dx, dy] = self.now.world;
        let (x, y) = (m11 * x + m21 * y + dx, m12 * x + m22 * y + dy);
        let [window_x, window_y, ..] = self.now.window;
        let [viewport_x, viewport_y, ..] = self.now.viewport;
        ((x - window_x) * self.scale(2) + viewport_x, (y - window_y) * self.scale(3) + viewport_y)
    }
}

/// `XForm` (MS-EMF §2.2.28).
fn matrix(record: &[u8]) -> [f64; 6] {
    let mut out = IDENTITY;
    for (index, value) in out.iter_mut().enumerate() {
        *value = le32(record, 8 + index * 4).map_or(0.0, |bits| f64::from(f32::from_bits(bits)));
    }
    out
}

/// The transformation that carries out `first`, then `second`.
fn multiply(first: [f64; 6], second: [f64; 6]) -> [f64; 6] {
    let row = |x: f64, y: f64, shift: f64| {
        let [m11, m12, m21, m22, dx, dy] = second;
        [x * m11 + y * m21 + shift * dx, x * m12 + y * m22 + shift * dy]
    };
    let [m11, m12, m21, m22, dx, dy] = first;
    let (top, middle, bottom) = (row(m11, m12, 0.0), row(m21, m22, 0.0), row(dx, dy, 1.0));
    [top[0], top[1], middle[0], middle[1], bottom[0], bottom[1]]
}
