//! Figures: how many instructions a conversion costs, as a table, and when two
//! tables agree.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, bail};

const COMMAND: &str = "cargo xtask instructions --renew";
const COMPILER: &str = "# compiler\t";
const COUNTER: &str = "# counter\t";
const COLUMNS: &str = "# configuration\ttext\tbytes\tinstructions";

/// What was counted, and with which tools.
#[derive(Debug, PartialEq)]
pub(super) struct Figures {
    pub(super) tools: Tools,
    pub(super) rows: Vec<Figure>,
}

/// What the figures depend on, apart from the project itself.
#[derive(Debug, PartialEq)]
pub(super) struct Tools {
    pub(super) compiler: String,
    pub(super) counter: String,
}

/// The cost of one conversion.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub(super) configuration: String,
    pub(super) text: String,
    /// Bytes of source.
    pub(super) bytes: u64,
    pub(super) instructions: u64,
}

/// By how many percent figures may differ from the committed ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tolerance {
    pub(super) slower: f64,
    pub(super) faster: f64,
}

impl Tolerance {
    /// Counts are exact; this leaves room for changes that are about something
    /// else. Faster is told as well: the gain is otherwise room for a loss.
    const SAME_TOOLS: Tolerance = Tolerance { slower: 3.0, faster: 3.0 };

    /// Another compiler generates other code, for better or worse. Only what is
    /// more than that is this project's doing.
    const OTHER_TOOLS: Tolerance = Tolerance { slower: 10.0, faster: f64::INFINITY };

    /// The tolerance between figures that were counted with these tools.
    pub(super) fn between(committed: &Tools, counted: &Tools) -> Tolerance {
        match committed == counted {
            true => Tolerance::SAME_TOOLS,
            false => Tolerance::OTHER_TOOLS,
        }
    }
}

impl Figures {
    /// The figure of the same configuration and text.
    pub(super) fn same_row(&self, figure: &Figure) -> Option<&Figure> {
        self.rows.iter().find(|other| other.is_same_row(figure))
    }
}

impl Figure {
    /// How many percent more instructions this is than `other`.
    pub(super) fn change_from(&self, other: &Figure) -> f64 {
        let (instructions, before) = (self.instructions as f64, other.instructions as f64);
        (instructions - before) * 100.0 / before
    }

    fn is_same_row(&self, other: &Figure) -> bool {
        self.configuration == other.configuration && self.text == other.text
    }
}

/// One sentence for everything that is not as committed.
pub(super) fn complaints(
    committed: &Figures,
    counted: &Figures,
    tolerance: Tolerance,
) -> Vec<String> {
    let of_counted = counted.rows.iter().filter_map(|figure| match committed.same_row(figure) {
        Some(other) => complaint(other, figure, tolerance),
        None => Some(format!("{figure}: is not committed; add it with `{COMMAND}`")),
    });
    let of_committed = committed
        .rows
        .iter()
        .filter(|figure| counted.same_row(figure).is_none())
        .map(|figure| format!("{figure}: is not counted any more; drop it with `{COMMAND}`"));
    of_counted.chain(of_committed).collect()
}

fn complaint(committed: &Figure, counted: &Figure, tolerance: Tolerance) -> Option<String> {
    if committed.bytes != counted.bytes {
        return Some(format!(
            "{counted}: the text has {} bytes, not {}; renew with `{COMMAND}`",
            counted.bytes, committed.bytes
        ));
    }
    let change = counted.change_from(committed);
    if change > tolerance.slower {
        return Some(format!(
            "{counted}: slower, {change:.2} % more instructions, {} % are allowed; make it fast \
             again, or say in the commit what it is the price of, and renew with `{COMMAND}`",
            tolerance.slower
        ));
    }
    if -change > tolerance.faster {
        return Some(format!(
            "{counted}: faster, {:.2} % fewer instructions; keep the gain with `{COMMAND}`",
            -change
        ));
    }
    None
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.configuration, self.text)
    }
}

impl fmt::Display for Tools {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} and {}", self.compiler, self.counter)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "# Made by `{COMMAND}`: instructions of one conversion, AVX2.")?;
        writeln!(formatter, "{COMPILER}{}", self.tools.compiler)?;
        writeln!(formatter, "{COUNTER}{}", self.tools.counter)?;
        writeln!(formatter, "{COLUMNS}")?;
        for Figure { configuration, text, bytes, instructions } in &self.rows {
            writeln!(formatter, "{configuration}\t{text}\t{bytes}\t{instructions}")?;
        }
        Ok(())
    }
}

impl FromStr for Figures {
    type Err = Error;

    fn from_str(text: &str) -> Result<Figures> {
        let tools = Tools { compiler: header(text, COMPILER)?, counter: header(text, COUNTER)? };
        let rows = text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#'));
        let rows = rows.map(|(line, number)| row(line).with_context(|| format!("line {number}")));
        Ok(Figures { tools, rows: rows.collect::<Result<_>>()? })
    }
}

/// What the line that begins with `label` says.
fn header(text: &str, label: &str) -> Result<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(label));
    Ok(line.with_context(|| format!("no line begins with {label:?}"))?.to_owned())
}

fn row(line: &str) -> Result<Figure> {
    let [configuration, text, bytes, instructions] = line.split('\t').collect::<Vec<_>>()[..]
    else {
        bail!("expected four columns");
    };
    Ok(Figure {
        configuration: configuration.to_owned(),
        text: text.to_owned(),
        bytes: bytes.parse().context("bytes")?,
        instructions: instructions.parse().context("instructions")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools(compiler: &str) -> Tools {
        Tools { compiler: compiler.to_owned(), counter: "valgrind-3.19.0".to_owned() }
    }

    fn figure(configuration: &str, instructions: u64) -> Figure {
        Figure {
            configuration: configuration.to_owned(),
            text: "news".to_owned(),
            bytes: 1000,
            instructions,
        }
    }

    fn figures(rows: &[Figure]) -> Figures {
        Figures { tools: tools("rustc 1.95.0"), rows: rows.to_vec() }
    }

    /// What is said of a row that was committed with 10,000 instructions.
    fn said_of(instructions: u64, tolerance: Tolerance) -> Vec<String> {
        complaints(
            &figures(&[figure("t2s", 10_000)]),
            &figures(&[figure("t2s", instructions)]),
            tolerance,
        )
    }

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let figures = figures(&[figure("t2s", 10_000), figure("s2t", 20_000)]);
        let read: Figures = figures.to_string().parse().unwrap();
        assert_eq!(read, figures);
    }

    #[test]
    fn a_damaged_table_is_refused_with_its_line() {
        let text = figures(&[figure("t2s", 10_000)]).to_string();
        let error = |text: String| format!("{:#}", text.parse::<Figures>().unwrap_err());
        assert!(error(text.replace("10000", "many")).starts_with("line 5: instructions"));
        assert_eq!(error(text.replace("\tnews", "")), "line 5: expected four columns");
        assert!(error(text.replace(COMPILER, "# ")).contains("no line begins with"));
    }

    #[test]
    fn changes_within_the_tolerance_pass() {
        for instructions in [9_700, 10_000, 10_300] {
            assert!(said_of(instructions, Tolerance::SAME_TOOLS).is_empty());
        }
    }

    #[test]
    fn a_slower_row_is_named_with_its_change() {
        let said = said_of(10_301, Tolerance::SAME_TOOLS);
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("t2s news: slower, 3.01 % more instructions, 3 % are allowed"));
        assert!(said[0].contains(COMMAND));
    }

    #[test]
    fn a_faster_row_is_to_be_renewed() {
        let said = said_of(9_699, Tolerance::SAME_TOOLS);
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("t2s news: faster, 3.01 % fewer instructions"));
        assert!(said[0].contains(COMMAND));
    }

    #[test]
    fn other_tools_have_more_room_and_still_a_limit() {
        let tolerance = Tolerance::between(&tools("rustc 1.95.0"), &tools("rustc 1.96.0"));
        assert_eq!(tolerance, Tolerance::OTHER_TOOLS);
        assert!(said_of(5_000, tolerance).is_empty());
        assert!(said_of(11_000, tolerance).is_empty());
        assert_eq!(said_of(11_001, tolerance).len(), 1);
    }

    #[test]
    fn the_same_tools_have_the_narrow_tolerance() {
        let tolerance = Tolerance::between(&tools("rustc 1.95.0"), &tools("rustc 1.95.0"));
        assert_eq!(tolerance, Tolerance::SAME_TOOLS);
    }

    #[test]
    fn rows_on_one_side_alone_are_told() {
        let committed = figures(&[figure("t2s", 1), figure("t2tw", 1)]);
        let counted = figures(&[figure("t2s", 1), figure("s2t", 1)]);
        let said = complaints(&committed, &counted, Tolerance::SAME_TOOLS);
        assert_eq!(said.len(), 2);
        assert!(said[0].starts_with("s2t news: is not committed"));
        assert!(said[1].starts_with("t2tw news: is not counted any more"));
    }

    #[test]
    fn another_text_is_not_compared() {
        let mut longer = figure("t2s", 10_000);
        longer.bytes += 1;
        let said = complaints(
            &figures(&[figure("t2s", 10_000)]),
            &figures(&[longer]),
            Tolerance::OTHER_TOOLS,
        );
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("t2s news: the text has 1001 bytes, not 1000"));
    }
}
