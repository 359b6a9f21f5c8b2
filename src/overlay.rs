//! A case's own settings over the built-in ones. In: two texts of TOML. Out: what both say together. Which keys there are,
//! and what they mean, is each module's own.

use serde::de::DeserializeOwned;

/// Reads built-in settings with the keys of a case's own in place of theirs.
pub(crate) fn replaced<T: DeserializeOwned>(built_in: &str, own: &str) -> Result<T, toml::de::Error> {
    let mut table: toml::Table = toml::from_str(built_in)?;
    table.extend(toml::from_str::<toml::Table>(own)?);
    table.try_into()
}

/// Reads built-in settings with a case's own laid over them: of a table only the keys that are named are replaced.
pub(crate) fn merged<T: DeserializeOwned>(built_in: &str, own: &str) -> Result<T, toml::de::Error> {
    let mut table: toml::Table = toml::from_str(built_in)?;
    lay_over(&mut table, toml::from_str(own)?);
    table.try_into()
}

fn lay_over(under: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(toml::Value::Table(under)), toml::Value::Table(over)) => lay_over(under, over),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT_IN: &str = "list = [1, 2]\n[table]\na = 1\nb = 2";

    #[test]
    fn a_table_is_replaced_whole_or_key_by_key() {
        let own = "list = [3]\n[table]\nb = 3";
        let replaced: toml::Table = replaced(BUILT_IN, own).expect("TOML");
        assert_eq!(replaced, toml::from_str("list = [3]\n[table]\nb = 3").expect("TOML"));
        let merged: toml::Table = merged(BUILT_IN, own).expect("TOML");
        assert_eq!(merged, toml::from_str("list = [3]\n[table]\na = 1\nb = 3").expect("TOML"));
    }
}
