//! CSV on the Web: bytes and metadata become annotated rows, every cell checked against its column.
//! Knows nothing of facts or of the store. Follows <https://www.w3.org/TR/tabular-data-model/> and
//! <https://www.w3.org/TR/tabular-metadata/>.
