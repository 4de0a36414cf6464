//! The public contract `declic.v1`: messages, clients and servers generated from `proto/`.
//!
//! Invariant: nothing is written by hand here, no conversion, no rule. The only place that names a wire type and a
//! domain type together is `hub::wire`.

/// Package `declic.v1`.
pub mod v1 {
    #![expect(
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        clippy::doc_markdown,
        clippy::disallowed_methods,
        reason = "generated code carries its own attributes, and the comments of the contract"
    )]
    tonic::include_proto!("declic.v1");
}

/// The encoded `FileDescriptorSet` of the contract, for reflection and for tests that walk every RPC.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.bin"));

/// The `domain` of every `google.rpc.ErrorInfo`.
pub const ERROR_DOMAIN: &str = "declic";
