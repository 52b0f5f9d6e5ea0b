//! The fuzz targets on their own corpus and on broken copies of it: what `cargo fuzz` would run, on the stable toolchain.

#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "a crate of its own under cargo-fuzz")]
mod fuzz;

use std::collections::BTreeMap;
use std::path::Path;

/// Inputs of each target, spread over its corpus.
const EACH: usize = 60;

#[test]
fn every_target_takes_its_corpus_and_broken_copies_of_it() {
    let mut by_target: BTreeMap<&str, Vec<fuzz::Seed>> = BTreeMap::new();
    for seed in fuzz::seeds(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        by_target.entry(seed.target).or_default().push(seed);
    }
    for target in fuzz::TARGETS {
        let seeds = by_target.get(target).unwrap_or_else(|| panic!("{target} has no corpus"));
        let step = seeds.len().div_ceil(EACH);
        for seed in seeds.iter().step_by(step) {
            fuzz::run(target, &seed.data);
            for broken in broken(&seed.data) {
                fuzz::run(target, &broken);
            }
        }
    }
}

/// The same bytes cut, doubled, and with a few of them replaced. No chance is involved: a failure can be repeated.
fn broken(data: &[u8]) -> Vec<Vec<u8>> {
    let half = data.len() / 2;
    let line = data.iter().position(|&byte| byte == b'\n').unwrap_or(0);
    let replaced = |every: usize, by: &[u8]| {
        let change =
            |(at, &byte): (usize, &u8)| if at > line && at % every == 0 { by[at / every % by.len()] } else { byte };
        data.iter().enumerate().map(change).collect::<Vec<u8>>()
    };
    vec![
        data[..half.max(line + 1).min(data.len())].to_vec(),
        [data, &data[line.min(data.len())..]].concat(),
        replaced(17, b"{}[]()\"'`\n\\$#:"),
        replaced(5, b"\xff\0 \t\r\xc3"),
    ]
}

/// Writes the corpus that `cargo fuzz` starts from: see `fuzz/README.md`.
#[test]
#[ignore = "writes to fuzz/corpus"]
fn write_the_corpus() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (number, seed) in fuzz::seeds(root).iter().enumerate() {
        let folder = root.join("fuzz/corpus").join(seed.target);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("seed-{number}")), &seed.data).unwrap();
    }
}
