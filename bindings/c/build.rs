//! Names the shared library as its users will look for it.

use std::env;

/// The first number of the version: programs keep working as long as it stays.
const INTERFACE: &str = env!("CARGO_PKG_VERSION_MAJOR");

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux" | "android" | "freebsd" | "netbsd" | "openbsd" | "dragonfly") => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libfanjian.so.{INTERFACE}");
        }
        Ok("macos") => {
            let name = format!("@rpath/libfanjian.{INTERFACE}.dylib");
            println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,{name}");
        }
        _ => {}
    }
}
