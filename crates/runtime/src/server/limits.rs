//! The limits of a server that strangers can reach. Each default says what it is against.

use std::time::Duration;

use serde::Deserialize;

use crate::config::{Invalid, Validate};

/// Section `[limits]`. Durations are written `"5s"`, `"30m"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Connections open at once; more are closed as soon as they are accepted. Keep it below the process's open files
    /// (`LimitNOFILE`), with room for the database. Default 1024.
    pub max_connections: usize,
    /// Of them, from one address (one /64 for IPv6). Default 128: an agency behind one address, its connectors and its
    /// people included.
    pub max_connections_per_address: usize,
    /// Time to finish the TLS handshake. Default 5 s; against silent connections and byte-by-byte hellos.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub handshake_timeout: Duration,
    /// Time to send the HTTP/2 preface and the first frame's head. Default 5 s; same reason.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub preface_timeout: Duration,
    /// Requests open at once on one connection; HTTP/2 refuses the others. Default 64.
    pub max_concurrent_streams: u32,
    /// Requests being handled at once in the whole process; more are shed at once, before their body is read.
    /// Default 512. A stream counts until its first answer.
    pub max_in_flight: usize,
    /// Bytes of one request's metadata, as HTTP/2 counts them. Default 16 KiB; twice a token of the largest size.
    pub max_header_list_bytes: u32,
    /// Streams reset by the client before we took them, before the connection is closed. Default 20; against rapid
    /// reset (CVE-2023-44487).
    pub max_pending_accept_reset_streams: usize,
    /// Streams we reset for the client's errors, before the connection is closed. Default 64; against MadeYouReset
    /// (CVE-2025-8671).
    pub max_local_error_reset_streams: usize,
    /// Largest message taken, in bytes. Default 256 KiB; set on each generated service.
    pub max_decoding_message_bytes: usize,
    /// Largest message sent, in bytes. Default 1 MiB; set on each generated service.
    pub max_encoding_message_bytes: usize,
    /// Longest a request may take before its first answer, whatever its `grpc-timeout` says. Default 10 s.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub request_timeout: Duration,
    /// Between two HTTP/2 pings. Default 30 s; finds the half-open connections.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub keepalive_interval: Duration,
    /// For the answer to a ping. Default 10 s.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub keepalive_timeout: Duration,
    /// Age at which a connection is told to go away and come back. Default 30 min, so that long streams authenticate
    /// again.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub max_connection_age: Duration,
    /// After that, until it is cut. Default 1 min.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub max_connection_age_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 1024,
            max_connections_per_address: 128,
            handshake_timeout: Duration::from_secs(5),
            preface_timeout: Duration::from_secs(5),
            max_concurrent_streams: 64,
            max_in_flight: 512,
            max_header_list_bytes: 16 * 1024,
            max_pending_accept_reset_streams: 20,
            max_local_error_reset_streams: 64,
            max_decoding_message_bytes: 256 * 1024,
            max_encoding_message_bytes: 1024 * 1024,
            request_timeout: Duration::from_secs(10),
            keepalive_interval: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(10),
            max_connection_age: Duration::from_secs(30 * 60),
            max_connection_age_grace: Duration::from_secs(60),
        }
    }
}

impl Validate for Limits {
    fn validate(&self) -> Result<(), Invalid> {
        let counts = [
            ("max_connections", self.max_connections),
            ("max_connections_per_address", self.max_connections_per_address),
            ("max_concurrent_streams", self.max_concurrent_streams as usize),
            ("max_in_flight", self.max_in_flight),
            ("max_header_list_bytes", self.max_header_list_bytes as usize),
            ("max_decoding_message_bytes", self.max_decoding_message_bytes),
            ("max_encoding_message_bytes", self.max_encoding_message_bytes),
        ];
        let times = [
            ("handshake_timeout", self.handshake_timeout),
            ("preface_timeout", self.preface_timeout),
            ("request_timeout", self.request_timeout),
            ("keepalive_interval", self.keepalive_interval),
            ("keepalive_timeout", self.keepalive_timeout),
            ("max_connection_age", self.max_connection_age),
        ];
        for (key, value) in counts {
            if value == 0 {
                return Err(Invalid::new(
                    key,
                    "is 0, which would refuse everything",
                    "write at least 1",
                ));
            }
        }
        for (key, value) in times {
            if value.is_zero() {
                return Err(Invalid::new(
                    key,
                    "is 0s, which would refuse everything",
                    "write at least \"1ms\"",
                ));
            }
        }
        Ok(())
    }
}
