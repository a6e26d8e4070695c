use super::*;

/// x³ + x + 5 = y with y public, `copies` times over with different x: a circuit of three rows a
/// copy. Returns it with an assignment.
pub(crate) fn cubes(copies: usize) -> (Relation, Vec<Fr>) {
    let one = Fr::one();
    let variables = 1 + 3 * copies;
    let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
    let mut z = vec![one; variables];
    for i in 0..copies {
        let (y, x, square) = (1 + i, 1 + copies + 2 * i, 2 + copies + 2 * i);
        let value = Fr::from(3 + i as u64);
        z[x] = value;
        z[square] = value * value;
        z[y] = value * value * value + value + Fr::from(5);
        a.push(vec![(one, x)]);
        b.push(vec![(one, x)]);
        c.push(vec![(one, square)]);
        a.push(vec![(one, square)]);
        b.push(vec![(one, x)]);
        c.push(vec![(one, y), (-one, x), (-Fr::from(5), 0)]);
        // The same once more, scaled, so that coefficients other than one occur on every side.
        a.push(vec![(Fr::from(7), square)]);
        b.push(vec![(Fr::from(2), x)]);
        c.push(vec![
            (Fr::from(14), y),
            (-Fr::from(14), x),
            (-Fr::from(70), 0),
        ]);
    }
    let digest = *blake3::hash(&copies.to_le_bytes()).as_bytes();
    let relation = Relation::new(digest, copies, variables, &a, &b, &c).unwrap();
    (relation, z)
}

#[test]
fn products_follow_the_rows() {
    let (relation, z) = cubes(4);
    let a: Vec<_> = relation.a().times(&z).collect();
    let b: Vec<_> = relation.b().times(&z).collect();
    let c: Vec<_> = relation.c().times(&z).collect();
    assert_eq!(a.len(), relation.rows());
    for i in 0..a.len() {
        assert_eq!(a[i] * b[i], c[i], "row {i}");
    }
}

#[test]
fn columns_are_the_transpose() {
    let (relation, z) = cubes(3);
    let weights: Vec<_> = (1..=relation.rows() as u64).map(Fr::from).collect();
    let by_columns: Fr = relation
        .c()
        .weighted_columns(&weights, relation.variables())
        .iter()
        .zip(&z)
        .map(|(column, z)| *column * z)
        .sum();
    let by_rows: Fr = relation
        .c()
        .times(&z)
        .zip(&weights)
        .map(|(row, weight)| row * weight)
        .sum();
    assert_eq!(by_columns, by_rows);
}

#[test]
fn dimensions_are_checked() {
    let row = || vec![vec![(Fr::one(), 1)]];
    let new = |inputs, variables, a: &[Row], c: &[Row]| {
        Relation::new([0; 32], inputs, variables, a, a, c).map(|_| ())
    };
    assert_eq!(new(1, 2, &row(), &row()), Ok(()));
    assert_eq!(
        new(1, 2, &row(), &[]),
        Err(RelationError::Rows { a: 1, b: 1, c: 0 })
    );
    assert_eq!(new(0, 1, &row(), &row()), Err(RelationError::Variable(1)));
    assert_eq!(new(2, 2, &row(), &row()), Err(RelationError::Size));
}

/// In any order, with one place given twice.
#[test]
fn placed_coefficients_make_the_same_matrix() {
    let (relation, z) = cubes(4);
    let placed = |matrix: &Matrix| -> Vec<Placed> {
        let rows = (0_u32..).zip(matrix.coefficients());
        rows.flat_map(|(row, entries)| {
            entries.flat_map(move |(variable, coefficient)| {
                let placed = |coefficient| Placed {
                    row,
                    variable,
                    coefficient,
                };
                [placed(*coefficient - Fr::one()), placed(Fr::one())]
            })
        })
        .collect()
    };
    let (mut a, b) = (placed(relation.a()), placed(relation.b()));
    a.reverse();
    let new = |a: &[Placed], rows| Factors::new([0; 32], 4, relation.variables(), rows, [a, &b]);
    let factors = new(&a, relation.rows()).unwrap();
    assert!(factors.a().times(&z).eq(relation.a().times(&z)));
    assert!(factors.b().times(&z).eq(relation.b().times(&z)));

    let too_few = new(&a, relation.rows() - 1).map(|_| ());
    assert_eq!(too_few, Err(RelationError::Size));
    a[5].variable = relation.variables() as u32;
    let beyond = new(&a, relation.rows()).map(|_| ());
    assert_eq!(beyond, Err(RelationError::Variable(relation.variables())));
}
