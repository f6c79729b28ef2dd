//! fanjian, all configurations.

use fanjian::{Config, Converter};

fn main() -> std::io::Result<()> {
    size::run(|config, text| match config.parse::<Config>() {
        Ok(config) => Converter::new(config).convert(&text).into_owned(),
        Err(_) => String::new(),
    })
}
