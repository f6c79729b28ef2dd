//! Two things at once, where there are threads for that.

/// What both give: carried out side by side with the feature `rayon`, and one after the
/// other without it.
pub(crate) fn both<One: Send, Other: Send>(
    one: impl FnOnce() -> One + Send,
    other: impl FnOnce() -> Other + Send,
) -> (One, Other) {
    #[cfg(feature = "rayon")]
    return rayon::join(one, other);
    #[cfg(not(feature = "rayon"))]
    return (one(), other());
}
