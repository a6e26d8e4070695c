//! Golden circuits. `OBOLUS_BLESS=1 cargo test -p obolus-r1cs` rewrites the files after a change
//! that is meant; the digest names keys, so every such change needs new keys.

use std::{fmt::Write as _, fs, path::PathBuf};

use super::*;

/// A number with a comma between groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a file with what it should hold, or writes it.
fn compare(path: PathBuf, expected: &str) {
    if std::env::var_os("OBOLUS_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("in a directory")).expect("creates directories");
        fs::write(&path, expected).expect("writes the golden file");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{} differs from the code. If the change is meant, run with OBOLUS_BLESS=1 and review the diff.\n{expected}",
        path.display()
    );
}

fn list(text: &mut String, title: &str, items: impl IntoIterator<Item = String>) {
    writeln!(text, "\n{title}").expect("writes to a string");
    for item in items {
        writeln!(text, "  {item}").expect("writes to a string");
    }
}

fn describe<S: Native>() -> String {
    let shape = shape::<S>();
    let witness = shape.num_variables() - 1 - shape.num_public();
    let mut text = format!(
        "circuit {}\nconstraints {}\npublic inputs {}\nwitness variables {witness}\nr1cs digest {}\n",
        shape.name(),
        shape.num_constraints(),
        shape.num_public(),
        hex::encode(shape.digest()),
    );
    let counted = |(name, count): (&str, usize)| format!("{name} {count}");
    list(
        &mut text,
        "public inputs in order (* given by the contract, the others computed)",
        {
            shape.public_names().iter().map(|name| {
                let mark = if S::GIVEN.contains(name) { " *" } else { "" };
                format!("{name}{mark}")
            })
        },
    );
    list(
        &mut text,
        "constraints per rule",
        shape.rule_counts().into_iter().map(counted),
    );
    list(
        &mut text,
        "constraints per gadget",
        shape.gadget_counts().into_iter().map(counted),
    );
    list(&mut text, "free inputs", {
        let free = shape.free_inputs().iter();
        free.map(|index| shape.variable_name(*index).to_owned())
    });
    text
}

fn is_golden<S: Native>() {
    let path = root().join("golden").join(format!("{}.txt", S::NAME));
    compare(path, &describe::<S>());
}
for_each_circuit!(is_golden);

#[test]
fn transfer_is_below_its_budget() {
    assert!(shape::<Transfer>().num_constraints() < 20_000);
}

/// One table over all circuits: a line per label, a column per circuit.
fn table(
    head: &str,
    shapes: &[R1csShape],
    counts: fn(&R1csShape) -> Vec<(&'static str, usize)>,
) -> String {
    let mut labels: Vec<&str> = Vec::new();
    for (label, _) in shapes.iter().flat_map(counts) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let row = |label: &str, cells: Vec<String>| format!("| {label} | {} |\n", cells.join(" | "));
    let mut text = row(
        head,
        shapes.iter().map(|shape| shape.name().to_owned()).collect(),
    );
    text += &format!("|---|{}\n", "---:|".repeat(shapes.len()));
    for label in labels {
        let cell = |shape: &R1csShape| {
            let found = counts(shape).into_iter().find(|(known, _)| *known == label);
            found.map_or(String::new(), |(_, count)| grouped(count))
        };
        text += &row(label, shapes.iter().map(cell).collect());
    }
    let total = |shape: &R1csShape| format!("**{}**", grouped(shape.num_constraints()));
    text + &row("**all**", shapes.iter().map(total).collect())
}

#[test]
fn the_cost_page_is_current() {
    let shapes = [
        shape::<Transfer>(),
        shape::<Issue>(),
        shape::<Redeem>(),
        shape::<Register>(),
        shape::<Ratio>(),
        shape::<Balance>(),
        shape::<Supply>(),
        shape::<Velocity>(),
    ];
    let sizes: String = shapes
        .iter()
        .map(|shape| {
            let entries = |matrix: &crate::Matrix| grouped(matrix.iter().map(Vec::len).sum());
            let mut used = vec![false; shape.num_variables()];
            shape
                .b()
                .iter()
                .flatten()
                .for_each(|(_, index)| used[*index] = true);
            format!(
                "| {} | {} | {} | {} | {} | {} |\n",
                shape.name(),
                grouped(shape.num_constraints()),
                grouped(shape.num_variables()),
                entries(shape.a()),
                entries(shape.b()),
                grouped(used.iter().filter(|used| **used).count()),
            )
        })
        .collect();
    let page = format!(
        "# Constraints\n\n\
         Generated from the circuits by a test of `obolus-r1cs`, which compares it on every run and rewrites it with\n\
         `OBOLUS_BLESS=1`. Rules are those of `docs/spec`; the curve's parts are itemised in `docs/spec/curve.md`.\n\n\
         ## Size\n\n\
         Variables on the B side cost the prover a point of G2 each.\n\n\
         | circuit | constraints | variables | entries of A | entries of B | variables in B |\n\
         |---|---:|---:|---:|---:|---:|\n{sizes}\n\
         ## By gadget\n\n\
         One Poseidon2 permutation is 264 constraints. `merkle_select` is two bits and three selections per level,\n\
         `binding` the comparison with public inputs.\n\n{}\n\
         ## By rule\n\n{}",
        table("gadget", &shapes, R1csShape::gadget_counts),
        table("rule", &shapes, R1csShape::rule_counts),
    );
    compare(root().join("../../docs/performance/constraints.md"), &page);
}
