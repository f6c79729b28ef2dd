//! opencc-fmmseg, all configurations.

use opencc_fmmseg::{OpenCC, OpenccConfig};

fn main() -> std::io::Result<()> {
    size::run(|config, text| match OpenccConfig::parse(config) {
        Some(config) => OpenCC::new().convert_with_config(&text, config, false),
        None => String::new(),
    })
}
