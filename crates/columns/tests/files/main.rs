//! Datasets and their files, as those who use the crate see them.

mod damage;
mod given;
mod round_trip;
