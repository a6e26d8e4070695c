//! Rank of the Jacobian by sparse elimination.
//!
//! Circuits compute forwards, so most rows determine one more column once earlier ones are known.
//! Where no row does, the first undetermined column becomes a parameter, and later columns are
//! expressed in the parameters; a row whose columns are all expressed is then an equation between
//! parameters. The kernel's dimension is the number of parameters minus the rank of those
//! equations, which are few. This is exact Gaussian elimination in an order that the structure
//! suggests; the order affects time only.

use std::collections::VecDeque;

use ark_ff::{Field, Zero};

use super::*;

/// A linear form in the parameters; missing entries are zero.
type Form = Vec<Fr>;

struct Elimination {
    /// Non-zero entries in columns that are asked about.
    rows: Vec<Vec<(usize, Fr)>>,
    /// Rows that mention a column.
    columns: Vec<Vec<usize>>,
    /// Columns of a row that are not expressed yet.
    open: Vec<usize>,
    expressed: Vec<Option<Form>>,
    parameters: Vec<usize>,
    /// Equations in echelon form, by the parameter that leads them.
    equations: Vec<(usize, Form)>,
    ready: VecDeque<usize>,
}

/// Names of columns that span the kernel; none for full column rank.
pub(super) fn undetermined<'a>(
    shape: &'a R1csShape,
    assignment: &Assignment,
    dependent: &[bool],
) -> Vec<&'a str> {
    let mut elimination = Elimination::new(jacobian(shape, assignment.z(), dependent), dependent);
    for (column, asked) in dependent.iter().enumerate() {
        elimination.propagate();
        if *asked && elimination.expressed[column].is_none() {
            elimination.introduce(column);
        }
    }
    elimination.propagate();
    let led: Vec<usize> = elimination
        .equations
        .iter()
        .map(|(lead, _)| *lead)
        .collect();
    let kernel = elimination.parameters.iter().enumerate();
    kernel
        .filter(|(parameter, _)| !led.contains(parameter))
        .map(|(_, column)| shape.variable_name(*column))
        .collect()
}

/// Rows `A·dz·b + a·B·dz − C·dz`, restricted to some columns.
fn jacobian(shape: &R1csShape, z: &[Fr], asked: &[bool]) -> Vec<Vec<(usize, Fr)>> {
    let matrices = [shape.a(), shape.b(), shape.c()];
    (0..shape.num_constraints())
        .map(|row| {
            let [a, b, c] = matrices.map(|matrix| &matrix[row]);
            let (at_a, at_b) = (crate::shape::row_value(a, z), crate::shape::row_value(b, z));
            let mut entries: Vec<(usize, Fr)> = Vec::with_capacity(a.len() + b.len() + c.len());
            for (side, factor) in [(a, at_b), (b, at_a), (c, Fr::from(-1))] {
                let kept = side.iter().filter(|(_, index)| asked[*index]);
                entries.extend(kept.map(|(coefficient, index)| (*index, *coefficient * factor)));
            }
            entries.sort_by_key(|(index, _)| *index);
            entries.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
            entries.retain(|(_, value)| !value.is_zero());
            entries
        })
        .collect()
}

impl Elimination {
    fn new(rows: Vec<Vec<(usize, Fr)>>, asked: &[bool]) -> Self {
        let mut columns = vec![Vec::new(); asked.len()];
        for (row, entries) in rows.iter().enumerate() {
            for (column, _) in entries {
                columns[*column].push(row);
            }
        }
        let open: Vec<usize> = rows.iter().map(Vec::len).collect();
        let ready = (0..rows.len()).filter(|row| open[*row] <= 1).collect();
        Self {
            rows,
            columns,
            open,
            expressed: vec![None; asked.len()],
            parameters: Vec::new(),
            equations: Vec::new(),
            ready,
        }
    }

    /// Uses every row that has at most one open column.
    fn propagate(&mut self) {
        while let Some(row) = self.ready.pop_front() {
            let (mut sum, mut last) = (Form::new(), None);
            for (column, value) in &self.rows[row] {
                match &self.expressed[*column] {
                    Some(form) => add_multiple(&mut sum, form, *value),
                    None => last = Some((*column, *value)),
                }
            }
            match last {
                Some((column, value)) => {
                    let factor = -value.inverse().expect("entries are not zero");
                    sum.iter_mut().for_each(|entry| *entry *= factor);
                    self.express(column, sum);
                }
                None => self.equate(sum),
            }
        }
    }

    /// Makes a column a parameter.
    fn introduce(&mut self, column: usize) {
        let mut form = vec![Fr::zero(); self.parameters.len()];
        form.push(Fr::from(1_u64));
        self.parameters.push(column);
        self.express(column, form);
    }

    fn express(&mut self, column: usize, form: Form) {
        self.expressed[column] = Some(form);
        for row in &self.columns[column] {
            self.open[*row] -= 1;
            // At one open column the row determines it, at none it is an equation. A row that was
            // used to express its last column comes back as 0 = 0.
            if self.open[*row] <= 1 {
                self.ready.push_back(*row);
            }
        }
    }

    /// Takes `form = 0` into the echelon form.
    fn equate(&mut self, mut form: Form) {
        for (lead, equation) in &self.equations {
            let factor = form.get(*lead).copied().unwrap_or_default();
            add_multiple(&mut form, equation, -factor);
        }
        let Some(lead) = form.iter().position(|entry| !entry.is_zero()) else {
            return;
        };
        let factor = form[lead].inverse().expect("the leading entry is not zero");
        form.iter_mut().for_each(|entry| *entry *= factor);
        self.equations.push((lead, form));
    }
}

fn add_multiple(sum: &mut Form, form: &Form, factor: Fr) {
    if sum.len() < form.len() {
        sum.resize(form.len(), Fr::zero());
    }
    for (entry, value) in sum.iter_mut().zip(form) {
        *entry += factor * value;
    }
}

/// The elimination itself, on small matrices whose kernels are known.
#[test]
fn kernels_of_small_matrices() {
    let kernel = |rows: &[&[(usize, i64)]], columns: usize| {
        let rows = rows
            .iter()
            .map(|row| row.iter().map(|(c, v)| (*c, Fr::from(*v))).collect());
        let mut elimination = Elimination::new(rows.collect(), &vec![true; columns]);
        for column in 0..columns {
            elimination.propagate();
            if elimination.expressed[column].is_none() {
                elimination.introduce(column);
            }
        }
        elimination.propagate();
        elimination.parameters.len() - elimination.equations.len()
    };
    assert_eq!(kernel(&[&[(0, 1), (1, 1)], &[(0, 1), (1, -1)]], 2), 0);
    assert_eq!(kernel(&[&[(0, 1), (1, 1)], &[(0, 2), (1, 2)]], 2), 1);
    assert_eq!(
        kernel(
            &[
                &[(0, 1), (1, 2), (2, 3)],
                &[(0, 4), (1, 5), (2, 6)],
                &[(0, 7), (1, 8), (2, 9)]
            ],
            3
        ),
        1
    );
    assert_eq!(
        kernel(
            &[
                &[(0, 1), (1, 2), (2, 3)],
                &[(0, 4), (1, 5), (2, 6)],
                &[(0, 7), (1, 8), (2, 10)]
            ],
            3
        ),
        0
    );
    assert_eq!(kernel(&[], 2), 2);
}
