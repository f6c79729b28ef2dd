//! [`Converter`], the front door: a configuration, ready to convert text.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::alignment::{Aligned, Alignment, Deed};
use crate::ambiguity::{self, Ambiguities};
use crate::config::{Config, UnsupportedPairError, Variety, Vocabulary};
use crate::context::{Context, DEFAULT_MARGIN, Disambiguation, Override};
use crate::dictionary::{List, Table};
use crate::document::Conversion;
use crate::embedded;
use crate::markup::{self, Markup};
use crate::own::{self, BuildError, BuildErrorKind, DictionaryFormat, Own, OwnPlan, Placement};
#[cfg(feature = "rayon")]
use crate::parallel;
use crate::plan::Shared;
use crate::scan;
use crate::segment::{Segments, Stage};
use crate::stream::Stream;

/// Converts text between scripts and regions, byte for byte as OpenCC does.
///
/// A converter is a reference to dictionaries that are part of the program, or to
/// [ones of one's own](ConverterBuilder::entries) that its clones share: making one of
/// the former, and cloning and sharing any, costs nothing. The first conversion with a
/// configuration makes the table that all converters with it share from then on,
/// in some ten microseconds. Converting never fails, whatever the text.
///
/// # Examples
///
/// ```
/// use fanjian::{Config, Converter};
///
/// let converter = Converter::new(Config::S2twp);
/// assert_eq!(converter.convert("软件里的头发"), "軟體裡的頭髮");
/// ```
#[derive(Clone)]
pub struct Converter {
    config: Option<Config>,
    tofu_risk: TofuRisk,
    disambiguation: Disambiguation,
    conversion: Conversion,
}

/// What to do with replacements that few fonts can show.
///
/// OpenCC marks the dictionary `TSCharactersExt` so: Simplified characters that
/// Unicode added late, in its extension blocks. Its library uses them and its
/// command line does not unless asked to (`--include-tofu-risk-dictionaries`).
/// They matter to the configurations that lead to Simplified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TofuRisk {
    /// Use them, as OpenCC's library does: 㑮 becomes 𫝈.
    #[default]
    Include,
    /// Leave such characters Traditional, as OpenCC's command line does.
    Exclude,
}

impl Converter {
    /// The converter of a configuration, with its options as OpenCC's library
    /// sets them.
    #[must_use]
    pub fn new(config: Config) -> Converter {
        Converter::builder(config).build()
    }

    /// The converter from one variety to another.
    ///
    /// # Errors
    ///
    /// [`UnsupportedPairError`] where there is no such configuration, as
    /// [`Config::between`] says.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Converter, Vocabulary};
    ///
    /// let (source, target) = ("zh-Hans".parse()?, "zh-Hant-TW".parse()?);
    /// let converter = Converter::between(source, target, Vocabulary::Regional)?;
    /// assert_eq!(converter.convert("鼠标"), "滑鼠");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn between(
        source: Variety,
        target: Variety,
        vocabulary: Vocabulary,
    ) -> Result<Converter, UnsupportedPairError> {
        Config::between(source, target, vocabulary).map(Converter::new)
    }

    /// A converter to be made with options of one's own.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, TofuRisk};
    ///
    /// let careful = Converter::builder(Config::T2s).tofu_risk(TofuRisk::Exclude).build();
    /// assert_eq!(careful.convert("㑮馬"), "㑮马");
    /// assert_eq!(Converter::new(Config::T2s).convert("㑮馬"), "𫝈马");
    /// ```
    pub fn builder(config: Config) -> ConverterBuilder {
        ConverterBuilder {
            entries: Embedded,
            config,
            tofu_risk: TofuRisk::default(),
            markup: Markup::default(),
            disambiguation: Disambiguation::default(),
            context: None,
            minimum_margin: DEFAULT_MARGIN,
        }
    }

    /// The configuration, with or without changes; `None` for a converter that was made of
    /// files of OpenCC's form.
    #[must_use]
    pub fn config(&self) -> Option<Config> {
        self.config
    }

    /// What the texts are written in.
    #[must_use]
    pub fn markup(&self) -> Markup {
        self.conversion.markup
    }

    /// The same for texts that are written in this markup.
    pub(crate) fn with_markup(self, markup: Markup) -> Converter {
        Converter { conversion: Conversion { markup, ..self.conversion }, ..self }
    }

    /// Converts `text`, borrowing it when nothing changes.
    ///
    /// Text that no entry covers is copied unchanged, so the result is always
    /// well defined. Takes time in proportion to the text.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::borrow::Cow;
    /// use fanjian::{Config, Converter};
    ///
    /// let converter = Converter::new(Config::S2t);
    /// assert_eq!(converter.convert("头发"), "頭髮");
    /// assert_eq!(converter.convert("发现"), "發現");
    /// assert!(matches!(converter.convert("plain"), Cow::Borrowed("plain")));
    /// ```
    #[must_use]
    pub fn convert<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.conversion.convert(text)
    }

    /// Converts `text` and appends the result to `output`, whose memory is
    /// reused: the way to convert many texts.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let converter = Converter::new(Config::T2s);
    /// let mut output = String::new();
    /// for line in ["會議", "開幕"] {
    ///     output.clear();
    ///     converter.convert_into(line, &mut output);
    ///     println!("{output}");
    /// }
    /// assert_eq!(output, "开幕");
    /// ```
    pub fn convert_into(&self, text: &str, output: &mut String) {
        self.conversion.convert_into(text, output);
    }

    /// Converts `text` and tells which place of the output is which place of the text,
    /// and on demand what was changed by which entries.
    ///
    /// Segments, which are those of [`Converter::segments`], correspond character by
    /// character where they have as many before and after, and else but for what is the
    /// same at their beginnings and ends. Takes time in proportion to the text, hardly
    /// more than [`Converter::convert_into`].
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, Unit};
    ///
    /// let aligned = Converter::new(Config::S2twp).convert_aligned("在互联网上");
    /// assert_eq!(aligned.output(), "在網際網路上");
    /// assert_eq!(aligned.source_range(Unit::CodePoints, 1..5), 1..4);
    /// ```
    #[must_use]
    pub fn convert_aligned<'t>(&self, text: &'t str) -> Aligned<'t> {
        match self.conversion.convert_aligned(text) {
            Some((output, alignment)) => Aligned::made(text, output, [self.deed(alignment)]),
            None => Aligned::unchanged(text),
        }
    }

    /// Whether plain text is converted, by the dictionaries alone.
    #[cfg(feature = "rayon")]
    fn is_parallel(&self) -> bool {
        self.markup() == Markup::Plain && self.conversion.context.is_none()
    }

    /// Converts `text`, which is no document in a markup, appends it to `output`, and goes
    /// on with the alignment.
    pub(crate) fn convert_aligned_into(
        &self,
        text: &str,
        output: &mut String,
        alignment: &mut Alignment,
    ) {
        self.conversion.convert_aligned_into(text, output, alignment);
    }

    /// What it did to a text, given how that is aligned with its output.
    pub(crate) fn deed(&self, alignment: Alignment) -> Deed {
        Deed::conversion(self.conversion.clone(), alignment)
    }

    /// Whether a text, before which there is none that matters, can be cut at its end, so
    /// that both parts convert independently whatever follows.
    pub(crate) fn can_cut_behind(&self, text: &str) -> bool {
        self.conversion.plan.get().is_cut(text)
    }

    /// Converts `text` over the threads of the current pool of `rayon`, borrowing it
    /// when nothing changes. Needs the feature `rayon`.
    ///
    /// The output is that of [`Converter::convert`], whatever the text and the
    /// number of threads. The text is cut where no match and no description
    /// sequence can reach across, as beside most marks and line ends, into pieces
    /// of at least 128 KiB; texts below 384 KiB, and those that cannot be cut, are
    /// converted by one thread, as are documents in a [`Markup`] and texts of which context
    /// decides ([`Disambiguation::Context`]). Beside the output, memory
    /// is taken for the pieces in progress and for those that wait for one before them.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let text = "头发很长，发现软件。\n".repeat(20_000);
    /// let converter = Converter::new(Config::S2t);
    /// assert_eq!(converter.convert_parallel(&text), converter.convert(&text));
    /// ```
    #[cfg(feature = "rayon")]
    #[must_use]
    pub fn convert_parallel<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_parallel() {
            parallel::convert(self.conversion.plan.get(), text, parallel::PIECE)
        } else {
            self.convert(text)
        }
    }

    /// Converts `text` over the threads of the current pool of `rayon`, as
    /// [`Converter::convert_parallel`] does, and appends the result to `output`,
    /// whose memory is reused. Needs the feature `rayon`.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let text = "會議開幕，頭髮很長。\n".repeat(20_000);
    /// let mut output = String::from("> ");
    /// Converter::new(Config::T2s).convert_parallel_into(&text, &mut output);
    /// assert!(output.starts_with("> 会议开幕，头发很长。\n"));
    /// assert_eq!(output.len(), "> ".len() + text.len());
    /// ```
    #[cfg(feature = "rayon")]
    pub fn convert_parallel_into(&self, text: &str, output: &mut String) {
        if self.is_parallel() {
            parallel::convert_into(self.conversion.plan.get(), text, parallel::PIECE, output);
        } else {
            self.convert_into(text, output);
        }
    }

    /// Where the first segment begins that converting changes, in bytes, or
    /// `None` when converting leaves `text` as it is.
    ///
    /// Segments are those of [`Converter::segments`], so the text before this
    /// offset and the text from it on convert independently of each other.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let converter = Converter::new(Config::S2t);
    /// assert_eq!(converter.first_change("这个人"), Some(0));
    /// assert_eq!(converter.first_change("人山人海，发现"), Some("人山人海，".len()));
    /// assert_eq!(converter.first_change("人山人海"), None);
    /// ```
    #[must_use]
    pub fn first_change(&self, text: &str) -> Option<usize> {
        let first_of =
            |part: Range<usize>| Some(part.start + first_change(&self.conversion, &text[part])?);
        markup::texts(text, self.markup()).into_iter().find_map(first_of)
    }

    /// The last place near the end of `text` at which it may be cut so that both
    /// parts convert to the parts of its conversion, whatever follows `text`: an
    /// offset in bytes, or `None` where there is no such place or the converter knows
    /// of a [`Markup`], whose last line may say what its first one means.
    ///
    /// So a program that reads a long text in pieces converts them on as many threads
    /// as it likes. `text` must begin where the whole text does or at such a place.
    /// Looks at the last 2 KiB alone.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let converter = Converter::new(Config::S2t);
    /// assert_eq!(converter.last_cut("他说，头"), Some("他说，".len()));
    /// assert_eq!(converter.last_cut("头"), None);
    /// ```
    #[must_use]
    pub fn last_cut(&self, text: &str) -> Option<usize> {
        if self.markup() != Markup::Plain {
            return None;
        }
        let from = text.len().saturating_sub(NEAR_THE_END);
        let cuts = self.conversion.plan.get().certain_cuts("", text, from);
        match self.conversion.context {
            None => cuts.last(),
            // What a character stands for depends on its line.
            Some(_) => cuts.filter(|cut| text.as_bytes()[cut - 1] == b'\n').last(),
        }
    }

    /// Cuts `text` into segments that convert independently and says of each
    /// what it becomes, which entries of which dictionaries made that, and what
    /// else those entries offer.
    ///
    /// The replacements, one behind the other, are the conversion of `text`.
    /// Explaining takes much longer than converting. What is protected in a
    /// [`Markup`] makes segments of its own, which no entry touches.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let converter = Converter::new(Config::S2twp);
    /// let segments: Vec<_> = converter.segments("用软件").collect();
    /// assert_eq!((segments[0].source(), segments[0].replacement()), ("用", "用"));
    /// assert_eq!((segments[1].source(), segments[1].replacement()), ("软件", "軟體"));
    /// let dictionaries = segments[1].steps().iter().map(|step| step.dictionary());
    /// assert_eq!(dictionaries.collect::<Vec<_>>(), ["STCharacters", "TWPhrases"]);
    /// ```
    #[must_use]
    pub fn segments<'t>(&self, text: &'t str) -> Segments<'t> {
        Segments::new(self.conversion.clone(), text, markup::texts(text, self.markup()))
    }

    /// The choices of OpenCC's that this converter overrides in `text`, and why: none
    /// without [`Disambiguation::Context`]. Takes much longer than converting.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, Disambiguation};
    ///
    /// let builder = Converter::builder(Config::S2t).disambiguation(Disambiguation::Context);
    /// let overrides = builder.build().overrides("我很佩服余委员");
    /// assert_eq!((overrides[0].replaced(), overrides[0].replacement()), ('餘', '余'));
    /// assert_eq!(overrides[0].range(), "我很佩服".len().."我很佩服余".len());
    /// ```
    #[must_use]
    pub fn overrides(&self, text: &str) -> Vec<Override> {
        self.conversion.overrides(text)
    }

    /// Tells the places of `text` for which the dictionaries have several candidates:
    /// where they are in source and output, in bytes, what could stand there, and what
    /// does. In the order of the text; as slow as [`Converter::segments`].
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let converter = Converter::new(Config::S2tw);
    /// let found: Vec<_> = converter.ambiguities("头发里").collect();
    /// // 头发 is a phrase, for which there is one candidate.
    /// let [place] = &found[..] else { panic!("one place") };
    /// assert_eq!((place.source(), place.output_range()), ("里", 6..9));
    /// assert_eq!(place.candidates().collect::<Vec<_>>(), ["裡", "里", "哩"]);
    /// assert_eq!(place.chosen(), "裡");
    /// ```
    #[must_use]
    pub fn ambiguities<'t>(&self, text: &'t str) -> Ambiguities<'t> {
        let certainties = self.conversion.certainties(text);
        Ambiguities::new(self.conversion.plan.clone(), self.segments(text), certainties)
    }

    /// What `word` could become, best first, 32 at most: the first one is its
    /// conversion. Where several parts of it have candidates, they are combined.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let converter = Converter::new(Config::S2t);
    /// assert_eq!(converter.candidates("发"), ["發", "髮"]);
    /// assert_eq!(converter.candidates("头发"), ["頭髮"]);
    /// ```
    #[must_use]
    pub fn candidates(&self, word: &str) -> Vec<String> {
        ambiguity::candidates_of_word(self.conversion.plan.get(), self.segments(word))
    }

    /// A conversion of text that comes in pieces.
    ///
    /// A document in a [`Markup`] is kept whole until it ends: its last line may say
    /// what its first one means.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let mut stream = Converter::new(Config::S2t).stream();
    /// let mut output = String::new();
    /// stream.push("他的头", &mut output);
    /// stream.push("发很长", &mut output);
    /// stream.finish(&mut output);
    /// assert_eq!(output, "他的頭髮很長");
    /// ```
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream::new(self.conversion.clone())
    }
}

impl Converter {
    /// The dictionaries of a converter of one's own as bytes that
    /// [`Converter::from_bytes`] uses where they lie; `None` for one that has no entries of
    /// its own. Options ([`Markup`], [`Disambiguation`]) are not among them.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let converter = Converter::builder(Config::S2t).protect("叶恭弘").build()?;
    /// let bytes = converter.to_bytes().expect("it has a word of its own").to_vec();
    /// let loaded = Converter::from_bytes(bytes)?;
    /// assert_eq!(loaded.convert("叶恭弘的树叶"), "叶恭弘的樹葉");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Option<&[u8]> {
        match &self.conversion.plan {
            Shared::Embedded(_) => None,
            Shared::Own(plan) => Some(plan.to_bytes()),
        }
    }

    /// The converter that [`Converter::to_bytes`] saved, with plain text and the
    /// dictionaries alone.
    ///
    /// Bytes are used where they lie, and every one is checked before: damaged ones are
    /// refused. Who changes them on purpose, checksum included, can change what texts
    /// become and nothing else. Bytes of another version of the library are refused.
    ///
    /// # Errors
    ///
    /// [`FormatError`](crate::dictionary::FormatError) for bytes of another origin or
    /// version, and for damaged ones.
    pub fn from_bytes(
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Result<Converter, crate::dictionary::FormatError> {
        let plan = OwnPlan::from_bytes(bytes.into())?;
        let tofu_risk = match plan.header().without_tofu_risk {
            true => TofuRisk::Exclude,
            false => TofuRisk::Include,
        };
        Ok(Converter::of_plan(plan, tofu_risk))
    }

    /// The converter of a plan, of plain text by the dictionaries alone.
    pub(crate) fn of_plan(plan: OwnPlan, tofu_risk: TofuRisk) -> Converter {
        let config = plan.header().config;
        let plan = Shared::Own(Arc::new(plan));
        let conversion = Conversion { plan, markup: Markup::Plain, context: None };
        let disambiguation = Disambiguation::Dictionary;
        Converter { config, tofu_risk, disambiguation, conversion }
    }
}

impl From<Config> for Converter {
    /// The converter of a configuration, as [`Converter::new`] makes it.
    fn from(config: Config) -> Converter {
        Converter::new(config)
    }
}

impl fmt::Debug for Converter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = formatter.debug_struct("Converter");
        fields.field("config", &self.config).field("tofu_risk", &self.tofu_risk);
        if let Shared::Own(plan) = &self.conversion.plan {
            fields.field("own", &plan.checksum());
        }
        fields.field("markup", &self.markup());
        fields.field("disambiguation", &self.disambiguation).finish()
    }
}

/// How far from the end of a text [`Converter::last_cut`] looks, in bytes: behind a
/// mark or a line end there is a cut, so that it seldom looks in vain.
const NEAR_THE_END: usize = 2048;

/// Where the first segment of a text begins that converting changes.
fn first_change(conversion: &Conversion, text: &str) -> Option<usize> {
    let offset = match conversion.context {
        None => scan::cut_before_change(conversion.plan.get(), text)?,
        // What OpenCC leaves alone, context may change.
        Some(_) => 0,
    };
    let rest = &text[offset..];
    let texts = core::iter::once(0..rest.len()).collect();
    let mut segments = Segments::new(conversion.clone(), rest, texts);
    let changed = segments.find(|segment| segment.replacement() != segment.source())?;
    Some(offset + changed.range().start)
}

/// The dictionaries that are part of the program, unchanged.
#[derive(Clone, Copy, Debug)]
pub struct Embedded;

/// Options of a [`Converter`] to be made.
///
/// With entries of one's own, which may be malformed, it is a `ConverterBuilder<Own>`,
/// whose [`build`](ConverterBuilder::<Own>::build) can fail.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ConverterBuilder<E = Embedded> {
    entries: E,
    config: Config,
    tofu_risk: TofuRisk,
    markup: Markup,
    disambiguation: Disambiguation,
    context: Option<Context>,
    minimum_margin: u16,
}

impl<E> ConverterBuilder<E> {
    /// Whether to use replacements that few fonts can show.
    pub fn tofu_risk(mut self, tofu_risk: TofuRisk) -> ConverterBuilder<E> {
        self.tofu_risk = tofu_risk;
        self
    }

    /// What the texts are written in: only what is text in it is converted, and
    /// everything else stays byte for byte. Each piece of text converts by itself.
    ///
    /// # Examples
    ///
    #[cfg_attr(feature = "markdown", doc = "```")]
    #[cfg_attr(not(feature = "markdown"), doc = "```ignore")]
    /// use fanjian::{Config, Converter, Markup};
    ///
    /// let converter = Converter::builder(Config::S2t).markup(Markup::Markdown).build();
    /// let document = "**头发**：`头发`，[链接](/头发)";
    /// assert_eq!(converter.convert(document), "**頭髮**：`头发`，[鏈接](/头发)");
    /// ```
    pub fn markup(mut self, markup: Markup) -> ConverterBuilder<E> {
        self.markup = markup;
        self
    }

    /// How characters are decided that stand for several Traditional ones.
    ///
    /// It matters to the configurations that lead from Simplified to Traditional (s2t,
    /// s2tw, s2hk, s2twp, s2hkp); others do not ask. Programs that do not call this do
    /// not have the model, of some 400 KB.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, Disambiguation};
    ///
    /// let builder = Converter::builder(Config::S2tw).disambiguation(Disambiguation::Context);
    /// assert_eq!(builder.build().convert("我很佩服余委员"), "我很佩服余委員");
    /// ```
    pub fn disambiguation(mut self, disambiguation: Disambiguation) -> ConverterBuilder<E> {
        self.disambiguation = disambiguation;
        self.context = match disambiguation {
            Disambiguation::Dictionary => None,
            Disambiguation::Context => Some(Context::new(DEFAULT_MARGIN)),
        };
        self
    }

    /// By how much another choice must be more likely than OpenCC's to override it, with
    /// [`Disambiguation::Context`]; in sixteenths of the natural logarithm of the odds
    /// ([`Override::margin`]). Without this it is 11: twice as likely. Places that their
    /// neighbours settle are OpenCC's whatever the margin.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, Disambiguation};
    ///
    /// let builder = Converter::builder(Config::S2t).disambiguation(Disambiguation::Context);
    /// assert_eq!(builder.min_margin(10_000).build().convert("我很佩服余委员"), "我很佩服餘委員");
    /// ```
    pub fn min_margin(mut self, margin: u16) -> ConverterBuilder<E> {
        self.minimum_margin = margin;
        self
    }

    /// With entries of pairs: a key and what replaces it, in any order.
    ///
    /// `name` is what explanations and errors call them.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, Placement};
    ///
    /// let builder = Converter::builder(Config::S2t);
    /// let converter = builder.entries("names", Placement::new(), [("云吞", "雲呑")]).build()?;
    /// assert_eq!(converter.convert("云吞面"), "雲呑面");
    /// let steps = converter.segments("云吞").next().unwrap().steps().to_vec();
    /// assert_eq!(steps[0].dictionary(), "names");
    /// # Ok::<(), fanjian::BuildError>(())
    /// ```
    pub fn entries<K: Into<String>, V: Into<String>>(
        self,
        name: &str,
        placement: Placement,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> ConverterBuilder<Own>
    where
        E: Into<Own>,
    {
        self.changed(|own| own.add(name, placement, List::from_pairs(pairs)))
    }

    /// With the entries of a table.
    pub fn table(self, name: &str, placement: Placement, table: Table) -> ConverterBuilder<Own>
    where
        E: Into<Own>,
    {
        self.changed(|own| own.add(name, placement, Ok(List::of_table(&table))))
    }

    /// With the entries of a dictionary as text. What is wrong with it is told when the
    /// converter is built, with `name`, which may be that of the file, and line.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, DictionaryFormat, Placement};
    ///
    /// let text = "# names\n云吞\t雲呑 雲吞\n余光中 余光中\n";
    /// let builder = Converter::builder(Config::S2t);
    /// let builder = builder.dictionary("names.txt", Placement::new(), DictionaryFormat::OpenCc, text);
    /// let error = builder.build().unwrap_err();
    /// assert_eq!(error.to_string(), "names.txt:3: no tab between key and candidates");
    /// ```
    pub fn dictionary(
        self,
        name: &str,
        placement: Placement,
        format: DictionaryFormat,
        text: &str,
    ) -> ConverterBuilder<Own>
    where
        E: Into<Own>,
    {
        let list = match format {
            DictionaryFormat::OpenCc => List::parse_opencc(text),
            DictionaryFormat::Table => List::parse(text),
        };
        self.changed(|own| own.add(name, placement, list))
    }

    /// Keeps a word as it is written, whatever the dictionaries of any stage say, and
    /// whatever context does.
    ///
    /// Words are sought in the text before all else, from the left, the longest of several
    /// that begin at a place. Where one is found, the text before it ends and another
    /// begins behind it: nothing of the word has a part in any match. A word in a
    /// description sequence is not found.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter};
    ///
    /// let converter = Converter::builder(Config::S2t).protect("叶恭弘").build()?;
    /// assert_eq!(converter.convert("叶恭弘的树叶"), "叶恭弘的樹葉");
    /// # Ok::<(), fanjian::BuildError>(())
    /// ```
    pub fn protect(self, word: &str) -> ConverterBuilder<Own>
    where
        E: Into<Own>,
    {
        self.changed(|own| own.protect(word))
    }

    /// Without the entry of this key, in all dictionaries of the stage that are part of the
    /// program: what it covered is converted by shorter entries.
    ///
    /// # Examples
    ///
    /// ```
    /// use fanjian::{Config, Converter, Stage};
    ///
    /// let converter = Converter::builder(Config::S2t).remove(Stage::Conversion(1), "头发").build()?;
    /// assert_eq!(converter.convert("头发"), "頭發");
    /// # Ok::<(), fanjian::BuildError>(())
    /// ```
    pub fn remove(self, stage: Stage, key: &str) -> ConverterBuilder<Own>
    where
        E: Into<Own>,
    {
        self.changed(|own| own.remove(stage, key))
    }

    fn changed(self, change: impl FnOnce(&mut Own)) -> ConverterBuilder<Own>
    where
        E: Into<Own>,
    {
        let ConverterBuilder { config, tofu_risk, markup, disambiguation, context, .. } = self;
        let mut entries = self.entries.into();
        change(&mut entries);
        let minimum_margin = self.minimum_margin;
        ConverterBuilder {
            entries,
            config,
            tofu_risk,
            markup,
            disambiguation,
            context,
            minimum_margin,
        }
    }

    /// The converter with this plan.
    fn with_plan(&self, plan: Shared) -> Converter {
        let ConverterBuilder { config, tofu_risk, markup, disambiguation, context, .. } = *self;
        let context = context
            .filter(|_| config.source() == Variety::Simplified)
            .map(|context| context.with_minimum_margin(self.minimum_margin));
        let conversion = Conversion { plan, markup, context };
        Converter { config: Some(config), tofu_risk, disambiguation, conversion }
    }
}

impl From<ConverterBuilder> for ConverterBuilder<Own> {
    /// The same, to which entries may be added; nothing is changed so far.
    fn from(builder: ConverterBuilder) -> ConverterBuilder<Own> {
        builder.changed(|_| ())
    }
}

impl From<Embedded> for Own {
    /// No changes.
    fn from(_: Embedded) -> Own {
        Own::default()
    }
}

impl ConverterBuilder {
    /// Makes the converter.
    #[must_use]
    pub fn build(self) -> Converter {
        let [with, without] = &embedded::PLANS[self.config as usize];
        self.with_plan(Shared::Embedded(match self.tofu_risk {
            TofuRisk::Include => with,
            TofuRisk::Exclude => without,
        }))
    }
}

impl ConverterBuilder<Own> {
    /// Makes the converter: compiles the stages that are changed. The result is shared by
    /// all clones of the converter, and can be saved ([`Converter::to_bytes`]).
    ///
    /// # Errors
    ///
    /// [`BuildError`], with dictionary and line, for a malformed dictionary, for a stage or
    /// a dictionary that the configuration does not have, for an entry to remove that is
    /// not there, for an empty word, and for what the compiled form cannot hold: a key
    /// of more than 255 UTF-16 code units, candidates of more than 32,766 bytes, more than
    /// 62 dictionaries in a stage, and more than 256 MiB of entries.
    pub fn build(self) -> Result<Converter, BuildError> {
        let without_tofu_risk = self.tofu_risk == TofuRisk::Exclude;
        let bytes = own::build_changed(self.config, without_tofu_risk, &self.entries)?;
        let plan = OwnPlan::from_bytes(bytes.into())
            .map_err(|error| BuildError::new(BuildErrorKind::Built(error)))?;
        Ok(self.with_plan(Shared::Own(Arc::new(plan))))
    }
}
