//! Tables in Markdown.

use std::fmt::Write;

use peers::results::{Goal, Provenance};

/// Prints the table of goals, and what it must not be quoted without.
pub(crate) fn print_goals(provenance: &Provenance, goals: &[Goal]) {
    let Provenance { machine, vectors, revision, command, prose, pairs } = provenance;
    println!("`{command}`, revision {revision}, {machine}, vectors: {vectors}.");
    println!("Prose: {prose}.");
    println!(
        "One thread; medians of {pairs} pairs in alternation, of every group its slowest \
         configuration; output memory reused, unless it says otherwise.\n"
    );
    let rows = goals.iter().map(|goal| {
        let reached = if goal.reached { "yes" } else { "no" };
        [&goal.what, &goal.others, &goal.own, &goal.beside, &goal.at_least, reached, &goal.aim]
            .map(str::to_owned)
            .to_vec()
    });
    let head =
        ["", "best of others", "fanjian", "beside it", "asked", "reached", "aims: so far / asked"];
    print!("{}", table(&head, rows));
}

/// A table of a head and rows.
pub(crate) fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = String::new();
    let mut line = |cells: &str| _ = writeln!(table, "| {cells} |");
    line(&head.join(" | "));
    line(&vec!["---"; head.len()].join(" | "));
    rows.for_each(|row| line(&row.join(" | ")));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_line_for_each_row() {
        let rows = [["1", "2"], ["3", "4"]].map(|row| row.map(str::to_owned).to_vec());
        let expected = "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n";
        assert_eq!(table(&["a", "b"], rows.into_iter()), expected);
    }
}
