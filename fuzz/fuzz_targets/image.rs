//! Pictures, with a crop told by the first bytes.
#![no_main]

mod common;

use cleardraft::format::image::{Crop, clean};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(([left, top, right, bottom], rest)) = bytes.split_first_chunk::<4>() else { return };
    let share = |byte: &u8| u32::from(*byte) * 400;
    let crop = Crop { left: share(left), top: share(top), right: share(right), bottom: share(bottom) };
    let limits = common::limits();
    if let Ok(first) = clean(rest, Some(crop), &limits) {
        let again = clean(&first.bytes, first.crop, &limits).expect("a clean picture can be cleaned");
        assert!(again.bytes == first.bytes && again.crop == first.crop);
    }
});
