//! Proofs that somebody made with care: points at the edges of what there is, and wrong ones whose errors cancel unless
//! coefficients differ. Each verdict is that of `ark-groth16`, on every path of the processor.

use ark_bn254::{Fq, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{Field, MontFp};
use ark_groth16::r1cs_to_qap::LibsnarkReduction;
use ark_groth16::{Groth16, PreparedVerifyingKey, prepare_verifying_key};
use obolus_kernels::fixtures::{assert_path, run_on_every_path};

use super::*;
use crate::trapdoor::{g1, g2};

/// Points with coordinates of 1, −1 or a few more, the generator and its image.
fn edges() -> Vec<G1Affine> {
    let mut points = Vec::new();
    for x in [1_u64, 2, 3]
        .map(Fq::from)
        .into_iter()
        .flat_map(|x| [x, -x])
    {
        points.extend(G1Affine::get_point_from_x_unchecked(x, true));
    }
    let x = MontFp!("737672023501788484657034070393467974112713954770214311754569895089682103088");
    points.extend([G1Affine::new(x, Fq::ONE), G1Affine::generator()]);
    let images: Vec<_> = points.iter().map(endomorphism).collect();
    points.extend(images);
    let negated: Vec<_> = points.iter().map(|point| -*point).collect();
    points.extend(negated);
    assert!(points.iter().any(|point| point.x == -Fq::ONE));
    points
}

struct Workshop {
    trapdoor: Trapdoor,
    key: VerifyingKey,
    ark: PreparedVerifyingKey<Bn254>,
    cases: Vec<Case>,
}

impl Workshop {
    fn new() -> Self {
        let trapdoor = Trapdoor::new(1, 200);
        let points = trapdoor.points();
        let ark = prepare_verifying_key(&ark_groth16::VerifyingKey::<Bn254> {
            alpha_g1: points.alpha_g1,
            beta_g2: points.beta_g2,
            gamma_g2: points.gamma_g2,
            delta_g2: points.delta_g2,
            gamma_abc_g1: points.ic,
        });
        Self {
            key: trapdoor.key(),
            trapdoor,
            ark,
            cases: Vec::new(),
        }
    }

    /// A proof for this A, whose logarithm nobody needs, and b: C = (b·A − α·β − public inputs) / δ.
    fn c(&self, a: G1Affine, b: Fr, input: Fr) -> G1Projective {
        let Trapdoor {
            alpha,
            beta,
            gamma,
            delta,
            ic,
            ..
        } = &self.trapdoor;
        let rest = *alpha * beta + (ic[0] + ic[1] * input) * gamma;
        (a * b - g1(rest)) * delta.inverse().unwrap()
    }

    fn push(&mut self, a: G1Affine, b: G2Affine, c: impl Into<G1Projective>, input: Fr) {
        let c = c.into().into_affine();
        self.cases.push(Case {
            key: self.key.clone(),
            inputs: vec![input],
            proof: UncheckedProof::new(a, b, c).unwrap(),
        });
    }

    /// Good ones, and after each what differs from it in one thing.
    fn edges(&mut self) {
        let small = G1Affine::generator();
        for (i, a) in edges().into_iter().enumerate() {
            for b in [
                Fr::one(),
                -Fr::one(),
                Fr::from(2),
                Fr::from(2).inverse().unwrap(),
            ] {
                let input = Fr::from(i as u64);
                let (q, c) = (g2(b), self.c(a, b, input));
                self.push(a, q, c, input);
                let other = (G1Projective::from(a) + small).into_affine();
                match self.cases.len() % 7 {
                    0 => self.push(-a, q, c, input),
                    1 => self.push(endomorphism(&a), q, c, input),
                    2 => self.push(a, -q, c, input),
                    3 => self.push(a, q, -c, input),
                    4 => self.push(a, q, c, input + Fr::one()),
                    5 => self.push(a, q, endomorphism(&c.into_affine()), input),
                    _ if other.is_zero() => {}
                    _ => self.push(other, q, c, input),
                }
            }
        }
    }

    /// Errors that cancel between two or three items whose coefficients are the same, at this distance in the batch.
    fn cancelling(&mut self, distance: usize) {
        let first = self.cases.len();
        let (a, b) = (g1(Fr::from(5)), Fr::from(7));
        let input = Fr::from(9);
        for _ in 0..3 * distance + 2 {
            self.push(a, g2(b), self.c(a, b, input), input);
        }
        let c = self.c(a, b, input);
        let shift = G1Projective::from(g1(Fr::from(11)));
        let shifted = |by: G1Projective| (by + a).into_affine();
        let with =
            |a: G1Affine, c: G1Projective| UncheckedProof::new(a, g2(b), c.into_affine()).unwrap();
        let at = |n: usize| first + n * distance;
        self.cases[at(0)].proof = with(a, c + shift);
        self.cases[at(1)].proof = with(a, c + shift);
        self.cases[at(2)].proof = with(a, c - shift - shift);
        if distance > 1 {
            self.cases[at(0) + 1].proof = with(shifted(shift), c);
            self.cases[at(1) + 1].proof = with(shifted(-shift), c);
        }
        if distance > 2 {
            // Of A and C at once: b·D is made up for by D/δ in another item.
            let moved = shift * b * self.trapdoor.delta.inverse().unwrap();
            self.cases[at(0) + 2].proof = with(shifted(shift), c);
            self.cases[at(1) + 2].proof = with(a, c + moved);
        }
    }

    /// B outside the subgroup: small coordinates, and good ones with such a part.
    fn outside(&mut self) {
        let (a, b, input) = (g1(Fr::from(5)), Fr::from(7), Fr::from(9));
        let c = self.c(a, b, input);
        for x in [0_u64, 1, 2, 3]
            .map(Fq::from)
            .into_iter()
            .flat_map(|x| [x, -x])
        {
            for x in [[x, Fq::ZERO], [Fq::ZERO, x], [x, x]] {
                let x = ark_bn254::Fq2::new(x[0], x[1]);
                if let Some(q) = G2Affine::get_point_from_x_unchecked(x, false) {
                    self.push(a, q, c, input);
                    self.push(a, (g2(b) + q).into_affine(), c, input);
                    self.push(a, g2(b), c, input);
                }
            }
        }
    }

    fn expected(&self, case: &Case) -> Result<(), VerifyError> {
        if !case.proof.b().is_in_correct_subgroup_assuming_on_curve() {
            return Err(UncheckedProof::outside().into());
        }
        let proof = ark_groth16::Proof {
            a: *case.proof.a(),
            b: *case.proof.b(),
            c: *case.proof.c(),
        };
        let holds =
            Groth16::<Bn254, LibsnarkReduction>::verify_proof(&self.ark, &proof, &case.inputs);
        if holds.unwrap() {
            Ok(())
        } else {
            Err(VerifyError::Refused)
        }
    }

    fn check(self) {
        let expected: Vec<_> = self.cases.iter().map(|case| self.expected(case)).collect();
        assert_eq!(verify_batch(&items(&self.cases)), expected);
        // The good ones alone, where one combination decides.
        let both = self.cases.into_iter().zip(&expected);
        let good = both.filter(|(_, verdict)| verdict.is_ok());
        let good: Vec<_> = good.map(|(case, _)| case).collect();
        assert!(good.len() > 1 && good.len() < expected.len());
        assert!(holds(&items(&good)).is_ok());
    }
}

/// Runs in children only.
#[test]
#[ignore = "run by the other test, once for each path"]
fn verdicts_on_one_path() {
    assert_path();
    let mut edges = Workshop::new();
    edges.edges();
    edges.check();
    for distance in [1, 3, 4, 8, 11] {
        let mut cancelling = Workshop::new();
        cancelling.cancelling(distance);
        cancelling.check();
    }
    let mut outside = Workshop::new();
    outside.outside();
    outside.check();
}

#[test]
fn crafted_proofs_have_the_verdicts_of_the_library_on_every_path() {
    run_on_every_path("batch::tests::crafted::verdicts_on_one_path");
}
