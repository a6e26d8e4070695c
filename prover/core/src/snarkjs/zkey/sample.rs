//! Zkeys as snarkjs makes them, from a trapdoor, for tests.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInt, Field, One};

use crate::qap::{Columns, Domains};
use crate::relation::Relation;
use obolus_ceremony::container::{FileKind, section_head, start};
use obolus_ceremony::numbers::put_field;

/// A zkey in pieces.
#[derive(Clone)]
pub(in crate::snarkjs) struct Sample {
    /// Number and content of every section.
    pub(in crate::snarkjs) sections: Vec<(u32, Vec<u8>)>,
}

impl Sample {
    pub(in crate::snarkjs) fn of(relation: &Relation) -> Self {
        let [alpha, beta, delta, tau] = [11, 12, 13, 14].map(|x| Fr::from(x).pow([1 << 40]));
        let domains = Domains::new(relation.factors()).unwrap();
        let Columns { a, b, c } = domains.columns_at(relation, tau);
        let by_delta = delta.inverse().unwrap();
        let joined: Vec<Fr> = (0..a.len())
            .map(|j| beta * a[j] + alpha * b[j] + c[j])
            .collect();
        let (public, private) = joined.split_at(relation.public_inputs() + 1);
        let scaled = |list: &[Fr]| list.iter().map(|x| *x * by_delta).collect::<Vec<_>>();

        let mut header = Vec::new();
        put_field::<Fq>(&mut header);
        put_field::<Fr>(&mut header);
        for count in [
            relation.variables(),
            relation.public_inputs(),
            domains.size(),
        ] {
            header.extend_from_slice(&(count as u32).to_le_bytes());
        }
        put_g1(&mut header, &g1(alpha));
        put_g1(&mut header, &g1(beta));
        put_g2(&mut header, &g2(beta));
        put_g2(&mut header, &g2(Fr::one()));
        put_g1(&mut header, &g1(delta));
        put_g2(&mut header, &g2(delta));

        let many_g1 = |scalars: &[Fr]| {
            let mut out = Vec::new();
            scalars.iter().for_each(|x| put_g1(&mut out, &g1(*x)));
            out
        };
        let mut b2 = Vec::new();
        b.iter().for_each(|x| put_g2(&mut b2, &g2(*x)));
        let contents = [
            1_u32.to_le_bytes().to_vec(),
            header,
            many_g1(public),
            coefficients(relation),
            many_g1(&a),
            many_g1(&b),
            b2,
            many_g1(&scaled(private)),
            many_g1(&scaled(&domains.odd_lagrange_at(tau))),
            // No contributions, after a hash of 64 bytes.
            vec![0; 68],
        ];
        Self {
            sections: (1..).zip(contents).collect(),
        }
    }

    pub(in crate::snarkjs) fn section(&mut self, id: u32) -> &mut Vec<u8> {
        let found = self.sections.iter_mut().find(|(known, _)| *known == id);
        &mut found.unwrap().1
    }

    pub(in crate::snarkjs) fn bytes(&self) -> Vec<u8> {
        let mut out = start(FileKind::Zkey, self.sections.len() as u32);
        for (id, content) in &self.sections {
            out.extend_from_slice(&section_head(*id, content.len()));
            out.extend_from_slice(content);
        }
        out
    }
}

fn coefficients(relation: &Relation) -> Vec<u8> {
    let twice = Fr::from(2).pow([256]);
    let mut entries: Vec<[u8; 44]> = Vec::new();
    let mut put = |matrix: u32, row: usize, variable: u32, value: Fr| {
        let mut entry = Vec::new();
        entry.extend_from_slice(&matrix.to_le_bytes());
        entry.extend_from_slice(&(row as u32).to_le_bytes());
        entry.extend_from_slice(&variable.to_le_bytes());
        put_limbs(&mut entry, &(value * twice).0);
        entries.push(entry.try_into().unwrap());
    };
    for (matrix, side) in [(0, relation.a()), (1, relation.b())] {
        for (row, entries) in side.coefficients().enumerate() {
            for (variable, value) in entries {
                put(matrix, row, variable, *value);
            }
        }
    }
    for input in 0..=relation.public_inputs() {
        put(0, relation.rows() + input, input as u32, Fr::one());
    }
    let mut out = (entries.len() as u32).to_le_bytes().to_vec();
    out.extend(entries.concat());
    out
}

pub(in crate::snarkjs) fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

pub(in crate::snarkjs) fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

pub(in crate::snarkjs) fn put_g1(out: &mut Vec<u8>, point: &G1Affine) {
    let (x, y) = point.xy().unwrap_or((Fq::ZERO, Fq::ZERO));
    put_limbs(out, &x.0);
    put_limbs(out, &y.0);
}

pub(in crate::snarkjs) fn put_g2(out: &mut Vec<u8>, point: &G2Affine) {
    let (x, y) = point.xy().unwrap_or((Fq2::ZERO, Fq2::ZERO));
    for value in [x.c0, x.c1, y.c0, y.c1] {
        put_limbs(out, &value.0);
    }
}

/// As they are in memory, which is Montgomery form.
pub(in crate::snarkjs) fn put_limbs(out: &mut Vec<u8>, integer: &BigInt<4>) {
    for limb in integer.0 {
        out.extend_from_slice(&limb.to_le_bytes());
    }
}
