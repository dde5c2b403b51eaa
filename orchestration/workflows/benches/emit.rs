//! Benchmarks of the sign-up's definition: building it, and writing it as JSON.
#![allow(clippy::unwrap_used, reason = "a benchmark stops where something is wrong")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use workflows::{SignUpSettings, sign_up};

fn emit(criterion: &mut Criterion) {
    let build_and_emit = || {
        sign_up(black_box(SignUpSettings::default()))
            .unwrap()
            .to_json()
            .unwrap()
    };
    let definition = build_and_emit();
    criterion.bench_function("emit/sign_up", |bencher| {
        bencher.iter(|| assert_eq!(black_box(build_and_emit()).len(), definition.len()));
    });
}

criterion_group!(benches, emit);
criterion_main!(benches);
