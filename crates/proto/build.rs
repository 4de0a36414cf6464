//! Compiles `proto/` without protoc: descriptors by protox, code by tonic.

use std::path::Path;

use prost::Message as _;

const FILES: [&str; 9] = [
    "declic/v1/case_clock.proto",
    "declic/v1/case_service.proto",
    "declic/v1/directory_service.proto",
    "declic/v1/error_reason.proto",
    "declic/v1/identity_service.proto",
    "declic/v1/ledger_service.proto",
    "declic/v1/routing_service.proto",
    "declic/v1/supervision_service.proto",
    "declic/v1/ticket_service.proto",
];

#[expect(
    clippy::disallowed_methods,
    reason = "cargo hands the output folder to build scripts in the environment"
)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut compiler = protox::Compiler::new([root])?;
    compiler
        .include_source_info(true)
        .include_imports(true)
        .open_files(FILES)?;
    let mut descriptors = compiler.file_descriptor_set();
    let code = descriptors.clone();
    // Reflection serves the contract without its comments: a quarter of the size.
    for file in &mut descriptors.file {
        file.source_code_info = None;
    }
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    std::fs::write(out.join("descriptor.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(code)?;
    Ok(())
}
