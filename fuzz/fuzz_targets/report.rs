#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| auditor_fuzz::run("report", data));
