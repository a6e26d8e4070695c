use super::*;

#[test]
fn traces_of_the_http_client_and_the_compiler_are_never_logged() {
    assert!(!allowed("ureq_proto::util", Level::TRACE));
    assert!(allowed("ureq_proto::client", Level::DEBUG));
    assert!(!allowed("cranelift_codegen::isa", Level::DEBUG));
    assert!(allowed("cranelift_codegen", Level::WARN));
    assert!(allowed("obolus_runtime::ledger", Level::TRACE));
    assert!(allowed("ureqs", Level::TRACE));
}
