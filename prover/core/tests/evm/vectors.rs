//! What the verifiers are asked: valid proofs, and each with one thing wrong.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInt, Field, PrimeField, Zero};
use obolus_verifier::trapdoor::{Trapdoor, g2_outside_subgroup};
use obolus_verifier::{Proof, VerifyingKey};
use revm::primitives::U256;

use crate::trapdoor::with_identities;

/// A.x, A.y, B.x1, B.x0, B.y1, B.y0, C.x, C.y.
pub type Words = [U256; 8];

/// A key with a valid proof under it.
pub struct Subject {
    pub key: VerifyingKey,
    pub inputs: Vec<Fr>,
    pub a: G1Affine,
    pub b: G2Affine,
    pub c: G1Affine,
}

impl Subject {
    pub fn new(key: VerifyingKey, inputs: Vec<Fr>, proof: &Proof) -> Self {
        let (a, b, c) = (*proof.a(), *proof.b(), *proof.c());
        Self {
            key,
            inputs,
            a,
            b,
            c,
        }
    }

    pub fn words(&self) -> Words {
        words(&self.a, &self.b, &self.c)
    }
}

/// How snarkjs differs from us, by design of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Laxer {
    /// It takes a proof whose A or C is the identity if the equation holds. No honest prover makes one; we refuse what only a
    /// forger needs.
    Identity,
    /// It reduces coordinates modulo q, so that one proof has many texts. We take the one canonical form.
    Coordinate,
    /// It takes missing inputs at the end for zeros. We demand as many as the key has.
    MissingInput,
}

/// One question.
pub struct Vector {
    pub name: String,
    /// Position of the subject whose key is used.
    pub subject: usize,
    pub proof: Words,
    pub inputs: Vec<U256>,
    /// The contract's error; `None` if all must accept.
    pub refusal: Option<String>,
    /// Why snarkjs accepts what we refuse.
    pub laxer: Option<Laxer>,
}

/// Every question about the subjects. The `i`-th is asked with a proof of the next one, too.
pub fn all(subjects: &[Subject]) -> Vec<Vector> {
    let mut found = Vec::new();
    for (i, subject) in subjects.iter().enumerate() {
        let mut asked = Asked {
            name: subject.key.circuit().as_str(),
            subject: i,
            proof: subject.words(),
            inputs: subject.inputs.iter().map(integer).collect(),
            found: &mut found,
        };
        asked.accepted(subject);
        asked.wrong_inputs();
        asked.wrong_points(subject);
        let other = &subjects[(i + 1) % subjects.len()];
        let (proof, inputs) = (other.words(), asked.inputs.clone());
        asked.add(
            "a proof of another circuit",
            proof,
            inputs,
            Some("ProofRefused"),
        );
    }
    found
}

struct Asked<'a> {
    name: &'a str,
    subject: usize,
    proof: Words,
    inputs: Vec<U256>,
    found: &'a mut Vec<Vector>,
}

impl Asked<'_> {
    fn add(&mut self, what: &str, proof: Words, inputs: Vec<U256>, refusal: Option<&str>) {
        self.found.push(Vector {
            name: format!("{}: {what}", self.name),
            subject: self.subject,
            proof,
            inputs,
            refusal: refusal.map(str::to_owned),
            laxer: None,
        });
    }

    fn proof(&mut self, what: &str, proof: Words, refusal: Option<&str>) {
        self.add(what, proof, self.inputs.clone(), refusal);
    }

    fn inputs(&mut self, what: &str, inputs: Vec<U256>, refusal: &str) {
        self.add(what, self.proof, inputs, Some(refusal));
    }

    /// The proof, and others that anybody makes of it: a Groth16 proof can be re-randomised, so all must accept them.
    fn accepted(&mut self, subject: &Subject) {
        self.proof("valid", self.proof, None);
        let Subject { key, a, b, c, .. } = subject;
        self.proof("A and B negated", words(&-*a, &-*b, c), None);
        let s = Fr::from(7);
        let scaled = (*a * s).into_affine();
        let unscaled = (*b * s.inverse().unwrap()).into_affine();
        self.proof("A·s and B/s", words(&scaled, &unscaled, c), None);
        let shifted = (*b + key.points().delta_g2 * s).into_affine();
        let correction = (*c + *a * s).into_affine();
        self.proof("B + s·δ and C + s·A", words(a, &shifted, &correction), None);
    }

    fn wrong_inputs(&mut self) {
        let count = self.inputs.len();
        let modulus = modulus::<Fr>();
        for i in 0..count {
            let mut changed = self.inputs.clone();
            changed[i] = changed[i].add_mod(U256::ONE, modulus);
            self.inputs(&format!("input {i} changed"), changed, "ProofRefused");

            let mut large = self.inputs.clone();
            large[i] += modulus;
            let refusal = format!("InputNotCanonical({i})");
            self.inputs(&format!("r added to input {i}"), large, &refusal);

            let next = (i + 1) % count;
            if self.inputs[i] != self.inputs[next] {
                let mut swapped = self.inputs.clone();
                swapped.swap(i, next);
                let name = format!("inputs {i} and {next} swapped");
                self.inputs(&name, swapped, "ProofRefused");

                let mut repeated = self.inputs.clone();
                repeated[next] = repeated[i];
                let name = format!("input {i} repeated in {next}");
                self.inputs(&name, repeated, "ProofRefused");
            }
        }
        let longer = [self.inputs.as_slice(), &[U256::ZERO]].concat();
        self.inputs("an input too many", longer, "CallDataTooLong");
        if let Some((last, rest)) = self.inputs.split_last() {
            assert!(!last.is_zero());
            self.inputs("an input too few", rest.to_vec(), "no reason");
        }
    }

    fn wrong_points(&mut self, subject: &Subject) {
        let q = modulus::<Fq>();
        for i in 0..self.proof.len() {
            let mut large = self.proof;
            large[i] += q;
            let refusal = format!("CoordinateNotCanonical({i})");
            self.proof(&format!("q added to word {i}"), large, Some(&refusal));
            self.last().laxer = Some(Laxer::Coordinate);
        }
        for (point, range) in [('A', 0..2), ('B', 2..6), ('C', 6..8)] {
            let mut identity = self.proof;
            identity[range].fill(U256::ZERO);
            let refusal = format!("PointIsIdentity({point})");
            self.proof(
                &format!("{point} is the identity"),
                identity,
                Some(&refusal),
            );
        }
        for (i, refusal) in [
            (0, "PointNotOnCurve(A)"),
            (1, "PointNotOnCurve(A)"),
            (2, "BNotInSubgroup"),
            (3, "BNotInSubgroup"),
            (4, "BNotInSubgroup"),
            (5, "BNotInSubgroup"),
            (6, "PointNotOnCurve(C)"),
            (7, "PointNotOnCurve(C)"),
        ] {
            let mut off = self.proof;
            off[i] = off[i].add_mod(U256::ONE, q);
            self.proof(&format!("one added to word {i}"), off, Some(refusal));
        }
        let Subject { a, b, c, .. } = subject;
        let refused = Some("ProofRefused");
        self.proof("A negated", words(&-*a, b, c), refused);
        self.proof("B negated", words(a, &-*b, c), refused);
        self.proof("C negated", words(a, b, &-*c), refused);
        self.proof("A and C swapped", words(c, b, a), refused);
        let [ax, ay, x1, x0, y1, y0, cx, cy] = self.proof;
        let crossed = [ax, ay, x0, x1, y0, y1, cx, cy];
        self.proof("halves of B swapped", crossed, Some("BNotInSubgroup"));
        let outside = words(a, &g2_outside_subgroup(), c);
        self.proof("B outside the subgroup", outside, Some("BNotInSubgroup"));
        // Its component in the subgroup is the right one.
        let torsion = g2_outside_subgroup().mul_bigint(Fr::MODULUS);
        let mixed = words(a, &(torsion + b).into_affine(), c);
        let name = "B with a point of the cofactor's order added";
        self.proof(name, mixed, Some("BNotInSubgroup"));
    }

    fn last(&mut self) -> &mut Vector {
        self.found.last_mut().unwrap()
    }
}

/// Questions that only whoever knows a key's trapdoor can ask. `subject` is the position of its key.
pub fn of_trapdoor(trapdoor: &mut Trapdoor, subject: usize, inputs: &[Fr]) -> Vec<Vector> {
    let vector = |name: &str, proof, inputs: &[Fr], refusal: &str, laxer| Vector {
        name: format!("trapdoor: {name}"),
        subject,
        proof,
        inputs: inputs.iter().map(integer).collect(),
        refusal: Some(refusal.to_owned()),
        laxer,
    };
    let mut found = Vec::new();
    for (point, proof) in with_identities(trapdoor, inputs) {
        let name = format!("{point} is the identity and the equation holds");
        let refusal = format!("PointIsIdentity({point})");
        // Of the identity in G2 the pairing of snarkjs is not one, so that the equation fails there.
        let laxer = (point != 'B').then_some(Laxer::Identity);
        found.push(vector(&name, proof, inputs, &refusal, laxer));
    }
    let mut inputs = inputs.to_vec();
    *inputs.last_mut().unwrap() = Fr::zero();
    let proof = trapdoor.prove(&inputs);
    let proof = words(proof.a(), proof.b(), proof.c());
    let mut whole = vector("the last input is zero", proof, &inputs, "", None);
    whole.refusal = None;
    found.push(whole);
    inputs.pop();
    let name = "the last input is zero and missing";
    let laxer = Some(Laxer::MissingInput);
    found.push(vector(name, proof, &inputs, "no reason", laxer));
    found
}

/// The words of a proof; zeros for an identity, as in EIP-196.
pub fn words(a: &G1Affine, b: &G2Affine, c: &G1Affine) -> Words {
    [a.x, a.y, b.x.c1, b.x.c0, b.y.c1, b.y.c0, c.x, c.y].map(|coordinate| integer(&coordinate))
}

pub fn integer<F: PrimeField<BigInt = BigInt<4>>>(value: &F) -> U256 {
    U256::from_limbs(value.into_bigint().0)
}

fn modulus<F: PrimeField<BigInt = BigInt<4>>>() -> U256 {
    U256::from_limbs(F::MODULUS.0)
}
