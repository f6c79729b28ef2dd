//! zhconv with OpenCC's tables, all targets.

use zhconv::Variant;

fn main() -> std::io::Result<()> {
    size::run(|target, text| match target.parse::<Variant>() {
        Ok(target) => zhconv::zhconv(&text, target),
        Err(_) => String::new(),
    })
}
