//! Plans that an officer has edited.
#![no_main]

use cleardraft::plan::{PlanKind, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for kind in [PlanKind::Csv, PlanKind::Json, PlanKind::Xlsx] {
        let _ = read(bytes, kind);
    }
});
