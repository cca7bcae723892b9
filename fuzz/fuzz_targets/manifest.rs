//! Lines of a payload manifest.
#![no_main]

use cleardraft::bundle::digest::Algorithm;
use cleardraft::bundle::manifest::parse_line;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for (number, line) in text.lines().enumerate() {
        let _ = parse_line(number, line, Algorithm::Sha256, true);
        let _ = parse_line(number, line, Algorithm::Md5, false);
    }
});
