//! Sums over tables of several sizes, on one thread.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark binary")]

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::short_weierstrass::Affine;
use ark_ec::{CurveGroup, PrimeGroup, VariableBaseMSM};
use ark_ff::{BigInt, PrimeField, UniformRand};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use obolus_kernels::{Curve, Multiples, Path, Table};
use rand::SeedableRng;
use rand::rngs::StdRng;

fn points<G: CurveGroup + PrimeGroup<ScalarField = Fr>>(count: usize) -> Vec<G::Affine> {
    let mut rng = StdRng::seed_from_u64(1);
    let step = G::generator() * Fr::rand(&mut rng);
    let mut point = G::generator() * Fr::rand(&mut rng);
    let mut points = Vec::new();
    for _ in 0..count {
        points.push(point);
        point += step;
    }
    G::normalize_batch(&points)
}

fn scalars(count: usize) -> Vec<BigInt<4>> {
    let mut rng = StdRng::seed_from_u64(2);
    (0..count)
        .map(|_| Fr::rand(&mut rng).into_bigint())
        .collect()
}

fn compare<P: Curve>(c: &mut Criterion, name: &str, bases: &[Affine<P>])
where
    ark_ec::short_weierstrass::Projective<P>:
        VariableBaseMSM<ScalarField = Fr, MulBase = Affine<P>>,
{
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let scalars = scalars(bases.len());
    let mut group = c.benchmark_group(name);
    group.sample_size(10);
    group.bench_function("arkworks", |b| {
        b.iter(|| ark_ec::short_weierstrass::Projective::<P>::msm_bigint(bases, &scalars));
    });
    for path in Path::available() {
        for most in [1, 2, 4, 8, 64] {
            let table = Table::new(bases, Multiples::at_most(most), path, &|_| ());
            let shape = table.shape();
            let label = format!("{path}/x{}w{}", shape.multiples, shape.window);
            let mib = table.memory_bytes() >> 20;
            group.bench_function(BenchmarkId::new(label, format!("{mib} MiB")), |b| {
                b.iter(|| pool.install(|| table.sum(&scalars)));
            });
        }
    }
    group.finish();
}

fn sums(c: &mut Criterion) {
    compare(c, "g1", &points::<G1Projective>(1 << 14));
    compare(c, "g2", &points::<G2Projective>(1 << 14));
}

criterion_group!(benches, sums);
criterion_main!(benches);
