//! The figure: for each configuration a group of horizontal bars, with rates,
//! ratios and lines that differ beside them.
//!
//! It brings its own ground, and colors for light and for dark surroundings, so
//! it can be read wherever it is shown.

use fanjian::Config;
use peers::comparison::Lines;
use peers::number::rounded;
use svg::Document;
use svg::node::element::{Description, Group as Layer, Line, Rectangle, Style, Text, Title};

const WIDTH: f64 = 860.0;
const MARGIN: f64 = 24.0;

/// Where bars begin and where the longest ends.
const BARS: (f64, f64) = (224.0, 590.0);
/// Where the columns behind the bars end.
const RATIO: f64 = 742.0;
const LINES: f64 = WIDTH - MARGIN;

/// Heights: of the head, of a group's heading and of what separates it from the
/// next, of a bar with the space around it, and of a line of the notes.
const HEAD: f64 = 74.0;
const HEADING: f64 = 26.0;
const GAP: f64 = 16.0;
const ROW: f64 = 21.0;
const BAR: f64 = 13.0;
const NOTE: f64 = 17.0;

/// Lengths of what stands beside a bar: its rate, and the name of the limit.
const VALUE: f64 = 50.0;
const LIMIT_TEXT: f64 = 90.0;

/// Characters in a line of the notes.
const NOTE_COLUMNS: usize = 128;

/// Colors that hold on a light ground, and those that replace them on a dark one.
const STYLE: &str = "
text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328; }
.title { font-size: 17px; font-weight: 600; }
.heading, .own-text { font-weight: 600; }
.muted { fill: #59636e; }
.small { font-size: 11.5px; }
.end { text-anchor: end; }
.ground { fill: #ffffff; stroke: #d1d9e0; }
.value { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
.own { fill: #0969da; }
.other { fill: #b6c0ca; }
.limit { stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 4 3; }
.limit-text { fill: #bc4c00; }
.rule { stroke: #d1d9e0; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .muted { fill: #9198a1; }
  .ground { fill: #0d1117; stroke: #3d444d; }
  .value { stroke: #0d1117; }
  .own { fill: #4493f8; }
  .other { fill: #565f69; }
  .limit { stroke: #f0883e; }
  .limit-text { fill: #f0883e; }
  .rule { stroke: #3d444d; }
}
";

/// All that is drawn.
pub(crate) struct Figure {
    pub(crate) groups: Vec<Group>,
    /// Where and how the figures were measured, a paragraph each.
    pub(crate) notes: Vec<String>,
}

/// The bars of one configuration.
pub(crate) struct Group {
    pub(crate) config: Config,
    pub(crate) bars: Vec<Bar>,
    /// The rate of decoding alone.
    pub(crate) limit: Option<f64>,
}

/// The bar of one converter.
pub(crate) struct Bar {
    pub(crate) name: String,
    /// Megabytes a second.
    pub(crate) rate: f64,
    /// How many times as fast fanjian is.
    pub(crate) ratio: f64,
    /// The lines that OpenCC converts otherwise.
    pub(crate) lines: Lines,
    /// Whether it is fanjian's.
    pub(crate) is_own: bool,
}

impl Figure {
    /// Draws it.
    pub(crate) fn draw(&self) -> Document {
        let notes: Vec<&str> =
            self.notes.iter().flat_map(|note| wrapped(note, NOTE_COLUMNS)).collect();
        let rows: f64 = self.groups.iter().map(Group::height).sum();
        let height = HEAD + rows + NOTE * notes.len() as f64 + MARGIN;

        let mut layer = Layer::new().add(ground(height)).add(self.head());
        let mut top = HEAD;
        for group in &self.groups {
            layer = layer.add(group.draw(top, self.scale()));
            top += group.height();
        }
        for note in notes {
            top += NOTE;
            layer = layer.add(text(MARGIN, top - 4.0, "muted small", note));
        }
        Document::new()
            .set("viewBox", (0, 0, WIDTH, height))
            .set("width", WIDTH)
            .set("height", height)
            .set("role", "img")
            .add(Title::new("How fast fanjian and other converters are"))
            .add(Description::new().add(svg::node::Text::new(self.summary())))
            .add(Style::new(STYLE))
            .add(layer)
    }

    fn head(&self) -> Layer {
        Layer::new()
            .add(text(MARGIN, 36.0, "title", "How fast fanjian and others convert Chinese prose"))
            .add(text(BARS.0, 62.0, "muted small", "MB/s of input, longer is faster"))
            .add(text(RATIO, 47.0, "muted small end", "fanjian is"))
            .add(text(RATIO, 62.0, "muted small end", "× as fast"))
            .add(text(LINES, 47.0, "muted small end", "lines that"))
            .add(text(LINES, 62.0, "muted small end", "differ"))
    }

    /// How many units of length a megabyte a second has.
    fn scale(&self) -> f64 {
        let rates = self
            .groups
            .iter()
            .flat_map(|group| group.bars.iter().map(|bar| bar.rate).chain(group.limit));
        (BARS.1 - BARS.0) / rates.fold(f64::MIN_POSITIVE, f64::max)
    }

    /// The figure in words, for those who do not see it.
    fn summary(&self) -> String {
        let groups = self.groups.iter().map(|group| {
            let bars = group.bars.iter().map(|bar| format!("{} {}", bar.name, rounded(bar.rate)));
            format!("{}: {}", group.config, bars.collect::<Vec<_>>().join(", "))
        });
        format!("MB/s. {}.", groups.collect::<Vec<_>>().join("; "))
    }
}

impl Group {
    fn height(&self) -> f64 {
        HEADING + ROW * self.bars.len() as f64 + GAP
    }

    fn draw(&self, top: f64, scale: f64) -> Layer {
        let (baseline, first) = (top + HEADING - 9.0, top + HEADING);
        let mut layer = Layer::new()
            .add(line("rule", (MARGIN, top), (LINES, top)))
            .add(text(MARGIN, baseline, "heading", self.config.name()))
            .add(text(MARGIN + 54.0, baseline, "muted", self.config.description()));
        if let Some(limit) = self.limit {
            layer = layer.add(self.draw_limit(first, limit, scale));
        }
        for (position, bar) in self.bars.iter().enumerate() {
            layer = layer.add(bar.draw(first + ROW * position as f64, scale));
        }
        layer
    }

    /// A line through all bars, with its name beside the last one: on the left
    /// where there is room, for on the right are the columns.
    fn draw_limit(&self, first: f64, limit: f64, scale: f64) -> Layer {
        let (end, bottom) = (BARS.0 + limit * scale, first + ROW * self.bars.len() as f64);
        let last = self.bars.last().map_or(0.0, |bar| bar.rate * scale);
        let has_room = end - LIMIT_TEXT > BARS.0 + last + VALUE;
        let (x, class) = match has_room {
            true => (end - 5.0, "limit-text small end"),
            false => (end + 5.0, "limit-text small"),
        };
        Layer::new().add(line("limit", (end, first), (end, bottom))).add(text(
            x,
            bottom - 6.0,
            class,
            "decoding alone",
        ))
    }
}

impl Bar {
    fn draw(&self, top: f64, scale: f64) -> Layer {
        let length = (self.rate * scale).max(1.0);
        let (bar, words) = match self.is_own {
            true => ("own", "own-text"),
            false => ("other", ""),
        };
        let (label, value) = (format!("end {words}"), format!("value {words}"));
        let baseline = top + ROW / 2.0 + 4.5;
        let rectangle = Rectangle::new()
            .set("class", bar)
            .set("x", BARS.0)
            .set("y", top + (ROW - BAR) / 2.0)
            .set("width", tenths(length))
            .set("height", BAR)
            .set("rx", 2);
        let ratio = match self.is_own {
            true => "–".to_owned(),
            false => format!("{:.1} ×", self.ratio),
        };
        Layer::new()
            .add(rectangle)
            .add(text(BARS.0 - 10.0, baseline, &label, &self.name))
            .add(text(BARS.0 + length + 6.0, baseline, &value, &rounded(self.rate)))
            .add(text(RATIO, baseline, &label, &ratio))
            .add(text(LINES, baseline, "end muted", &self.share_of_lines()))
    }

    fn share_of_lines(&self) -> String {
        let percent = 100.0 * self.lines.differing as f64 / self.lines.all.max(1) as f64;
        match percent {
            0.0 => "none".to_owned(),
            ..0.1 => format!("{percent:.2} %"),
            _ => format!("{percent:.1} %"),
        }
    }
}

fn ground(height: f64) -> Rectangle {
    Rectangle::new()
        .set("class", "ground")
        .set("x", 0.5)
        .set("y", 0.5)
        .set("width", WIDTH - 1.0)
        .set("height", height - 1.0)
        .set("rx", 8)
}

fn text(x: f64, y: f64, class: &str, content: &str) -> Text {
    Text::new(content).set("class", class.trim()).set("x", tenths(x)).set("y", tenths(y))
}

fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> Line {
    Line::new()
        .set("class", class)
        .set("x1", tenths(from.0))
        .set("y1", tenths(from.1))
        .set("x2", tenths(to.0))
        .set("y2", tenths(to.1))
}

/// Finer than anyone sees, and short to write.
fn tenths(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

/// Cuts `text` between words into lines of at most so many characters.
fn wrapped(text: &str, columns: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(columns) {
        let end = rest[..end].rfind(' ').unwrap_or(end);
        lines.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    lines.push(rest);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_cut_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("unbroken", 4), ["unbr", "oken"]);
        assert_eq!(wrapped("short", 80), ["short"]);
    }
}
