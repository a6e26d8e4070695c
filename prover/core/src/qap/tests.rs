use ark_ff::{Field, One, UniformRand};
use ark_poly::univariate::DensePolynomial;
use ark_poly::{DenseUVPolynomial, Polynomial};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::relation::tests::cubes;

fn interpolate(domain: &Domain, mut values: Vec<Fr>) -> DensePolynomial<Fr> {
    values.resize(domain.size(), Fr::ZERO);
    DensePolynomial::from_coefficients_vec(domain.ifft(&values))
}

fn h_values(
    domains: &Domains,
    relation: &Relation,
    z: &[Fr],
) -> Result<Zeroizing<Vec<BigInt<4>>>, QapError> {
    let rows = domains.evaluate(relation.factors(), Some(relation.c()), z)?;
    domains.h_values(relation.factors(), rows, z)
}

/// The textbook quotient, by polynomial division, against our odd-coset form.
#[test]
fn odd_coset_form_equals_the_quotient() {
    let (relation, z) = cubes(5);
    let domains = Domains::new(relation.factors()).unwrap();
    let mut a: Vec<_> = relation.a().times(&z).collect();
    a.extend(&z[..=relation.public_inputs()]);
    let a = interpolate(&domains.even, a);
    let b = interpolate(&domains.even, relation.b().times(&z).collect());
    let c = interpolate(&domains.even, relation.c().times(&z).collect());
    let product = &(&a * &b) - &c;
    let (quotient, rest) = product.divide_by_vanishing_poly(domains.even);
    assert!(rest.coeffs.is_empty());

    let tau = Fr::rand(&mut StdRng::seed_from_u64(1));
    let expected = quotient.evaluate(&tau) * domains.even.evaluate_vanishing_polynomial(tau);
    let ours: Fr = h_values(&domains, &relation, &z)
        .unwrap()
        .iter()
        .zip(domains.odd_lagrange_at(tau))
        .map(|(h, base)| Fr::from(*h) * base)
        .sum();
    assert_eq!(ours, expected);
    assert_ne!(ours, Fr::ZERO);
}

/// The formula of snarkjs' phase 2: L⁽²ⁿ⁾ⱼ(τ) = (τ²ⁿ − 1)/2n · ωʲ/(τ − ωʲ) at odd j, with the root of
/// unity that snarkjs uses (5 to the (r−1)/2²⁸).
#[test]
fn bases_follow_the_snarkjs_formula() {
    let (relation, _) = cubes(2);
    let domains = Domains::new(relation.factors()).unwrap();
    let n = domains.size() as u64;
    // The generator of the 2²⁸-th roots that ffjavascript has for bn128.
    let digits = "19103219067921713944291392827692070036145651957329286315305642004821462161904";
    let root = digits.bytes().fold(Fr::ZERO, |sum, digit| {
        sum * Fr::from(10) + Fr::from(digit - b'0')
    });
    let mut omega = root;
    let mut order = 1_u64 << 28;
    while order > 2 * n {
        omega.square_in_place();
        order /= 2;
    }
    assert_eq!(omega, domains.double.group_gen());

    let tau = Fr::from(123_456_789);
    let factor = (tau.pow([2 * n]) - Fr::one()) * Fr::from(2 * n).inverse().unwrap();
    let formula: Vec<_> = (0..n)
        .map(|i| omega.pow([2 * i + 1]))
        .map(|w| factor * w * (tau - w).inverse().unwrap())
        .collect();
    assert_eq!(domains.odd_lagrange_at(tau), formula);
}

#[test]
fn a_wrong_row_is_named() {
    let (relation, z) = cubes(4);
    let domains = Domains::new(relation.factors()).unwrap();
    let h_values = |z: &[Fr]| h_values(&domains, &relation, z);
    // The square of the second copy: rows 3, 4 and 5 use it.
    let mut wrong = z.clone();
    wrong[2 + 4 + 2] += Fr::one();
    assert_eq!(
        h_values(&wrong).err(),
        Some(QapError::Unsatisfied { row: 3 })
    );
    let short = QapError::Assignment {
        expected: 13,
        given: 12,
    };
    assert_eq!(h_values(&z[1..]).err(), Some(short));
}

#[test]
fn values_of_another_circuit_are_refused() {
    let (relation, z) = cubes(4);
    let factors = relation.factors();
    let domains = Domains::new(factors).unwrap();
    let whole = z.clone();
    let refused = |cut: fn(&mut Evaluations), z: &[Fr]| {
        let mut rows = domains.evaluate(factors, None, &whole).unwrap();
        cut(&mut rows);
        domains.h_values(factors, rows, z).err()
    };
    let short = QapError::Assignment {
        expected: 13,
        given: 12,
    };
    assert_eq!(refused(|_| (), &z), None);
    assert_eq!(refused(|_| (), &z[1..]), Some(short));
    let rows = QapError::Rows {
        expected: 12,
        given: 11,
    };
    assert_eq!(refused(|rows| rows.a.truncate(11), &z), Some(rows));
    assert_eq!(refused(|rows| rows.b.truncate(11), &z), Some(rows));
}

#[test]
fn the_domain_holds_rows_inputs_and_the_constant() {
    // 5 copies: 15 rows, 5 inputs, 1 constant: 21 points.
    let (relation, _) = cubes(5);
    assert_eq!(Domains::new(relation.factors()).unwrap().size(), 32);
    // 6 copies would be 25; 8 copies 24 + 8 + 1 = 33.
    let (relation, _) = cubes(8);
    assert_eq!(Domains::new(relation.factors()).unwrap().size(), 64);
}

/// Rows without room for the domain, and without the zeros after them, make the same polynomials.
#[test]
fn rows_may_come_from_elsewhere() {
    let (relation, z) = cubes(5);
    let domains = Domains::new(relation.factors()).unwrap();
    let rows = Evaluations {
        a: Zeroizing::new(relation.a().times(&z).collect()),
        b: Zeroizing::new(relation.b().times(&z).collect()),
    };
    assert_eq!(rows.a.len(), relation.rows());
    assert_eq!(
        domains.h_values(relation.factors(), rows, &z),
        h_values(&domains, &relation, &z)
    );
}
