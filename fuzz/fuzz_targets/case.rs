//! Case and policy files.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(case) = cleardraft::case::Case::parse(text, "case.toml") {
        let _ = (case.missing_for_letter(), case.clock());
    }
    if let Ok(policy) = cleardraft::policy::Policy::parse(text, "policy.toml") {
        let _ = policy.orders();
    }
});
