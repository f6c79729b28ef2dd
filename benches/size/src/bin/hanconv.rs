//! hanconv, the configurations that it has.

use hanconv::Converters;

fn main() -> std::io::Result<()> {
    size::run(|config, text| {
        let converter = match config {
            "s2t" => Converters::S2T,
            "t2s" => Converters::T2S,
            "s2tw" => Converters::S2TW,
            "tw2s" => Converters::TW2S,
            "s2hk" => Converters::S2HK,
            "hk2s" => Converters::HK2S,
            "s2twp" => Converters::S2TWP,
            "tw2sp" => Converters::TW2SP,
            "t2tw" => Converters::T2TW,
            "tw2t" => Converters::TW2T,
            "t2hk" => Converters::T2HK,
            "hk2t" => Converters::HK2T,
            "t2jp" => Converters::T2JP,
            "jp2t" => Converters::JP2T,
            _ => return String::new(),
        };
        converter.new_converter().convert(&text)
    })
}
