//! Spend signatures: one by one, all at once, and the test of a point's subgroup.
#![expect(
    clippy::expect_used,
    reason = "a benchmark stops when its set-up is wrong"
)]

use std::hint::black_box;

use ark_ec::AdditiveGroup;
use ark_ff::{BitIteratorBE, PrimeField, Zero};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use obolus_abi::TxDigest;
use obolus_protocol::{
    Scalar,
    curve::Point,
    keys::{Seed, SpendingKey},
    schnorr::Randomizer,
    tx::SpendSignature,
};
use rand::{RngCore, rngs::OsRng};
use taceo_ark_babyjubjub::{EdwardsAffine, EdwardsProjective};

/// Signatures of a large block.
const BLOCK: usize = 1024;

fn signed() -> Vec<(SpendSignature, TxDigest)> {
    let sign = |_| {
        let ask = SpendingKey::from_seed(&Seed::random(&mut OsRng));
        let mut digest = TxDigest([0; 32]);
        OsRng.fill_bytes(&mut digest.0);
        let alpha = Randomizer::random(&mut OsRng);
        let signature = SpendSignature::create(&ask, &alpha, &digest, &mut OsRng);
        (signature, digest)
    };
    (0..BLOCK).map(sign).collect()
}

fn schnorr(c: &mut Criterion) {
    let signed = signed();
    let all: Vec<_> = signed.iter().map(|(s, digest)| (s, *digest)).collect();
    let mut group = c.benchmark_group("spend_signature");
    group.bench_function("one", |b| {
        let (signature, digest) = &signed[0];
        b.iter(|| signature.verify(black_box(digest)).expect("holds"));
    });
    for count in [16, 128, BLOCK] {
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(format!("batch_{count}"), |b| {
            b.iter(|| {
                let verdicts = SpendSignature::verify_batch(black_box(&all[..count]), &mut OsRng);
                assert!(verdicts.iter().all(Result::is_ok));
            });
        });
    }
    group.finish();

    let mut group = c.benchmark_group("subgroup");
    let bytes = signed[0].0.key;
    group.bench_function("decode_a_point", |b| {
        b.iter(|| Point::decode(black_box(&bytes)).expect("a point"));
    });
    // What a decoder without the pairing does: multiply by the group's order, which is public.
    let point = Point::decode(&bytes).expect("a point");
    let affine = EdwardsAffine::new_unchecked(point.x(), point.y());
    group.bench_function("multiply_by_the_order", |b| {
        b.iter(|| {
            let mut product = EdwardsProjective::zero();
            for bit in BitIteratorBE::without_leading_zeros(Scalar::MODULUS) {
                product.double_in_place();
                if bit {
                    product += black_box(affine);
                }
            }
            assert!(product.is_zero());
        });
    });
    group.finish();
}

criterion_group!(benches, schnorr);
criterion_main!(benches);
