//! Everything that is not script: what careless tools did to a text is undone,
//! and marks are written as the standard says.
//!
//! A [`Normalizer`] works line by line, and on a line in two passes: single code
//! points first (`code_points`), then marks, quotation marks and spaces on what the
//! first pass gives (`line`). Each pass tells a sink what it changes; whoever wants a
//! text copies what lies between. A line depends on nothing but itself and the
//! [`Profile`] of its text, which is known before the first line, so that streams,
//! threads and whole texts agree. Lines in which no rule could change anything are
//! passed over by a fast scan and never looked at.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::markup::{self, Markup};
use crate::text::{ascii_length, floor_char_boundary};

mod aligned;
mod candidates;
mod code_points;
mod damage;
mod diagnosis;
mod english;
mod line;
mod marks;
mod preset;
mod protect;
mod quotes;
mod rule;
mod spaces;
mod stream;
mod structure;
mod symbols;
mod token;

pub(crate) use aligned::unnoted;
use candidates::{CODE_POINT_RULES, Candidates};
pub(crate) use damage::{Evidence, Letterspacing, Profile, Standing};
pub use diagnosis::{Diagnosis, Finding, Note};
pub(crate) use line::Scratch;
pub use preset::{
    CompatibilityForm, Damage, Interpunct, Preset, Spacing, Switch, UnknownPresetError,
};
use preset::{Ellipses, FullStops, QuoteForm};
pub(crate) use rule::Rules;
pub use rule::{Rule, UnknownRuleError};
pub use stream::NormalizerStream;
pub(crate) use token::is_han;

/// Repairs and edits Chinese text: marks, quotation marks, spaces and code points.
///
/// A normalizer is a few words of settings: making, copying and sharing one costs
/// nothing. Normalizing never fails, whatever the text, takes time in proportion to
/// it, and is idempotent: what was normalized stays as it is.
///
/// # Examples
///
/// ```
/// use fanjian::{Normalizer, Preset};
///
/// let normalizer = Normalizer::new(Preset::Repair);
/// assert_eq!(normalizer.normalize("他說,用 f(a, b)吧(好嗎?)"), "他說，用 f(a, b)吧（好嗎？）");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normalizer {
    settings: Settings,
}

/// What a normalizer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Settings {
    rules: Rules,
    /// Rules whose places are reported.
    reported: Rules,
    spacing: Spacing,
    damage: Damage,
    interpunct: Interpunct,
    compatibility: CompatibilityForm,
    ellipses: Ellipses,
    full_stops: FullStops,
    quotes: QuoteForm,
    markup: Markup,
    /// The profile of all texts, where that is known.
    profile: Option<Profile>,
}

impl Settings {
    fn of(preset: Preset) -> Settings {
        Settings {
            rules: preset.rules(),
            reported: preset.reported(),
            spacing: preset.spacing(),
            damage: Damage::default(),
            interpunct: Interpunct::default(),
            compatibility: CompatibilityForm::default(),
            ellipses: preset.ellipses(),
            full_stops: preset.full_stops(),
            quotes: preset.quotes(),
            markup: Markup::default(),
            profile: None,
        }
    }
}

impl Settings {
    /// Where anything could change.
    fn candidates(&self) -> Candidates {
        match self.spacing {
            Spacing::Keep => Candidates::of(self.rules.without(Rule::SpaceBesideLatin)),
            Spacing::Strip => Candidates::of(self.rules),
            Spacing::Insert => Candidates::of(self.rules).with_insertion(),
        }
    }
}

/// One of the two passes over a text. The second reads what the first wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// Rules C1 to C8 and W1 to W3.
    CodePoints,
    /// All other rules.
    Marks,
}

impl Normalizer {
    /// The normalizer of a preset.
    #[must_use]
    pub fn new(preset: Preset) -> Normalizer {
        Normalizer::builder(preset).build()
    }

    /// A normalizer to be made from a preset with rules and settings of one's own.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Normalizer, Preset, Rule, Switch};
    ///
    /// let builder = Normalizer::builder(Preset::Repair);
    /// let narrow = builder.rule(Rule::Brackets, Switch::Off).build();
    /// assert_eq!(narrow.normalize("好(的),"), "好(的)，");
    /// ```
    pub fn builder(preset: Preset) -> NormalizerBuilder {
        NormalizerBuilder { settings: Settings::of(preset) }
    }

    /// What the texts are written in.
    #[must_use]
    pub fn markup(&self) -> Markup {
        self.settings.markup
    }

    /// The same for texts that are written in this markup.
    pub(crate) fn with_markup(mut self, markup: Markup) -> Normalizer {
        self.settings.markup = markup;
        self
    }

    /// Normalizes `text`, borrowing it when nothing changes.
    ///
    /// Under [`Damage::Auto`] the first 64 KiB of `text` say what was done to it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::borrow::Cow;
    /// use fanjian::{Normalizer, Preset};
    ///
    /// let taiwan = Normalizer::new(Preset::Taiwan);
    /// assert_eq!(taiwan.normalize("他說:“讀‘書’吧...”"), "他說：「讀『書』吧……」");
    /// assert!(matches!(taiwan.normalize("他說：「好。」"), Cow::Borrowed(_)));
    /// ```
    #[must_use]
    pub fn normalize<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut output = String::new();
        let mut copy = Copy { text, copied: 0, output: &mut output };
        self.copy_changes(&mut copy);
        match copy.copied {
            0 => Cow::Borrowed(text),
            _ => {
                copy.finish();
                Cow::Owned(output)
            }
        }
    }

    /// Normalizes `text` and appends the result to `output`, whose memory is
    /// reused: the way to normalize many texts.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Normalizer, Preset};
    ///
    /// let mut output = String::from("> ");
    /// Normalizer::new(Preset::Repair).normalize_into("你好,世界!", &mut output);
    /// assert_eq!(output, "> 你好，世界！");
    /// ```
    pub fn normalize_into(&self, text: &str, output: &mut String) {
        output.reserve(text.len() + text.len() / 16);
        let mut copy = Copy { text, copied: 0, output };
        self.copy_changes(&mut copy);
        copy.finish();
    }

    /// A normalization of text that comes in pieces.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Normalizer, Preset};
    ///
    /// let mut stream = Normalizer::new(Preset::Repair).stream();
    /// let mut output = String::new();
    /// stream.push("推進5", &mut output);
    /// stream.push(" G,發展", &mut output);
    /// stream.finish(&mut output);
    /// assert_eq!(output, "推進5G，發展");
    /// ```
    #[must_use]
    pub fn stream(&self) -> NormalizerStream {
        NormalizerStream::new(*self)
    }

    /// The same for a text that begins like this, of which the first 64 KiB count. What
    /// they say was done to it holds from now on and is not looked for again
    /// ([`Damage::Auto`]). So the lines of a long text can be normalized in any order, and
    /// on many threads.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Normalizer, Preset};
    ///
    /// let text = "他說，好。\n用 Rust,很好\n";
    /// let whole = Normalizer::new(Preset::Repair);
    /// let settled = whole.settled_by(text);
    /// assert_eq!(whole.normalize(text), "他說，好。\n用 Rust,很好\n");
    /// assert_eq!(settled.normalize("用 Rust,很好\n"), "用 Rust,很好\n");
    /// // By itself, the line looks as if its comma had been a Chinese one.
    /// assert_eq!(whole.normalize("用 Rust,很好\n"), "用 Rust，很好\n");
    /// ```
    #[must_use]
    pub fn settled_by(&self, beginning: &str) -> Normalizer {
        let mut settled = *self;
        settled.settings.profile = Some(self.profile(beginning));
        settled
    }

    /// Whether the beginning of a text has no say in what becomes of its lines.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settings.damage != Damage::Auto || self.settings.profile.is_some()
    }

    /// How bold the repair of a text that begins with `text` is. Its first 64 KiB
    /// decide, if anything in it does.
    pub(crate) fn profile(&self, text: &str) -> Profile {
        if let Some(profile) = self.settings.profile {
            return profile;
        }
        let full_stops = match self.settings.rules.has(Rule::FullStop) {
            true => self.settings.full_stops,
            false => FullStops::Never,
        };
        Profile::of(text, self.settings.damage, full_stops)
    }

    /// Tells `sink` what `pass` changes in `text`: ranges in bytes of `text`,
    /// ascending and disjoint, what replaces each, and by which rule. What lies
    /// between stays. Line feeds never change.
    pub(crate) fn changes(
        &self,
        pass: Pass,
        profile: Profile,
        text: &str,
        scratch: &mut Scratch,
        sink: &mut impl FnMut(Range<usize>, &str, Rule),
    ) {
        if self.settings.markup != Markup::Plain {
            return self.changes_in_markup(pass, profile, text, scratch, sink);
        }
        for line in lines_with(self.candidates(pass), text, 0) {
            let start = line.start;
            let sink = &mut |range: Range<usize>, replacement: &str, rule| {
                sink(start + range.start..start + range.end, replacement, rule);
            };
            self.line_changes(pass, profile, &text[line], &[], scratch, sink);
        }
    }

    /// What a pass is about.
    fn candidates(&self, pass: Pass) -> Candidates {
        match pass {
            Pass::CodePoints => Candidates::of(self.settings.rules.both(CODE_POINT_RULES)),
            Pass::Marks => self.settings.candidates(),
        }
    }

    /// [`Normalizer::changes`] in a document of which only a part is text.
    fn changes_in_markup(
        &self,
        pass: Pass,
        profile: Profile,
        text: &str,
        scratch: &mut Scratch,
        sink: &mut impl FnMut(Range<usize>, &str, Rule),
    ) {
        let protected = markup::protected(text, self.settings.markup);
        let mut in_line = Vec::new();
        for line in lines_with(self.candidates(pass), text, 0) {
            let start = line.start;
            take_those_in(&protected, &line, &mut in_line);
            let sink = &mut |range: Range<usize>, replacement: &str, rule| {
                if !touches(&in_line, &range) {
                    sink(start + range.start..start + range.end, replacement, rule);
                }
            };
            self.line_changes(pass, profile, &text[line], &in_line, scratch, sink);
        }
    }

    /// One pass over a line.
    fn line_changes(
        &self,
        pass: Pass,
        profile: Profile,
        line: &str,
        protected: &[Range<usize>],
        scratch: &mut Scratch,
        sink: &mut impl FnMut(Range<usize>, &str, Rule),
    ) {
        match pass {
            Pass::CodePoints => {
                code_points::repair(self.settings.rules, self.settings.compatibility, line, sink);
            }
            Pass::Marks => {
                line::changes(line, protected, &self.settings, profile, scratch, sink);
            }
        }
    }

    /// Copies the text with the changes of both passes.
    fn copy_changes(&self, copy: &mut Copy<'_, '_>) {
        if let Some(first) = self.lines_at_issue(copy.text, 0).next() {
            let profile = self.profile(copy.text);
            if self.settings.markup != Markup::Plain {
                return self.copy_document(profile, copy);
            }
            self.copy_lines(first.start, profile, &mut Scratch::default(), copy);
        }
    }

    /// Copies a document in a markup with the changes of both passes, each over the
    /// whole of it: what of it is text is seen in the whole only.
    fn copy_document(&self, profile: Profile, copy: &mut Copy<'_, '_>) {
        let mut scratch = Scratch::default();
        let mut repaired = String::new();
        let mut inner = Copy { text: copy.text, copied: 0, output: &mut repaired };
        self.changes(Pass::CodePoints, profile, copy.text, &mut scratch, &mut |range, new, _| {
            inner.replace(range, new);
        });
        if inner.copied == 0 {
            self.changes(Pass::Marks, profile, copy.text, &mut scratch, &mut |range, new, _| {
                copy.replace(range, new);
            });
        } else {
            inner.finish();
            copy.replace(0..copy.text.len(), "");
            let mut outer = Copy { text: &repaired, copied: 0, output: copy.output };
            self.changes(Pass::Marks, profile, &repaired, &mut scratch, &mut |range, new, _| {
                outer.replace(range, new);
            });
            outer.finish();
        }
    }

    /// Copies the text with the changes from the line on that begins at `from`.
    fn copy_lines(
        &self,
        from: usize,
        profile: Profile,
        scratch: &mut Scratch,
        copy: &mut Copy<'_, '_>,
    ) {
        let mut repairable = LinesAhead::new(self.candidates(Pass::CodePoints), copy.text);
        for line in self.lines_at_issue(copy.text, from) {
            match repairable.has(&line) {
                true => self.copy_repaired(line, profile, scratch, copy),
                false => self.copy_marked(line, profile, scratch, copy),
            }
        }
    }

    /// Copies a line with the changes of both passes.
    fn copy_repaired(
        &self,
        line: Range<usize>,
        profile: Profile,
        scratch: &mut Scratch,
        copy: &mut Copy<'_, '_>,
    ) {
        let mut repaired = core::mem::take(&mut scratch.repaired);
        repaired.clear();
        let mut inner = Copy { text: &copy.text[line.clone()], copied: 0, output: &mut repaired };
        let (pass, source) = (Pass::CodePoints, inner.text);
        self.line_changes(pass, profile, source, &[], scratch, &mut |range, replacement, _| {
            inner.replace(range, replacement);
        });
        if inner.copied == 0 {
            self.copy_marked(line, profile, scratch, copy);
        } else {
            inner.finish();
            copy.replace(line, "");
            let mut outer = Copy { text: &repaired, copied: 0, output: copy.output };
            self.copy_marked(0..repaired.len(), profile, scratch, &mut outer);
            outer.finish();
        }
        scratch.repaired = repaired;
    }

    /// Copies a line with the changes of the second pass.
    fn copy_marked(
        &self,
        line: Range<usize>,
        profile: Profile,
        scratch: &mut Scratch,
        copy: &mut Copy<'_, '_>,
    ) {
        let (pass, start, source) = (Pass::Marks, line.start, &copy.text[line]);
        self.line_changes(pass, profile, source, &[], scratch, &mut |range, replacement, _| {
            copy.replace(start + range.start..start + range.end, replacement);
        });
    }

    /// The lines from the one on that begins at `from`, without their line feeds, in
    /// which a rule may change something.
    fn lines_at_issue<'t>(
        &self,
        text: &'t str,
        from: usize,
    ) -> impl Iterator<Item = Range<usize>> + use<'t> {
        lines_with(self.settings.candidates(), text, from)
    }
}

/// Puts those of `protected` that lie in `line` into `in_line`, in bytes of the line.
fn take_those_in(protected: &[Range<usize>], line: &Range<usize>, in_line: &mut Vec<Range<usize>>) {
    in_line.clear();
    let first = protected.partition_point(|range| range.end <= line.start);
    let those = protected[first..].iter().take_while(|range| range.start < line.end);
    in_line.extend(those.map(|range| {
        range.start.max(line.start) - line.start..range.end.min(line.end) - line.start
    }));
}

/// Whether one of `protected` reaches into `range`, or lies around the place that it is.
fn touches(protected: &[Range<usize>], range: &Range<usize>) -> bool {
    let first = protected.partition_point(|protected| protected.end <= range.start);
    protected.get(first).is_some_and(|protected| protected.start < range.end)
}

/// The lines from the one on that begins at `from`, without their line feeds, that
/// have a candidate; of lines that are all ASCII, those alone whose end changes, for no
/// other rule is about such a line.
fn lines_with(
    candidates: Candidates,
    text: &str,
    mut from: usize,
) -> impl Iterator<Item = Range<usize>> {
    core::iter::from_fn(move || {
        loop {
            let found = candidates.next(text, from)?;
            let line = line_around(text, found);
            from = text.len().min(line.end + 1);
            let content = &text[line.clone()];
            let is_about_ends = candidates.are_about_ends();
            if !content.is_ascii() || (is_about_ends && line::text_of(content) != content) {
                return Some(line);
            }
            if !is_about_ends {
                from = next_line_outside_ascii(text, from)?;
            }
        }
    })
}

/// Tells of lines, one after the other, whether they have a candidate. It looks some
/// lines ahead, so that the text is looked through in one go rather than line by line.
struct LinesAhead<'t> {
    candidates: Candidates,
    text: &'t str,
    /// How far the text is known, which is the end of a line.
    known_to: usize,
    /// The next candidate in what is known, or its end.
    next: usize,
}

impl<'t> LinesAhead<'t> {
    /// Bytes to look ahead, which stay in the processor's cache.
    const WINDOW: usize = 8 * 1024;

    fn new(candidates: Candidates, text: &'t str) -> LinesAhead<'t> {
        LinesAhead { candidates, text, known_to: 0, next: 0 }
    }

    /// Whether the line has a candidate. It lies behind those that were asked for before.
    fn has(&mut self, line: &Range<usize>) -> bool {
        if line.end > self.known_to {
            let window = floor_char_boundary(self.text, line.start + Self::WINDOW);
            self.known_to = line_around(self.text, window.max(line.end)).end;
            self.seek(line.start);
        } else if self.next < line.start {
            self.seek(line.start);
        }
        self.next < line.end
    }

    fn seek(&mut self, from: usize) {
        let found = self.candidates.character(&self.text[..self.known_to], from);
        self.next = found.unwrap_or(self.known_to);
    }
}

/// The line that has the character at `place`, or its line feed there; without its line
/// feed.
fn line_around(text: &str, place: usize) -> Range<usize> {
    let start = text[..place].rfind('\n').map_or(0, |feed| feed + 1);
    let end = text[place..].find('\n').map_or(text.len(), |length| place + length);
    start..end
}

/// Where the next line begins, from the one on that begins at `from`, that has
/// something outside ASCII.
fn next_line_outside_ascii(text: &str, from: usize) -> Option<usize> {
    let ascii = ascii_length(&text.as_bytes()[from..]);
    let place = from + ascii;
    (place < text.len()).then(|| line_around(text, place).start)
}

/// A text on its way into the output.
struct Copy<'t, 'o> {
    text: &'t str,
    /// How far it is there, in bytes; 0 as long as nothing changed.
    copied: usize,
    output: &'o mut String,
}

impl Copy<'_, '_> {
    /// Copies up to the range, and the replacement for it.
    #[inline]
    fn replace(&mut self, range: Range<usize>, replacement: &str) {
        self.output.push_str(&self.text[self.copied..range.start]);
        self.output.push_str(replacement);
        self.copied = range.end;
    }

    /// Copies what is left.
    fn finish(&mut self) {
        self.output.push_str(&self.text[self.copied..]);
    }
}

/// Makes a [`Normalizer`] from a preset, rules and settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct NormalizerBuilder {
    settings: Settings,
}

impl NormalizerBuilder {
    /// Switches one rule on or off.
    pub fn rule(mut self, rule: Rule, switch: Switch) -> NormalizerBuilder {
        let rules = self.settings.rules;
        self.settings.rules = match switch {
            Switch::On => rules.with(Rules::of(&[rule])),
            Switch::Off => rules.without(rule),
        };
        self
    }

    /// What is done about spaces between Chinese and Latin.
    pub fn spacing(mut self, spacing: Spacing) -> NormalizerBuilder {
        self.settings.spacing = spacing;
        self
    }

    /// What is taken to have been done to a text.
    pub fn damage(mut self, damage: Damage) -> NormalizerBuilder {
        self.settings.damage = damage;
        self
    }

    /// Which dot stands between the parts of a name.
    pub fn interpunct(mut self, interpunct: Interpunct) -> NormalizerBuilder {
        self.settings.interpunct = interpunct;
        self
    }

    /// What compatibility ideographs become.
    pub fn compatibility(mut self, form: CompatibilityForm) -> NormalizerBuilder {
        self.settings.compatibility = form;
        self
    }

    /// What the texts are written in: what is no text in it stays byte for byte, and
    /// code or a formula counts as a word to the marks beside it. The damage is told
    /// from the whole document.
    ///
    /// # Examples
    ///
    #[cfg_attr(feature = "markdown", doc = "```")]
    #[cfg_attr(not(feature = "markdown"), doc = "```ignore")]
    /// use fanjian::{Markup, Normalizer, Preset};
    ///
    /// let normalizer = Normalizer::builder(Preset::Repair).markup(Markup::Markdown).build();
    /// assert_eq!(normalizer.normalize("**你好**,`你好,`"), "**你好**，`你好,`");
    /// ```
    pub fn markup(mut self, markup: Markup) -> NormalizerBuilder {
        self.settings.markup = markup;
        self
    }

    /// The normalizer.
    #[must_use]
    pub fn build(self) -> Normalizer {
        Normalizer { settings: self.settings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    const TEXT: &str = "１２月１８日, 2020中國(太原),\r\n⼀ “好” 5 G\n\nplain, text\n  末";

    /// Applies one pass and checks the order of what it tells.
    fn apply(normalizer: Normalizer, pass: Pass, profile: Profile, text: &str) -> String {
        let mut output = String::new();
        let mut copied = 0;
        let mut scratch = Scratch::default();
        normalizer.changes(pass, profile, text, &mut scratch, &mut |range, replacement, _| {
            assert!(copied <= range.start && range.start <= range.end, "{range:?}");
            assert_ne!(&text[range.clone()], replacement);
            output.push_str(&text[copied..range.start]);
            output.push_str(replacement);
            copied = range.end;
        });
        output.push_str(&text[copied..]);
        output
    }

    #[test]
    fn lines_of_ascii_are_passed_over_but_for_their_ends() {
        let text = "a, b\n\nc (d)\n是, e\n  f, \n(g)";
        let lines = |preset| {
            let normalizer = Normalizer::new(preset);
            let lines = normalizer.lines_at_issue(text, 0);
            lines.map(|line| &text[line]).collect::<Vec<_>>()
        };
        assert_eq!(lines(Preset::Repair), ["是, e"]);
        assert_eq!(lines(Preset::Corpus), ["是, e", "  f, "]);
        assert_eq!(Normalizer::new(Preset::Corpus).normalize("a, b \né, "), "a, b\né,");
    }

    #[test]
    fn a_line_outside_ascii_is_found_wherever_it_is() {
        for length in 0..600 {
            let text = ["a,\n", &"b\n,".repeat(length / 3), &"c"[..length % 2], "是,"].concat();
            let mut lines = Normalizer::new(Preset::Repair).lines_at_issue(&text, 0);
            let start = text.rfind('\n').map_or(0, |feed| feed + 1);
            assert_eq!((lines.next(), lines.next()), (Some(start..text.len()), None), "{text:?}");
        }
    }

    #[test]
    fn both_passes_one_after_the_other_give_the_whole() {
        for preset in Preset::ALL {
            for spacing in [Spacing::Keep, Spacing::Strip, Spacing::Insert] {
                let normalizer = Normalizer::builder(preset).spacing(spacing).build();
                let profile = normalizer.profile(TEXT);
                let repaired = apply(normalizer, Pass::CodePoints, profile, TEXT);
                let marked = apply(normalizer, Pass::Marks, profile, &repaired);
                assert_eq!(marked, normalizer.normalize(TEXT), "{preset}");
            }
        }
    }

    #[test]
    fn the_rule_of_each_change_is_told() {
        let normalizer = Normalizer::new(Preset::Taiwan);
        let text = "好,(甲) \"5 G\"...好";
        let mut rules = Vec::new();
        let profile = normalizer.profile(text);
        normalizer.changes(
            Pass::Marks,
            profile,
            text,
            &mut Scratch::default(),
            &mut |_, _, rule| {
                rules.push(rule.id());
            },
        );
        assert_eq!(rules, ["P1", "P3", "P3", "S1", "Q2", "S2", "Q2", "P6"]);
    }

    #[test]
    fn a_rule_that_is_off_changes_nothing_of_its_own() {
        let text = "好,時間:(甲)算了......5 G， \"乙\"";
        for rule in Rule::ALL {
            let normalizer = Normalizer::builder(Preset::Mainland).rule(rule, Switch::Off).build();
            let profile = normalizer.profile(text);
            normalizer.changes(
                Pass::Marks,
                profile,
                text,
                &mut Scratch::default(),
                &mut |_, _, by| {
                    assert_ne!(by, rule);
                },
            );
        }
    }

    /// What lines with marks are made of.
    const PIECES: [&str; 53] = [
        "中",
        "é",
        "文",
        "か",
        "a",
        "Rust",
        "5",
        "G",
        "2.5",
        "PM",
        "%",
        ",",
        ":",
        "?",
        "(",
        ")",
        "（",
        "）",
        ".",
        "...",
        "......",
        "…",
        "。",
        "、",
        "，",
        "：",
        "！",
        "“",
        "”",
        "‘",
        "’",
        "「",
        "」",
        "\"",
        "'",
        " ",
        "  ",
        "\t",
        "\r",
        "　",
        "--",
        "──",
        "－－",
        "•",
        "・",
        "·",
        "‧",
        "<<",
        ">>",
        "《",
        "*",
        "[",
        "4 K電視",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        /// A line that the fast scan passes over is one in which nothing changes.
        #[test]
        fn no_line_is_passed_over_in_which_something_changes(
            pieces in prop::collection::vec(select(&PIECES[..]), 0..8),
            preset in select(&Preset::ALL[..]),
            spacing in select(&[Spacing::Keep, Spacing::Strip, Spacing::Insert][..]),
        ) {
            let line = pieces.concat();
            let normalizer = Normalizer::builder(preset).spacing(spacing).build();
            if normalizer.lines_at_issue(&line, 0).next().is_none() {
                let profile = normalizer.profile(&line);
                let mut scratch = Scratch::default();
                let mut changes = 0;
                normalizer.line_changes(Pass::Marks, profile, &line, &[], &mut scratch, &mut |_, _, _| changes += 1);
                prop_assert_eq!(changes, 0, "{:?} by {} with {:?}", line, preset, spacing);
            }
        }
    }
}
