//! Every input of the corpora, and everything that can be made of it by dropping or doubling a part.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests panic on unexpected results, and say before for which input"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fuzzing::TARGETS;

/// The inputs of a target's corpus.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora").join(name);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

/// The input, and others beside it: cut off, without an eighth, with an eighth twice, and with single bits changed.
fn beside(input: &[u8]) -> Vec<Vec<u8>> {
    let step = input.len().div_ceil(8).max(1);
    let mut inputs = vec![input.to_vec()];
    for from in (0..input.len()).step_by(step) {
        let (before, rest) = input.split_at(from);
        let (part, after) = rest.split_at(step.min(rest.len()));
        inputs.push(before.to_vec());
        inputs.push([before, after].concat());
        inputs.push([before, part, part, after].concat());
        for bit in 0..8 {
            let mut changed = input.to_vec();
            if let Some(byte) = changed.get_mut(from) {
                *byte ^= 1 << bit;
            }
            inputs.push(changed);
        }
    }
    inputs
}

#[test]
fn every_target_holds_for_its_corpus_and_what_is_beside_it() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(corpus.len() >= 5, "{name} has {} inputs", corpus.len());
        for input in corpus.iter().flat_map(|input| beside(input)) {
            // The message of a panic does not say for which target.
            println!("{name}: {}", String::from_utf8_lossy(&input));
            target(&input);
        }
    }
}

#[test]
fn every_target_has_a_program_for_the_fuzzer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let programs: BTreeSet<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();

    assert_eq!(programs, targets);
}
