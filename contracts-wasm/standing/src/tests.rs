#[test]
fn the_schema_is_golden() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../artifacts/schemas/standing.json"
    );
    let json = super::schema().to_json("standing", env!("CARGO_PKG_VERSION"));
    obolus_sdk::golden(path, &json).unwrap();
}
