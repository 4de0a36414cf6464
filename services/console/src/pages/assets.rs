//! The style sheet, the script and the icon: named after their content, so that a browser keeps them for good.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// One file, with its address.
pub struct Asset {
    name: String,
    content: &'static str,
    kind: &'static str,
}

/// The style sheet.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "declic",
        "css",
        include_str!("../../assets/app.css"),
        "text/css; charset=utf-8",
    )
});

/// What makes pages smoother; none needs it.
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "declic",
        "js",
        include_str!("../../assets/app.js"),
        "text/javascript; charset=utf-8",
    )
});

/// The icon of the tab.
pub static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "declic",
        "svg",
        include_str!("../../assets/icon.svg"),
        "image/svg+xml",
    )
});

impl Asset {
    fn of(stem: &str, ending: &str, content: &'static str, kind: &'static str) -> Self {
        let digest = Sha256::digest(content.as_bytes());
        let name = format!(
            "{stem}-{:02x}{:02x}{:02x}{:02x}.{ending}",
            digest[0], digest[1], digest[2], digest[3]
        );
        Self { name, content, kind }
    }

    /// Where it is.
    pub fn href(&self) -> String {
        format!("/statique/{}", self.name)
    }
}

/// A file by its name.
pub async fn file(Path(name): Path<String>) -> Response {
    let known = [&STYLE, &SCRIPT, &ICON];
    let Some(asset) = known.into_iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, asset.kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.content).into_response()
}
