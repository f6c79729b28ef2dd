//! ferrous-opencc, all configurations.

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

fn main() -> std::io::Result<()> {
    size::run(|config, text| {
        let config = BuiltinConfig::from_filename(&format!("{config}.json"));
        let converter = config.and_then(OpenCC::from_config);
        converter.map_or_else(|_| String::new(), |converter| converter.convert(&text))
    })
}
