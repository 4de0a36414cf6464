//! The migrations are compiled in: a new file makes a new build.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
