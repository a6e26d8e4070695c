//! Verification of phase 1: that a file holds powers of one τ, with one α and one β, that each of them
//! is a product of secrets whose makers proved that they knew them, and that the Lagrange polynomials are
//! those of these powers.
//!
//! Only what the circuits need is looked at: with a largest domain of 2^k points the first 2^(k+1) points
//! of τⁱ·G1, 2^k of the other lists, and the Lagrange polynomials of the domains in question. What is
//! beyond in a larger file is not read.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, VariableBaseMSM};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use thiserror::Error;

use crate::algebra::{NoRandomness, coefficients, same_ratio, sum};
use crate::ptau::{Phase1Contribution, Ptau, PtauFileError};
use crate::transcript::Contribution;

mod chain;

#[cfg(any(test, feature = "test-fixtures"))]
pub(crate) use chain::first_challenge;
pub use chain::{Phase1Fault, Secret};

/// A list of points in a powers of tau file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerList {
    /// τⁱ in G1.
    TauG1,
    /// τⁱ in G2.
    TauG2,
    /// α·τⁱ in G1.
    AlphaG1,
    /// β·τⁱ in G1.
    BetaG1,
    /// β in G2.
    BetaG2,
}

impl std::fmt::Display for PowerList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TauG1 => "tau in G1",
            Self::TauG2 => "tau in G2",
            Self::AlphaG1 => "alpha*tau in G1",
            Self::BetaG1 => "beta*tau in G1",
            Self::BetaG2 => "beta in G2",
        })
    }
}

/// Why powers of tau are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PowersError {
    /// The file.
    #[error(transparent)]
    File(#[from] PtauFileError),
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// Too small for the circuit.
    #[error(
        "powers of tau of power {given} are too small: a domain of 2^{domain} points needs power {needed}, one more", needed = domain + 1
    )]
    TooSmall {
        /// Power of the file.
        given: u32,
        /// Logarithm of the domain's size.
        domain: u32,
    },
    /// Not the powers of one number.
    #[error("the list {0} is no sequence of powers: the powers of tau are damaged or forged")]
    Sequence(PowerList),
    /// Not what the last contribution left.
    #[error(
        "the list {0} does not begin with what the last contribution to the powers of tau left"
    )]
    NotLast(PowerList),
    /// Polynomials of other powers.
    #[error(
        "the Lagrange polynomials of {list} for 2^{power} points do not follow from the powers; run `snarkjs powersoftau prepare phase2` again"
    )]
    Lagrange {
        /// Of which list.
        list: PowerList,
        /// Logarithm of the domain's size.
        power: u32,
    },
    /// Fewer contributions than demanded.
    #[error(
        "the powers of tau have {given} contributions of participants, but {minimum} are demanded"
    )]
    TooFew {
        /// Participants that contributed; beacons do not count.
        given: usize,
        /// What was demanded.
        minimum: usize,
    },
    /// A contribution that does not hold.
    #[error("contribution {index} of the powers of tau (from 0): {fault}")]
    Contribution {
        /// Which.
        index: usize,
        /// What is wrong with it.
        fault: Phase1Fault,
    },
}

/// Verified powers of tau, for domains up to a limit.
pub struct Powers<'a> {
    file: Ptau<'a>,
    limit: u32,
    tau_g1: Vec<G1Affine>,
    tau_g2: Vec<G2Affine>,
    alpha_g1: Vec<G1Affine>,
    beta_g1: Vec<G1Affine>,
    beta_g2: G2Affine,
    contributions: Vec<Phase1Contribution>,
}

impl<'a> Powers<'a> {
    /// Verifies a file's powers for domains of up to 2^`limit` points, and that at least
    /// `minimum` participants contributed. At least one is always demanded.
    ///
    /// A file that was cut from a ceremony of power 28 takes some minutes: its first challenge is a
    /// hash over 86 GB.
    ///
    /// # Errors
    /// [`PowersError`] names the check that fails.
    pub fn verify(bytes: &'a [u8], limit: u32, minimum: usize) -> Result<Self, PowersError> {
        let file = Ptau::read(bytes)?;
        // One more than the domain: otherwise its last polynomials lack a power, and the hash of the
        // initial key runs beyond the list.
        if limit >= file.power() {
            return Err(PowersError::TooSmall {
                given: file.power(),
                domain: limit,
            });
        }
        let contributions = file.contributions()?;
        let participants = contributions.iter().filter(|c| !c.contributor.is_beacon());
        let (given, minimum) = (participants.count(), minimum.max(1));
        if given < minimum {
            return Err(PowersError::TooFew { given, minimum });
        }
        let size = 1 << limit;
        let powers = Self {
            limit,
            tau_g1: file.tau_g1(2 * size)?,
            tau_g2: file.tau_g2(size.max(2))?,
            alpha_g1: file.alpha_g1(size)?,
            beta_g1: file.beta_g1(size)?,
            beta_g2: file.beta_g2()?,
            contributions,
            file,
        };
        powers.check_last()?;
        powers.check_sequences()?;
        chain::check(&powers.contributions, powers.file.ceremony_power())
            .map_err(|(index, fault)| PowersError::Contribution { index, fault })?;
        Ok(powers)
    }

    /// α in G1, β in G1, β in G2.
    pub(crate) fn alpha_beta(&self) -> (G1Affine, G1Affine, G2Affine) {
        let first = |list: &[G1Affine]| list.first().copied().unwrap_or_default();
        (first(&self.alpha_g1), first(&self.beta_g1), self.beta_g2)
    }

    /// (τ^(i+n) − τⁱ)·G1 for i < n, of a domain of n = 2^`power` points.
    pub(crate) fn vanishing(&self, power: u32) -> Vec<ark_bn254::G1Projective> {
        let size = 1 << power;
        let high = self.tau_g1.iter().skip(size);
        let pairs = high.zip(&self.tau_g1).take(size);
        pairs.map(|(high, low)| *high - low).collect()
    }

    /// Who contributed.
    pub fn contributions(&self) -> impl Iterator<Item = Contribution> {
        self.contributions.iter().map(|c| Contribution {
            contributor: c.contributor.clone(),
            hash: c.next_challenge,
        })
    }

    /// The Lagrange polynomials of a domain at τ, which are compared with the powers.
    ///
    /// # Errors
    /// [`PowersError::Lagrange`], or [`PowersError::TooSmall`] if the domain is above the limit.
    pub(crate) fn lagrange(&self, power: u32) -> Result<Lagrange, PowersError> {
        if power > self.limit {
            return Err(PowersError::TooSmall {
                given: self.limit,
                domain: power,
            });
        }
        let fault = |list, power| PowersError::Lagrange { list, power };
        let double = self.file.lagrange_tau_g1(power + 1)?;
        check_lagrange(&double, &self.tau_g1, fault(PowerList::TauG1, power + 1))?;
        let tau_g1 = self.file.lagrange_tau_g1(power)?;
        check_lagrange(&tau_g1, &self.tau_g1, fault(PowerList::TauG1, power))?;
        let tau_g2 = self.file.lagrange_tau_g2(power)?;
        check_lagrange(&tau_g2, &self.tau_g2, fault(PowerList::TauG2, power))?;
        let alpha_g1 = self.file.lagrange_alpha_g1(power)?;
        check_lagrange(&alpha_g1, &self.alpha_g1, fault(PowerList::AlphaG1, power))?;
        let beta_g1 = self.file.lagrange_beta_g1(power)?;
        check_lagrange(&beta_g1, &self.beta_g1, fault(PowerList::BetaG1, power))?;
        Ok(Lagrange {
            tau_g1,
            odd_g1: double.into_iter().skip(1).step_by(2).collect(),
            tau_g2,
            alpha_g1,
            beta_g1,
        })
    }

    /// The lists begin with the generators and with what the last contribution left.
    fn check_last(&self) -> Result<(), PowersError> {
        let last = self.contributions.last();
        let in_g1 = |list: PowerList, given: &[G1Affine], expected: &[Option<G1Affine>]| {
            let same = expected.iter().zip(given).all(|(e, g)| *e == Some(*g));
            if same {
                Ok(())
            } else {
                Err(PowersError::NotLast(list))
            }
        };
        let tau = [Some(G1Affine::generator()), last.map(|c| c.tau_g1)];
        in_g1(PowerList::TauG1, &self.tau_g1, &tau)?;
        in_g1(
            PowerList::AlphaG1,
            &self.alpha_g1,
            &[last.map(|c| c.alpha_g1)],
        )?;
        in_g1(PowerList::BetaG1, &self.beta_g1, &[last.map(|c| c.beta_g1)])?;
        let tau = [Some(G2Affine::generator()), last.map(|c| c.tau_g2)];
        if !tau.iter().zip(&self.tau_g2).all(|(e, g)| *e == Some(*g)) {
            return Err(PowersError::NotLast(PowerList::TauG2));
        }
        if last.map(|c| c.beta_g2) != Some(self.beta_g2) {
            return Err(PowersError::NotLast(PowerList::BetaG2));
        }
        Ok(())
    }

    /// Each list multiplies by τ from point to point, and β is one number in both groups.
    fn check_sequences(&self) -> Result<(), PowersError> {
        let fault = PowersError::Sequence;
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        let tau_g1 = self.tau_g1.get(1).copied().unwrap_or_default();
        let tau_g2 = self.tau_g2.get(1).copied().unwrap_or_default();
        require(
            same_ratio([g1, tau_g1], [g2, tau_g2]),
            fault(PowerList::TauG2),
        )?;
        for (list, points) in [
            (PowerList::TauG1, &self.tau_g1),
            (PowerList::AlphaG1, &self.alpha_g1),
            (PowerList::BetaG1, &self.beta_g1),
        ] {
            // A domain of one point has lists of one, which cannot be wrong.
            if let Some([low, high]) = neighbours(points)? {
                require(same_ratio([low, high], [g2, tau_g2]), fault(list))?;
            }
        }
        if let Some([low, high]) = neighbours(&self.tau_g2)? {
            require(
                same_ratio([g1, tau_g1], [low, high]),
                fault(PowerList::TauG2),
            )?;
        }
        let (alpha_g1, beta_g1, beta_g2) = self.alpha_beta();
        require(!alpha_g1.is_zero(), fault(PowerList::AlphaG1))?;
        require(
            same_ratio([g1, beta_g1], [g2, beta_g2]),
            fault(PowerList::BetaG2),
        )
    }
}

/// The Lagrange polynomials of a domain of n points at τ.
pub(crate) struct Lagrange {
    /// Lᵢ(τ) in G1.
    pub(crate) tau_g1: Vec<G1Affine>,
    /// L₂ᵢ₊₁(τ) of the domain of 2n points, in G1.
    pub(crate) odd_g1: Vec<G1Affine>,
    /// Lᵢ(τ) in G2.
    pub(crate) tau_g2: Vec<G2Affine>,
    /// α·Lᵢ(τ) in G1.
    pub(crate) alpha_g1: Vec<G1Affine>,
    /// β·Lᵢ(τ) in G1.
    pub(crate) beta_g1: Vec<G1Affine>,
}

/// Σ sᵢ·pᵢ and Σ sᵢ·pᵢ₊₁ with random sᵢ; `None` for fewer than two points.
fn neighbours<P: AffineRepr<ScalarField = Fr, Group: VariableBaseMSM<MulBase = P>>>(
    points: &[P],
) -> Result<Option<[P::Group; 2]>, NoRandomness> {
    let (Some((_, high)), Some((_, low))) = (points.split_first(), points.split_last()) else {
        return Ok(None);
    };
    if low.is_empty() {
        return Ok(None);
    }
    let scalars = coefficients(low.len())?;
    Ok(Some([sum(low, &scalars), sum(high, &scalars)]))
}

/// Σ sᵢ·Lᵢ(τ) is the polynomial with value sᵢ at ωⁱ, so its coefficients give the same from the powers.
fn check_lagrange<P: AffineRepr<ScalarField = Fr, Group: VariableBaseMSM<MulBase = P>>>(
    lagrange: &[P],
    powers: &[P],
    fault: PowersError,
) -> Result<(), PowersError> {
    let values = coefficients(lagrange.len())?;
    let domain = Radix2EvaluationDomain::<Fr>::new(lagrange.len()).ok_or(fault)?;
    let polynomial = domain.ifft(&values);
    let powers = powers.get(..polynomial.len()).ok_or(fault)?;
    require(sum(lagrange, &values) == sum(powers, &polynomial), fault)
}

fn require(holds: bool, fault: PowersError) -> Result<(), PowersError> {
    if holds { Ok(()) } else { Err(fault) }
}
