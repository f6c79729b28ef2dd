//! Runs the real program, each time in a fresh folder, and checks exact bytes.
//!
//! | module | one sentence |
//! |---|---|
//! | `arguments` | flags, help, and wrong usage |
//! | `text` | what passes through unchanged, and what does not |
//! | `invalid` | bytes that are not UTF-8 |
//! | `archives` | documents that are archives, made for the test |
//! | `documents` | documents that are text: subtitles, catalogues, XLIFF, HTML |
//! | `dictionaries` | entries of one's own, project files, configuration files |
//! | `files` | inputs and outputs that are files, links, and devices |
//! | `failures` | what is said and what is kept when something goes wrong |
//! | `streaming` | borders of blocks, closed pipes, and memory |
//! | `many` | several inputs, folders, results in place and in folders |
//! | `records` | JSON Lines, comma- and tab-separated values |
//! | `columns` | Parquet and Arrow IPC |
//! | `bytes` | compression and encodings |

mod ambiguities;
mod archives;
mod arguments;
mod bytes;
mod checking;
#[cfg(feature = "parquet")]
mod columns;
mod detecting;
mod dictionaries;
mod documents;
mod failures;
mod files;
mod invalid;
mod many;
mod normalization;
mod records;
mod repair;
mod streaming;
mod support;
mod text;
