//! Normalization and conversion as one, each part where it belongs.
//!
//! Dictionaries know characters as they should be, so what is wrong about single code
//! points is repaired before conversion: a radical in place of an ideograph is in no
//! phrase. For the same reason, spaces that stand *within* words go before it, those of
//! letterspaced text (S3) and, where that rule is on, between Han at all (S4): no phrase
//! is found across a space. Everything else, marks and quotation marks and the other
//! spaces, comes after conversion, in the form of the region that the text is in then.
//!
//! The passes take turns over blocks of some lines, which stay in the processor's cache
//! from the first pass to the last. Lines are what normalization works on, and between
//! two lines a conversion can be cut nearly always; where it cannot, the stream of the
//! conversion holds back what is not certain. So what comes out is what the passes make
//! of the whole text, one after the other.

//!
//! Repair of Traditional text comes before all of that, for dictionaries know words as
//! they should be spelled. It looks at characters and never at marks, and keeps lengths.

mod aligned;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::alignment::Aligned;
use crate::converter::Converter;
use crate::markup::Markup;
use crate::normalize::{Normalizer, NormalizerStream, Pass, Profile, Scratch, unnoted};
use crate::repair::{Repair, RepairStream};
use crate::stream::Stream;

/// Bytes of a block, at least, where the text has a line end.
const BLOCK: usize = 16 * 1024;

/// Normalizes and converts text, in the right order.
///
/// A pipeline of a normalizer alone, or of a converter alone, does what that does.
/// Making, cloning and sharing one costs nothing. Processing never fails, whatever the
/// text, and takes time in proportion to it.
///
/// # Examples
///
/// ```
/// use fanjian::{Config, Pipeline, Preset};
///
/// let pipeline = Pipeline::builder().normalize(Preset::Repair).convert(Config::T2s).build();
/// assert_eq!(pipeline.process("12月18日, 2020中國5 G發展(大會)"), "12月18日，2020中国5G发展（大会）");
///
/// let taiwan = Pipeline::builder().convert(Config::S2twp).normalize(Preset::Taiwan).build();
/// assert_eq!(taiwan.process("他说:“用软件‘搜索’吧”"), "他說：「用軟體『搜尋』吧」");
/// ```
#[derive(Clone, Debug)]
pub struct Pipeline {
    repair: Option<Repair>,
    normalizer: Option<Normalizer>,
    converter: Option<Converter>,
}

/// The parts of a [`Pipeline`] to be made.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct PipelineBuilder {
    repair: bool,
    normalizer: Option<Normalizer>,
    converter: Option<Converter>,
    markup: Option<Markup>,
}

impl PipelineBuilder {
    /// With a normalizer: that of a preset, or one of one's own.
    pub fn normalize(mut self, normalizer: impl Into<Normalizer>) -> PipelineBuilder {
        self.normalizer = Some(normalizer.into());
        self
    }

    /// With a converter: that of a configuration, or one of one's own.
    pub fn convert(mut self, converter: impl Into<Converter>) -> PipelineBuilder {
        self.converter = Some(converter.into());
        self
    }

    /// With a [`Repair`] of what careless conversions made wrong in Traditional text,
    /// before all else; or without it, as is the default.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Pipeline, Preset};
    ///
    /// let builder = Pipeline::builder().repair(true).normalize(Preset::Repair);
    /// assert_eq!(builder.clone().build().process("會議之后,加強聯系"), "會議之後，加強聯繫");
    /// let taiwan = builder.convert(Config::T2tw).build();
    /// assert_eq!(taiwan.process("爲了會議之后,"), "為了會議之後，");
    /// ```
    pub fn repair(mut self, repair: bool) -> PipelineBuilder {
        self.repair = repair;
        self
    }

    /// What the texts are written in, for normalizer and converter alike. Without it
    /// each has its own setting.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "markdown")] {
    /// use fanjian::{Config, Markup, Pipeline, Preset};
    ///
    /// let builder = Pipeline::builder().normalize(Preset::Repair).convert(Config::T2s);
    /// let pipeline = builder.markup(Markup::Markdown).build();
    /// assert_eq!(pipeline.process("**開幕**,`會議,`"), "**开幕**，`會議,`");
    /// # }
    /// ```
    pub fn markup(mut self, markup: Markup) -> PipelineBuilder {
        self.markup = Some(markup);
        self
    }

    /// Makes the pipeline. Without any part it changes nothing.
    #[must_use]
    pub fn build(self) -> Pipeline {
        let PipelineBuilder { repair, mut normalizer, mut converter, markup } = self;
        if let Some(markup) = markup {
            normalizer = normalizer.map(|normalizer| normalizer.with_markup(markup));
            converter = converter.map(|converter| converter.with_markup(markup));
        }
        let set = converter.as_ref().map(Converter::markup);
        let set = set.or(normalizer.map(|normalizer| normalizer.markup()));
        let markup = markup.or(set).unwrap_or_default();
        let repair = repair.then(|| Repair::new().with_markup(markup));
        Pipeline { repair, normalizer, converter }
    }
}

impl Pipeline {
    /// A pipeline to be made of parts, in any order.
    pub fn builder() -> PipelineBuilder {
        PipelineBuilder::default()
    }

    /// The repair, if there is one.
    #[must_use]
    pub fn repair(&self) -> Option<&Repair> {
        self.repair.as_ref()
    }

    /// The normalizer, if there is one.
    #[must_use]
    pub fn normalizer(&self) -> Option<&Normalizer> {
        self.normalizer.as_ref()
    }

    /// The converter, if there is one.
    #[must_use]
    pub fn converter(&self) -> Option<&Converter> {
        self.converter.as_ref()
    }

    /// Whether the passes go over the whole text one after the other: it is no longer than
    /// a block, or a document, of which is seen in the whole only what of it is text.
    fn takes_whole(&self, text: &str) -> bool {
        text.len() <= BLOCK || self.is_document()
    }

    /// Whether its texts are documents in a markup.
    fn is_document(&self) -> bool {
        let normalizer = self.normalizer.map_or(Markup::Plain, |normalizer| normalizer.markup());
        let converter = self.converter.as_ref().map_or(Markup::Plain, Converter::markup);
        let repair = self.repair.map_or(Markup::Plain, |repair| repair.markup());
        [repair, normalizer, converter].iter().any(|markup| *markup != Markup::Plain)
    }

    /// Normalizes and converts `text`, borrowing it when nothing changes.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::borrow::Cow;
    /// use fanjian::{Config, Pipeline, Preset};
    ///
    /// let pipeline = Pipeline::builder().normalize(Preset::Repair).convert(Config::T2s).build();
    /// assert_eq!(pipeline.process("⽂字, 轉換"), "文字，转换");
    /// assert!(matches!(pipeline.process("人山人海。"), Cow::Borrowed(_)));
    /// ```
    #[must_use]
    pub fn process<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(repair) = self.repair else { return self.process_repaired(text) };
        match repair.repair(text) {
            Cow::Borrowed(text) => self.process_repaired(text),
            Cow::Owned(repaired) => match self.process_repaired(&repaired).into_owned() {
                // Nobody takes a repair back, but a converter may.
                output if output == text => Cow::Borrowed(text),
                output => Cow::Owned(output),
            },
        }
    }

    /// What normalizer and converter make of `text`.
    fn process_repaired<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match (self.normalizer, &self.converter) {
            (None, None) => Cow::Borrowed(text),
            (Some(normalizer), None) => normalizer.normalize(text),
            (None, Some(converter)) => converter.convert(text),
            (Some(normalizer), Some(converter)) if self.takes_whole(text) => {
                process_whole(normalizer, converter, text)
            }
            (Some(normalizer), Some(converter)) => {
                let mut passes = Passes::new(normalizer, converter);
                passes.process(text, normalizer.profile(text))
            }
        }
    }

    /// Normalizes and converts `text` and appends the result to `output`, whose memory
    /// is reused: the way to process many texts.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Pipeline, Preset};
    ///
    /// let pipeline = Pipeline::builder().normalize(Preset::Repair).convert(Config::T2s).build();
    /// let mut output = String::from("> ");
    /// pipeline.process_into("會議(週三),開幕", &mut output);
    /// assert_eq!(output, "> 会议（周三），开幕");
    /// ```
    pub fn process_into(&self, text: &str, output: &mut String) {
        match self.repair {
            Some(repair) => self.process_repaired_into(&repair.repair(text), output),
            None => self.process_repaired_into(text, output),
        }
    }

    /// Appends to `output` what normalizer and converter make of `text`.
    fn process_repaired_into(&self, text: &str, output: &mut String) {
        match (self.normalizer, &self.converter) {
            (None, None) => output.push_str(text),
            (Some(normalizer), None) => normalizer.normalize_into(text, output),
            (None, Some(converter)) => converter.convert_into(text, output),
            (Some(normalizer), Some(converter)) if self.takes_whole(text) => {
                process_whole_into(normalizer, converter, text, output);
            }
            (Some(normalizer), Some(converter)) => {
                output.reserve(text.len() + text.len() / 16);
                let mut passes = Passes::new(normalizer, converter);
                let profile = normalizer.profile(text);
                for block in blocks(text) {
                    passes.advance(block, profile, output);
                }
                passes.finish(profile, output);
            }
        }
    }

    /// Normalizes and converts `text` and tells which place of the output is which place
    /// of the text, and what was changed by which rules and entries.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Cause, Config, Pipeline, Preset, Rule};
    ///
    /// let pipeline = Pipeline::builder().normalize(Preset::Repair).convert(Config::T2s).build();
    /// let aligned = pipeline.process_aligned("會議,5 G");
    /// assert_eq!(aligned.output(), "会议，5G");
    /// let edits = aligned.edits();
    /// assert!(matches!(edits[0].causes(), [Cause::Entry(_)]));
    /// assert_eq!(edits.last().unwrap().causes(), [Cause::Rule(Rule::SplitTerms)]);
    /// assert_eq!(aligned.alignment().source_range(9..10), 7..8);
    /// ```
    #[must_use]
    pub fn process_aligned<'t>(&self, text: &'t str) -> Aligned<'t> {
        match self.repair {
            Some(repair) => {
                repair.repair_aligned(text).then(|repaired| self.process_repaired_aligned(repaired))
            }
            None => self.process_repaired_aligned(text),
        }
    }

    /// What normalizer and converter make of `text`, and how.
    fn process_repaired_aligned<'t>(&self, text: &'t str) -> Aligned<'t> {
        match (self.normalizer, &self.converter) {
            (None, None) => Aligned::unchanged(text),
            (Some(normalizer), None) => normalizer.normalize_aligned(text),
            (None, Some(converter)) => converter.convert_aligned(text),
            (Some(normalizer), Some(converter)) if self.is_document() => {
                process_document_aligned(normalizer, converter, text)
            }
            (Some(normalizer), Some(converter)) => aligned::process(normalizer, converter, text),
        }
    }

    /// The same for a text that begins like this, as [`Normalizer::settled_by`] has it: for
    /// who cuts a long text at [`Pipeline::last_cut`] and processes the pieces on many
    /// threads.
    #[must_use]
    pub fn settled_by(&self, beginning: &str) -> Pipeline {
        let repair = self.repair.map(|repair| repair.settled_by(beginning));
        let normalizer = self.normalizer.map(|normalizer| normalizer.settled_by(beginning));
        Pipeline { repair, normalizer, ..self.clone() }
    }

    /// Whether the beginning of a text has no say in what becomes of the rest.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.repair.is_none_or(|repair| repair.is_settled())
            && self.normalizer.is_none_or(|normalizer| normalizer.is_settled())
    }

    /// The last place at which `text` may be cut so that both parts become the parts of
    /// what it becomes, whatever follows: an offset in bytes. `None` where there is no such
    /// place, or none that is near enough to be found in the last 2 KiB for a converter
    /// alone, and for documents in a [`Markup`].
    ///
    /// The parts must be processed by a pipeline that [is settled](Pipeline::is_settled).
    /// `text` must begin where the whole text does or at such a place.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Pipeline, Preset};
    ///
    /// let pipeline = Pipeline::builder().normalize(Preset::Repair).convert(Config::T2s).build();
    /// assert_eq!(pipeline.last_cut("會議,\n週三"), Some("會議,\n".len()));
    /// assert_eq!(pipeline.last_cut("會議,週三"), None);
    /// ```
    #[must_use]
    pub fn last_cut(&self, text: &str) -> Option<usize> {
        if self.is_document() {
            return None;
        }
        let mut ends = text.rmatch_indices('\n').map(|(feed, _)| feed + 1);
        let goes_by_lines = self.repair.is_some() || self.normalizer.is_some();
        match (goes_by_lines, &self.converter) {
            (false, None) => Some(text.len()),
            (false, Some(converter)) => converter.last_cut(text),
            (true, None) => ends.next(),
            (true, Some(converter)) => ends.find(|end| converter.can_cut_behind(&text[..*end])),
        }
    }

    /// A pipeline for text that comes in pieces. Where they end never shows.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Pipeline, Preset};
    ///
    /// let pipeline = Pipeline::builder().normalize(Preset::Repair).convert(Config::S2t).build();
    /// let mut stream = pipeline.stream();
    /// let mut output = String::new();
    /// stream.push("他的头", &mut output);
    /// stream.push("发,很长", &mut output);
    /// stream.finish(&mut output);
    /// assert_eq!(output, "他的頭髮，很長");
    /// ```
    #[must_use]
    pub fn stream(&self) -> PipelineStream {
        let way = match (self.normalizer, &self.converter) {
            (None, None) => Way::Nothing,
            (Some(normalizer), None) => Way::Normalizer(normalizer.stream()),
            (None, Some(converter)) => Way::Converter(Box::new(converter.stream())),
            (Some(_), Some(_)) if self.is_document() => {
                Way::Document(Box::new(self.clone()), String::new())
            }
            (Some(normalizer), Some(converter)) => Way::Both(Box::new(Both {
                passes: Passes::new(normalizer, converter),
                profile: None,
                waiting: String::new(),
            })),
        };
        let repair = self.repair.map(|repair| Box::new((repair.stream(), String::new())));
        PipelineStream { repair, way }
    }
}

/// What becomes of a text: the passes one after the other, each over the whole of it.
fn process_whole<'t>(normalizer: Normalizer, converter: &Converter, text: &'t str) -> Cow<'t, str> {
    let mut output = String::new();
    let is_same = through_passes(normalizer, converter, text, |converted, profile, scratch| {
        let marked =
            normalizer.pass(Pass::Marks, profile, &converted, scratch, &mut output, &mut unnoted);
        let (is_same, is_marked) = (marked == text, !core::ptr::eq(marked, &*converted));
        if !is_same && !is_marked {
            output = converted.into_owned();
        }
        is_same
    });
    if is_same { Cow::Borrowed(text) } else { Cow::Owned(output) }
}

/// What becomes of a document and how, each pass over the whole of it.
fn process_document_aligned<'t>(
    normalizer: Normalizer,
    converter: &Converter,
    document: &'t str,
) -> Aligned<'t> {
    let (profile, mut scratch) = (normalizer.profile(document), Scratch::default());
    let mut pass = |normalizer: Normalizer, pass: Pass, aligned: Aligned<'t>| {
        aligned.then(|text| normalizer.pass_aligned(pass, profile, text, &mut scratch))
    };
    let mut aligned = pass(normalizer, Pass::CodePoints, Aligned::unchanged(document));
    if let Some(spaces) = normalizer.spaces_within_phrases() {
        aligned = pass(spaces, Pass::Marks, aligned);
    }
    let converted = aligned.then(|text| converter.convert_aligned(text));
    pass(normalizer, Pass::Marks, converted)
}

/// Appends to `output` what becomes of a text.
fn process_whole_into(
    normalizer: Normalizer,
    converter: &Converter,
    text: &str,
    output: &mut String,
) {
    through_passes(normalizer, converter, text, |converted, profile, scratch| {
        normalizer.pass_into(Pass::Marks, profile, &converted, scratch, output, &mut unnoted);
    });
}

/// Takes a text through all passes but the last, and hands it to that.
fn through_passes<T>(
    normalizer: Normalizer,
    converter: &Converter,
    text: &str,
    last: impl FnOnce(Cow<'_, str>, Profile, &mut Scratch) -> T,
) -> T {
    let (profile, mut scratch) = (normalizer.profile(text), Scratch::default());
    let (mut repaired, mut joined) = (String::new(), String::new());
    let mut source =
        normalizer.pass(Pass::CodePoints, profile, text, &mut scratch, &mut repaired, &mut unnoted);
    if let Some(spaces) = normalizer.spaces_within_phrases() {
        source = spaces.pass(Pass::Marks, profile, source, &mut scratch, &mut joined, &mut unnoted);
    }
    last(converter.convert(source), profile, &mut scratch)
}

/// The blocks of a text: each of some lines.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (block, behind) = rest.split_at(line_end(rest, BLOCK.min(rest.len())));
        rest = behind;
        (!block.is_empty()).then_some(block)
    })
}

/// The first place behind `from` bytes at which a line ends.
fn line_end(text: &str, from: usize) -> usize {
    let feed = text.as_bytes()[from..].iter().position(|byte| *byte == b'\n');
    feed.map_or(text.len(), |feed| from + feed + 1)
}

/// All passes over a text that comes in blocks, and the memory that they use.
struct Passes {
    normalizer: Normalizer,
    /// What is done about spaces before conversion.
    spaces: Option<Normalizer>,
    converter: Stream,
    scratch: Scratch,
    /// A block with its code points repaired, and without spaces within phrases.
    repaired: String,
    joined: String,
    /// What is converted of a line that has not ended.
    converted: String,
}

impl Passes {
    fn new(normalizer: Normalizer, converter: &Converter) -> Passes {
        Passes {
            normalizer,
            spaces: normalizer.spaces_within_phrases(),
            converter: converter.stream(),
            scratch: Scratch::default(),
            repaired: String::new(),
            joined: String::new(),
            converted: String::new(),
        }
    }

    /// Takes the next block, some whole lines or the end of the text, and appends to
    /// `output` the lines that are certain by now.
    fn advance(&mut self, block: &str, profile: Profile, output: &mut String) {
        let Passes { normalizer, spaces, converter, scratch, repaired, joined, converted } = self;
        let mut text =
            normalizer.pass(Pass::CodePoints, profile, block, scratch, repaired, &mut unnoted);
        if let Some(spaces) = spaces {
            text = spaces.pass(Pass::Marks, profile, text, scratch, joined, &mut unnoted);
        }
        converter.push(text, converted);
        if let Some(feed) = last_line_feed(converted) {
            self.write_before(feed + 1, profile, output);
        }
    }

    /// Ends the text.
    fn finish(&mut self, profile: Profile, output: &mut String) {
        self.converter.finish(&mut self.converted);
        self.write_before(self.converted.len(), profile, output);
    }

    /// Appends to `output` what becomes of all that is converted before this offset,
    /// which is behind a line end or the end of the text.
    fn write_before(&mut self, end: usize, profile: Profile, output: &mut String) {
        let Passes { normalizer, scratch, converted, .. } = self;
        normalizer.pass_into(
            Pass::Marks,
            profile,
            &converted[..end],
            scratch,
            output,
            &mut unnoted,
        );
        converted.drain(..end);
    }

    /// Processes a whole text, borrowing it when nothing changes.
    fn process<'t>(&mut self, text: &'t str, profile: Profile) -> Cow<'t, str> {
        let mut output = String::new();
        let mut unchanged = 0;
        let mut blocks = blocks(text);
        loop {
            let block = blocks.next();
            match block {
                Some(block) => self.advance(block, profile, &mut output),
                None => self.finish(profile, &mut output),
            }
            let known = unchanged + output.len();
            if text.get(unchanged..known) != Some(&*output) {
                break;
            }
            if block.is_none() {
                // All of it came out as it was, unless its end is missing.
                match known == text.len() {
                    true => return Cow::Borrowed(text),
                    false => break,
                }
            }
            unchanged = known;
            output.clear();
        }
        output.reserve(text.len() + text.len() / 16);
        output.insert_str(0, &text[..unchanged]);
        for block in blocks {
            self.advance(block, profile, &mut output);
        }
        self.finish(profile, &mut output);
        Cow::Owned(output)
    }

    /// How many bytes are kept.
    fn kept(&self) -> usize {
        self.converter.kept() + self.converted.len()
    }
}

/// Where the last line feed is.
fn last_line_feed(text: &str) -> Option<usize> {
    text.as_bytes().iter().rposition(|byte| *byte == b'\n')
}

/// A pipeline in progress, made by [`Pipeline::stream`].
///
/// With a normalizer it keeps the last line as far as it has come and, under
/// [`Damage::Auto`](crate::Damage::Auto), the first 64 KiB of the text. A document in a
/// [`Markup`] is kept whole until it ends.
#[derive(Debug)]
pub struct PipelineStream {
    /// The repair, and what came of it that has not gone on.
    repair: Option<Box<(RepairStream, String)>>,
    way: Way,
}

/// What a text goes through.
#[derive(Debug)]
enum Way {
    Nothing,
    Normalizer(NormalizerStream),
    Converter(Box<Stream>),
    Both(Box<Both>),
    /// A document, which is kept whole until it ends.
    Document(Box<Pipeline>, String),
}

/// Normalizer and converter.
struct Both {
    passes: Passes,
    /// How bold the repair is, once that is known.
    profile: Option<Profile>,
    /// Text whose line has not ended, or for which the profile is not known.
    waiting: String,
}

impl PipelineStream {
    /// Takes the next piece of the text and appends to `output` what is certain by now:
    /// with a normalizer, whole lines.
    pub fn push(&mut self, piece: &str, output: &mut String) {
        let PipelineStream { repair, way } = self;
        match repair.as_deref_mut() {
            Some((repair, repaired)) => {
                repair.push(piece, repaired);
                way.push(repaired, output);
                repaired.clear();
            }
            None => way.push(piece, output),
        }
    }

    /// Ends the text: appends to `output` what was kept. The stream is as new
    /// afterwards and may take another text.
    pub fn finish(&mut self, output: &mut String) {
        let PipelineStream { repair, way } = self;
        if let Some((repair, repaired)) = repair.as_deref_mut() {
            repair.finish(repaired);
            way.push(repaired, output);
            repaired.clear();
        }
        way.finish(output);
    }

    /// How many bytes are kept at this moment.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.repair.as_ref().map_or(0, |repair| repair.0.kept()) + self.way.kept()
    }
}

impl Way {
    fn push(&mut self, piece: &str, output: &mut String) {
        match self {
            Way::Nothing => output.push_str(piece),
            Way::Normalizer(stream) => stream.push(piece, output),
            Way::Converter(stream) => stream.push(piece, output),
            Way::Both(both) => both.push(piece, output),
            Way::Document(_, document) => document.push_str(piece),
        }
    }

    fn finish(&mut self, output: &mut String) {
        match self {
            Way::Nothing => {}
            Way::Normalizer(stream) => stream.finish(output),
            Way::Converter(stream) => stream.finish(output),
            Way::Both(both) => both.finish(output),
            Way::Document(pipeline, document) => {
                pipeline.process_repaired_into(document, output);
                document.clear();
            }
        }
    }

    fn kept(&self) -> usize {
        match self {
            Way::Nothing => 0,
            Way::Normalizer(stream) => stream.kept(),
            Way::Converter(stream) => stream.kept(),
            Way::Both(both) => both.kept(),
            Way::Document(_, document) => document.len(),
        }
    }
}

impl From<&Pipeline> for PipelineStream {
    fn from(pipeline: &Pipeline) -> PipelineStream {
        pipeline.stream()
    }
}

impl From<&Converter> for PipelineStream {
    fn from(converter: &Converter) -> PipelineStream {
        PipelineStream { repair: None, way: Way::Converter(Box::new(converter.stream())) }
    }
}

impl From<&Normalizer> for PipelineStream {
    fn from(normalizer: &Normalizer) -> PipelineStream {
        PipelineStream { repair: None, way: Way::Normalizer(normalizer.stream()) }
    }
}

impl Both {
    fn push(&mut self, piece: &str, output: &mut String) {
        let known = self.waiting.len();
        self.waiting.push_str(piece);
        let is_first = self.profile.is_none();
        if is_first && self.passes.normalizer.needs_more_evidence(self.waiting.len()) {
            return;
        }
        // Without a profile, lines have ended before this piece as well.
        let unseen = if is_first { 0 } else { known };
        if let Some(feed) = last_line_feed(&self.waiting[unseen..]) {
            self.process_before(unseen + feed + 1, output);
        }
    }

    fn finish(&mut self, output: &mut String) {
        let profile = self.process_before(self.waiting.len(), output);
        self.passes.finish(profile, output);
        self.profile = None;
    }

    /// Processes what is kept before this offset. Gives the text's profile.
    fn process_before(&mut self, end: usize, output: &mut String) -> Profile {
        let normalizer = &self.passes.normalizer;
        let profile = *self.profile.get_or_insert_with(|| normalizer.profile(&self.waiting));
        for block in blocks(&self.waiting[..end]) {
            self.passes.advance(block, profile, output);
        }
        self.waiting.drain(..end);
        profile
    }

    fn kept(&self) -> usize {
        self.waiting.len() + self.passes.kept()
    }
}

impl fmt::Debug for Both {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Both").field("kept", &self.kept()).finish_non_exhaustive()
    }
}
