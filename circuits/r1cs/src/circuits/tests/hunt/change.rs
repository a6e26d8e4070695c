//! Changing one variable.

use super::*;

/// What one constraint says about adding δ to one variable: it becomes violated unless
/// `linear + δ·square = 0` (or δ = 0).
#[derive(Clone, Copy)]
struct Reaction {
    linear: Fr,
    square: Fr,
}

/// Names of variables that could be changed, by some amount, without violating any constraint.
///
/// Exact for a satisfying assignment: (a + δ·A)(b + δ·B) − (c + δ·C) = δ·(A·b + a·B − C + δ·A·B),
/// so all constraints that mention a variable must have one common root δ ≠ 0.
pub(super) fn unprotected<'a>(shape: &'a R1csShape, assignment: &Assignment) -> Vec<&'a str> {
    let mut reactions: Vec<Vec<Reaction>> = vec![Vec::new(); shape.num_variables()];
    for row in 0..shape.num_constraints() {
        let (a, b) = (crate::shape::row_value(&shape.a()[row], assignment.z()), {
            crate::shape::row_value(&shape.b()[row], assignment.z())
        });
        let mut touched: std::collections::BTreeMap<usize, [Fr; 3]> = Default::default();
        for (side, matrix) in [shape.a(), shape.b(), shape.c()].into_iter().enumerate() {
            for (coefficient, index) in &matrix[row] {
                touched.entry(*index).or_default()[side] = *coefficient;
            }
        }
        for (index, [on_a, on_b, on_c]) in touched {
            reactions[index].push(Reaction {
                linear: on_a * b + a * on_b - on_c,
                square: on_a * on_b,
            });
        }
    }
    (1..shape.num_variables())
        .filter(|index| has_common_root(&reactions[*index]))
        .map(|index| shape.variable_name(index))
        .collect()
}

fn has_common_root(reactions: &[Reaction]) -> bool {
    let zero = Fr::from(0_u64);
    let Some(decisive) = reactions.iter().find(|r| r.square != zero) else {
        return reactions.iter().all(|r| r.linear == zero);
    };
    // δ = −linear/square, compared without dividing.
    decisive.linear != zero
        && reactions
            .iter()
            .all(|r| r.linear * decisive.square == r.square * decisive.linear)
}
